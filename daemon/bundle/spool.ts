/**
 * Where a bundle's members wait, masked already, until it is known what fits: plain files in a folder of their own,
 * private to the user. They can be read as often as it takes, and be cut without masking anything again.
 */
import {
  closeSync,
  createReadStream,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { type BundledSession, type BundleMembers, CAPTURE_MEMBER, type FrameLine, MEMBER } from '../protocol/bundle.ts';
import type { StoredCapture } from '../protocol/captures.ts';
import type { RunComparison } from '../protocol/comparison.ts';
import type { Denial } from '../protocol/denial.ts';
import type { Call } from '../protocol/record.ts';
import type { Finding } from '../protocol/trail.ts';
import { linesOf } from './memberLines.ts';

const WRITE_BYTES = 256 * 1024;
const READ_BYTES = 128 * 1024;

export interface SpoolFile {
  /** One JSON value, as a line. @param json without a line end */
  line(json: string): void;
  text(text: string): void;
  close(): void;
}

export interface Spool {
  readonly members: BundleMembers;
  open(name: string): SpoolFile;
  has(name: string): boolean;
  /** A member's bytes in pieces. */
  read(name: string): AsyncIterable<Uint8Array>;
  /** How many lines a member has. */
  lines(name: string): number;
  /**
   * Writes a member of lines anew: each value as `change` wants it, null to leave it out.
   * @returns how many were changed or left out
   */
  rewrite<T>(name: string, values: AsyncIterable<T>, change: (value: T) => T | null): Promise<number>;
  dispose(): void;
}

/** @param parent an absolute path; the spool makes a folder in it */
export function createSpool(parent: string): Spool {
  const folder = mkdtempSync(join(parent, 'callgrove-bundle-'));
  const names: string[] = [];
  const fileOf = (name: string) => join(folder, name.replace('/', '_'));
  const lineCounts = new Map<string, number>();
  const open = (name: string): SpoolFile => {
    if (!names.includes(name)) names.push(name);
    return openFile(fileOf(name), (lines) => lineCounts.set(name, lines));
  };
  const has = (name: string) => names.includes(name) && existsSync(fileOf(name));
  /** What this process has just written needs no schema. */
  async function* values<T>(name: string): AsyncGenerator<T> {
    if (!has(name)) return;
    const texts = createReadStream(fileOf(name), { encoding: 'utf8', highWaterMark: READ_BYTES });
    for await (const { line } of linesOf(name, texts)) {
      const value: T = JSON.parse(line);
      yield value;
    }
  }
  const document = <T>(name: string): T | null => (has(name) ? JSON.parse(readFileSync(fileOf(name), 'utf8')) : null);

  return {
    members: {
      get names() {
        return [...names];
      },
      async session() {
        const session = document<BundledSession>(MEMBER.session);
        if (!session) throw new Error('the session is not written yet');
        return session;
      },
      calls: () => values<Call>(MEMBER.calls),
      frames: () => values<FrameLine>(MEMBER.frames),
      denials: () => values<Denial>(MEMBER.denials),
      findings: () => values<Finding>(MEMBER.findings),
      async *captures() {
        for (const name of names.filter((one) => CAPTURE_MEMBER.test(one)).sort()) {
          const capture = document<StoredCapture>(name);
          if (capture) yield capture;
        }
      },
      diff: async () => document<RunComparison>(MEMBER.diff),
    },
    open,
    has,
    read: (name) => createReadStream(fileOf(name), { highWaterMark: READ_BYTES }),
    lines: (name) => lineCounts.get(name) ?? 0,
    async rewrite(name, lines, change) {
      const next = `${fileOf(name)}.next`;
      const out = openFile(next, (lines) => lineCounts.set(name, lines));
      let changed = 0;
      try {
        for await (const value of lines) {
          const kept = change(value);
          if (kept !== value) changed++;
          if (kept !== null) out.line(JSON.stringify(kept));
        }
      } finally {
        out.close();
      }
      renameSync(next, fileOf(name));
      return changed;
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** @param onClose called with the number of lines that were written */
function openFile(file: string, onClose: (lines: number) => void): SpoolFile {
  const fd = openSync(file, 'w', 0o600);
  const block = Buffer.allocUnsafe(WRITE_BYTES);
  let [used, lines] = [0, 0];
  const flush = () => {
    for (let at = 0; at < used; ) at += writeSync(fd, block, at, used - at);
    used = 0;
  };
  const text = (piece: string) => {
    // So many bytes at most.
    const most = 3 * piece.length;
    if (used + most > WRITE_BYTES) flush();
    if (most <= WRITE_BYTES) used += block.write(piece, used);
    else writeFileSync(fd, piece);
  };
  return {
    text,
    line(json) {
      lines++;
      text(json);
      text('\n');
    },
    close() {
      flush();
      closeSync(fd);
      onClose(lines);
    },
  };
}
