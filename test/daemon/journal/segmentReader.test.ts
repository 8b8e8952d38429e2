import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SegmentReader, type SegmentRecord } from '../../../daemon/journal/segmentReader.ts';

const HEADER = `${JSON.stringify({
  v: 1,
  journal: 'callgrove',
  connection_id: 'con_00000000000000000000000000',
  segment: 0,
  started_at: '2026-11-20T12:00:00.000Z',
  next_ordinal: 0,
  mid_line: { c2s: false, s2c: false },
})}\n`;

function record(
  ordinal: number,
  payload: string | Uint8Array,
  kind = 'chunk',
  direction: string | null = 'c2s',
): Buffer {
  const bytes = Buffer.from(payload as string);
  const head = {
    k: kind,
    o: ordinal,
    t: 1_763_640_000_000,
    m: 12.345,
    ...(direction && { d: direction }),
    n: bytes.length,
  };
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), bytes]);
}

function readInPieces(file: Buffer, sizes: (left: number) => number, reader = new SegmentReader()) {
  const records: SegmentRecord[] = [];
  const reused = Buffer.alloc(file.length);
  for (let at = 0; at < file.length; ) {
    const size = Math.min(Math.max(1, sizes(file.length - at)), file.length - at);
    file.copy(reused, 0, at, at + size);
    for (const { head, payloadOffset, payload } of reader.push(reused.subarray(0, size)))
      records.push({ head, payloadOffset, payload: Buffer.from(payload) });
    at += size;
  }
  return { reader, records };
}

const payloads = (records: readonly SegmentRecord[]) =>
  records.map(({ payload }) => Buffer.from(payload).toString('latin1'));

test('a segment comes back as its header and its records, whatever pieces it arrives in', () => {
  const forged = `{"k":"exit","o":9,"t":1,"m":1,"n":0}\n{"k":"chunk","o":10,"t":1,"m":1,"d":"s2c","n":4000}\n`;
  const bodies = ['{"jsonrpc":"2.0"}\n', '', forged, '\n\n\n', '\xff\xfe\x00', 'x'.repeat(5000)];
  const file = Buffer.concat([Buffer.from(HEADER), ...bodies.map((body, o) => record(o, Buffer.from(body, 'latin1')))]);
  fc.assert(
    fc.property(fc.infiniteStream(fc.integer({ min: 1, max: 300 })), (stream) => {
      const { reader, records } = readInPieces(file, () => stream.next().value ?? 1);
      assert.equal(reader.damage, null);
      assert.equal(reader.header?.segment, 0);
      assert.deepEqual(payloads(records), bodies);
      assert.deepEqual(
        records.map(({ head }) => head.o),
        [0, 1, 2, 3, 4, 5],
      );
      for (const { payloadOffset, payload } of records)
        assert.deepEqual(file.subarray(payloadOffset, payloadOffset + payload.length), payload);
      assert.equal(reader.offset, file.length);
      assert.equal(reader.tornBytes, 0);
    }),
    { numRuns: 100 },
  );
});

test('a torn end is held back, and a reader that starts at the offset goes on from there', () => {
  const whole = Buffer.concat([Buffer.from(HEADER), record(0, 'first\n'), record(1, 'second\n')]);
  for (let cut = 0; cut <= whole.length; cut++) {
    const first = readInPieces(whole.subarray(0, cut), () => 64);
    assert.equal(first.reader.damage, null, `cut at ${cut}`);
    assert.equal(first.reader.offset + first.reader.tornBytes, cut);
    const second = readInPieces(whole.subarray(first.reader.offset), () => 64, new SegmentReader(first.reader.offset));
    assert.deepEqual(payloads([...first.records, ...second.records]), ['first\n', 'second\n'], `cut at ${cut}`);
  }
});

test('a record without direction and of an unknown kind is handed on as it stands', () => {
  const { records, reader } = readInPieces(
    Buffer.concat([Buffer.from(HEADER), record(0, '{}', 'something_new', null)]),
    (left) => left,
  );
  assert.equal(reader.damage, null);
  assert.deepEqual(
    records.map(({ head }) => [head.k, head.d]),
    [['something_new', undefined]],
  );
});

const damaged: [string, Buffer, RegExp][] = [
  ['no journal', Buffer.from('PK\x03\x04 something else\n'), /no header/],
  ['a newer version', Buffer.from(HEADER.replace('"v":1', '"v":2')), /no header/],
  ['a header that never ends', Buffer.alloc(5000, 97), /more than 4096 bytes/],
  [
    'zeros behind the header, as a crashed machine leaves them',
    Buffer.concat([Buffer.from(HEADER), Buffer.alloc(5000)]),
    /more than 4096/,
  ],
  ['no head', Buffer.concat([Buffer.from(HEADER), Buffer.from('hello\n')]), /no record head/],
  [
    'a negative length',
    Buffer.concat([Buffer.from(HEADER), Buffer.from('{"k":"chunk","o":0,"t":1,"m":1,"n":-1}\n')]),
    /no record head/,
  ],
  [
    'a monstrous length',
    Buffer.concat([Buffer.from(HEADER), Buffer.from('{"k":"chunk","o":0,"t":1,"m":1,"n":99999999999}\n')]),
    /larger than a segment/,
  ],
];

for (const [name, bytes, reason] of damaged) {
  test(`damage is named with its place and nothing is read behind it: ${name}`, () => {
    const { reader, records } = readInPieces(bytes, () => 100);
    assert.match(reader.damage?.reason ?? 'none', reason);
    assert.ok(reader.damage && reader.damage.offset <= HEADER.length);
    assert.equal(records.length, 0);
    assert.deepEqual(reader.push(record(1, 'later')), []);
    assert.equal(reader.tornBytes, 0);
  });
}
