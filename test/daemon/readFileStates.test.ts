/** What a proxy saw of files is read from its journal again as it was recorded, or not at all. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeConnectionId } from '../../daemon/base/ids.ts';
import type { FileLook, FileStateRecord } from '../../daemon/protocol/fileState.ts';
import { segmentName } from '../../daemon/protocol/segment.ts';
import { readFileStates } from '../../daemon/readFileStates.ts';

const CONNECTION = makeConnectionId(1_790_000_000_000, new Uint8Array(10).fill(7));
const LOOK: FileLook = {
  kind: 'file',
  bytes: 3,
  mtime_ms: 1,
  ctime_ms: 2,
  id: '1:2',
  folder: '1:1',
  sha256: 'ab'.repeat(32),
};
const RECORD: FileStateRecord = {
  frame: '4',
  request_id: '"é"',
  when: 'before',
  answer: null,
  doubts: ['late'],
  files: [
    {
      argument: 'path',
      path: '/w/ä.txt',
      access: 'write',
      before: LOOK,
      after: null,
      content: { encoding: 'utf8', text: 'öld' },
    },
  ],
  took_us: 22,
};

/** A segment with these bytes behind some others. */
function segment(t: { after(work: () => void): void }, payload: Uint8Array | string) {
  const folder = mkdtempSync(join(tmpdir(), 'callgrove-states-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const places = { journal: join(folder, 'journal'), artifacts: join(folder, 'artifacts') };
  for (const one of Object.values(places)) mkdirSync(one);
  const before = Buffer.from('{"k":"open"}\n');
  const bytes = Buffer.from(payload);
  writeFileSync(join(places.journal, segmentName(CONNECTION, 2)), Buffer.concat([before, bytes, Buffer.from('\n')]));
  return { places, span: { segment: 2, offset: before.length, length: bytes.length } };
}

test('it is what was recorded', (t) => {
  const { places, span } = segment(t, JSON.stringify(RECORD));
  assert.deepEqual(readFileStates(places, CONNECTION, span), RECORD);
});

test('null where it is gone, cut off, or no such record', (t) => {
  const { places, span } = segment(t, JSON.stringify(RECORD));
  for (const [why, place] of [
    ['its segment is gone', { ...span, segment: 3 }],
    ['the segment ends before it', { ...span, length: span.length + 2 }],
    ['it ends before its end', { ...span, length: span.length - 1 }],
    ['it begins elsewhere', { ...span, offset: 0 }],
  ] as const)
    assert.equal(readFileStates(places, CONNECTION, place), null, why);
  for (const other of [
    { ...RECORD, when: 'during' },
    { ...RECORD, files: [{ ...RECORD.files[0], before: { ...LOOK, kind: 'door' } }] },
    { ...RECORD, files: Array(21).fill(RECORD.files[0]) },
    [],
  ]) {
    const one = segment(t, JSON.stringify(other));
    assert.equal(readFileStates(one.places, CONNECTION, one.span), null);
  }
});

test('no more is read than a proxy writes', (t) => {
  const large = { ...RECORD, request_id: '1'.repeat(2 * 1024 * 1024) };
  const { places, span } = segment(t, JSON.stringify(large));
  assert.equal(readFileStates(places, CONNECTION, span), null);
  const just = segment(t, JSON.stringify({ ...RECORD, request_id: '1'.repeat(1024 * 1024) }));
  assert.equal(readFileStates(just.places, CONNECTION, just.span)?.request_id.length, 1024 * 1024);
});
