import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sparseBase, sparseText, wholeOf } from '../../../daemon/model/sparse.ts';

test('what is equal stands once, and comes back', () => {
  const base = { a: 1, b: { c: [null] }, d: 'x' };
  const value = { a: 2, b: { c: [null] }, d: null, e: [] };
  const sparse = JSON.parse(sparseText(sparseBase(base), value));
  assert.deepEqual(sparse, { a: 2, d: null, e: [] });
  assert.deepEqual(wholeOf(base, sparse), value);
});

test('any record of the same members comes back', () => {
  const record = fc.record({ a: fc.jsonValue(), b: fc.jsonValue(), c: fc.string() });
  fc.assert(
    fc.property(record, record, (base, value) => {
      const text = sparseText(sparseBase(base), value);
      assert.deepEqual(wholeOf(base, JSON.parse(text)), JSON.parse(JSON.stringify(value)));
    }),
  );
});
