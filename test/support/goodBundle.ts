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
import { connectionTo } from './reproStory.ts';

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
    'session.json': JSON.stringify({
      v: 1,
      session,
      connections: [connectionTo(['fs'], { connection_id: CONNECTION })],
      gaps: [],
      trail: [],
    }),
    'calls.ndjson': lines([call(1), call(3)]),
    'frames.ndjson': lines([frame(1), frame(3)]),
    'denials.ndjson': '',
    'findings.ndjson': '',
  };
}

/** The same session with frames that belong to no call: they stand first. */
export function looseTexts(): Texts {
  const texts = goodTexts();
  const said = '{"jsonrpc":"2.0","method":"notifications/initialized"}';
  const frames: [FrameLine['role'], Partial<FrameLine>][] = [
    ['notification', { direction: 'c2s', body: said }],
    ['unasked_answer', { body: '{"jsonrpc":"2.0","id":9,"result":{}}' }],
    ['malformed', { body: '{"jsonrpc":"2.0","id":1,"resu' }],
    ['noise', { body: 'listening\n' }],
    ['stderr', { kept: 'head', body: 'warning: ' }],
    ['notification', { kept: 'shape', body: '{"method":"string"}' }],
    ['stderr', { kept: 'gone', body: null }],
  ];
  const loose = frames.map(([role, change], at) => {
    const line: FrameLine = {
      v: 1,
      call_id: null,
      connection_id: CONNECTION,
      key: String(10 + at),
      role,
      direction: 's2c',
      at: '2026-11-20T10:00:00.000Z',
      mono: 10 + at,
      bytes: change.body?.length ?? 8,
      kept: 'full',
      body: null,
      ...change,
    };
    return `${JSON.stringify(line)}\n`;
  });
  return { ...texts, 'frames.ndjson': loose.join('') + texts['frames.ndjson'] };
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
  // Frames of no call are more than the two of the calls; what a test has done to those is not counted here.
  const loose = texts['frames.ndjson']?.match(/"call_id":null/g)?.length ?? 0;
  const manifest = {
    ...fakeManifest(SESSION, WHOLE),
    counts: { calls: 2, frames: 2 + loose, denials: 0, findings: 0, captures: 0 },
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
