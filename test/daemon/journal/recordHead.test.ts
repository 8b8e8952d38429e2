import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isRecordHead, readRecordHead } from '../../../daemon/journal/recordHead.ts';
import { RecordHead, SEGMENT_BYTES } from '../../../daemon/protocol/journal.ts';

const HEAD = { k: 'chunk', o: 7, t: 1_763_640_000_000, m: 12.345, d: 'c2s', n: 17 };

test('a head comes back as it was written', () => {
  assert.deepEqual(readRecordHead(JSON.stringify(HEAD)), HEAD);
  const { d, ...undirected } = HEAD;
  assert.deepEqual(readRecordHead(JSON.stringify(undirected)), undirected);
});

test('what is no head says why', () => {
  for (const text of ['', '{', '[]', 'null', '7', '{"k":"chunk"}'])
    assert.equal(readRecordHead(text), 'no record head where one should stand', text);
  assert.equal(
    readRecordHead(JSON.stringify({ ...HEAD, n: SEGMENT_BYTES + 1 })),
    'a record that is larger than a segment',
  );
});

test('the check by hand and the published schema agree on everything', () => {
  const odd = fc.oneof(
    fc.jsonValue(),
    fc.double(),
    fc.integer(),
    fc.constant(undefined),
    fc.constantFrom('c2s', 's2c', 'stderr'),
  );
  const nearly = fc.record({ k: odd, o: odd, t: odd, m: odd, d: odd, n: odd, more: odd }, { requiredKeys: [] });
  const oneWrong = fc
    .tuple(fc.constantFrom('k', 'o', 't', 'm', 'd', 'n'), odd)
    .map(([name, value]) => ({ ...HEAD, [name]: value }));
  fc.assert(
    fc.property(fc.oneof(nearly, oneWrong, fc.jsonValue()), (value) => {
      assert.equal(isRecordHead(value), RecordHead.safeParse(value).success);
    }),
    { numRuns: 2000 },
  );
});
