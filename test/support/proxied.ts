/** Runs a command directly or through `callgrove run`, with a temporary state folder, and collects everything it did. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SegmentReader, type SegmentRecord } from '../../daemon/journal/segmentReader.ts';

export const CALLGROVE = resolve(import.meta.dirname, '../../daemon/callgrove.ts');
export const PEER = resolve(import.meta.dirname, 'peers/awkward.ts');

export interface Ended {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  /** Resolves when the process has exited and its outputs have ended. */
  readonly ended: Promise<Ended>;
  /** Resolves when stdout holds this text. */
  saw(text: string): Promise<void>;
}

export function launch(argv: readonly string[], env: NodeJS.ProcessEnv = process.env): Running {
  const child = spawn(process.execPath, argv, { stdio: ['pipe', 'pipe', 'pipe'], env });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const waiting: { text: string; found: () => void }[] = [];
  child.stdout.on('data', (bytes: Buffer) => {
    out.push(bytes);
    if (waiting.length > 0) {
      const text = Buffer.concat(out).toString('latin1');
      for (const entry of waiting) if (text.includes(entry.text)) entry.found();
    }
  });
  child.stderr.on('data', (bytes: Buffer) => err.push(bytes));
  child.stdin.on('error', () => {});
  const ended = new Promise<Ended>((done) =>
    child.once('close', (code, signal) =>
      done({ stdout: Buffer.concat(out), stderr: Buffer.concat(err), code, signal }),
    ),
  );
  const saw = (text: string) =>
    new Promise<void>((found) => {
      waiting.push({ text, found });
      if (Buffer.concat(out).toString('latin1').includes(text)) found();
    });
  return { child, ended, saw };
}

export function temporaryHome(): { home: string; remove(): void } {
  const home = mkdtempSync(join(tmpdir(), 'callgrove-test-'));
  return { home, remove: () => rmSync(home, { recursive: true, force: true }) };
}

export const throughRun = (home: string, argv: readonly string[]) => [
  CALLGROVE,
  'run',
  '--no-daemon',
  '--home',
  home,
  '--',
  process.execPath,
  ...argv,
];

export interface JournalRead {
  readonly records: readonly SegmentRecord[];
  readonly segments: number;
  /** Every recorded byte of a direction. */
  bytes(direction: 'c2s' | 's2c' | 'stderr'): Buffer;
  /** The documents of a kind. */
  documents(kind: string): Record<string, unknown>[];
}

/** Reads a home's only connection, all segments in order. Throws on damage. */
export function readJournal(home: string): JournalRead {
  const folder = join(home, 'journal');
  const names = readdirSync(folder).sort();
  const records = names.flatMap((name) => {
    const reader = new SegmentReader();
    const found = reader.push(readFileSync(join(folder, name)));
    if (reader.damage) throw new Error(`${name}: ${reader.damage.reason} at ${reader.damage.offset}`);
    return found;
  });
  return {
    records,
    segments: names.length,
    bytes: (direction) =>
      Buffer.concat(
        records.filter(({ head }) => head.k === 'chunk' && head.d === direction).map(({ payload }) => payload),
      ),
    documents: (kind) =>
      records.filter(({ head }) => head.k === kind).map(({ payload }) => JSON.parse(Buffer.from(payload).toString())),
  };
}
