/** The members of a small bundle that is as it should be, and files made of them after a change. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameLine } from '../../daemon/protocol/bundle.ts';
import { WHOLE } from './exportedBundle.ts';
import { fakeManifest } from './fakeManifest.ts';
import { fakeRecord } from './fakeRecord.ts';
import { callHead, sessionHead } from './heads.ts';
import { type RawEntry, type RawZipOptions, rawZip } from './rawZip.ts';

const CONNECTION = 'con_01jd3e8k9mq7r5t2v4w6x8y0zz';
export const SESSION = 'ses_0123456789abcdef';

export type Texts = Record<string, string>;

export function goodTexts(): Texts {
  const { session } = sessionHead({ session: { session_id: SESSION } });
  const call = (n: number) =>
    fakeRecord(
      callHead({ call_id: `call_${CONNECTION.slice(4)}_${n}`, connection_id: CONNECTION, session_id: SESSION }),
    );
  const frame = (n: number): FrameLine => ({
    v: 1,
    call_id: `call_${CONNECTION.slice(4)}_${n}`,
    connection_id: CONNECTION,
    key: String(n),
    role: 'request',
    direction: 'c2s',
    at: '2026-11-20T10:00:00.000Z',
    mono: n,
    bytes: 17,
    kept: 'full',
    body: '{"jsonrpc":"2.0"}',
  });
  const lines = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');
  return {
    'README.md': '# A session\n',
    'report.html': '<!doctype html>\n',
    'session.json': JSON.stringify({ v: 1, session, connections: [], gaps: [], trail: [] }),
    'calls.ndjson': lines([call(1), call(3)]),
    'frames.ndjson': lines([frame(1), frame(3)]),
    'denials.ndjson': '',
    'findings.ndjson': '',
  };
}

/** With a manifest that is right about them, changed as wanted. */
export function goodEntries(
  texts: Texts = goodTexts(),
  change: (manifest: Record<string, unknown>) => object = (one) => one,
): RawEntry[] {
  const members = Object.entries(texts).map(([name, text]) => ({
    name,
    bytes: Buffer.byteLength(text),
    sha256: createHash('sha256').update(text).digest('hex'),
  }));
  const manifest = {
    ...fakeManifest(SESSION, WHOLE),
    counts: { calls: 2, frames: 2, denials: 0, findings: 0, captures: 0 },
    members,
  };
  const entries = Object.entries(texts).map(([name, content]) => ({ name, content }));
  return [...entries, { name: 'manifest.json', content: JSON.stringify(change(manifest)) }];
}

export function writeZip(
  folder: string,
  entries: readonly RawEntry[],
  options: RawZipOptions = {},
  name = 'b.zip',
): string {
  const file = join(folder, name);
  writeFileSync(file, rawZip(entries, options));
  return file;
}
