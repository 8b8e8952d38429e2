/** Long runs are found as by a pattern over all of the text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { charKind, longRuns } from '../../../daemon/model/longRuns.ts';

const DIGIT = charKind(/\d/);

test('the same runs as by a pattern, of any length, at any place', () => {
  const part = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 20 }),
    fc.string({ unit: fc.constantFrom(...'ab é😀\n'), maxLength: 6 }),
  );
  fc.assert(
    fc.property(fc.array(part), fc.integer({ min: 1, max: 12 }), (parts, atLeast) => {
      const text = parts.join('');
      assert.deepEqual(
        longRuns(text, DIGIT, atLeast),
        [...text.matchAll(/\d+/g)]
          .map(({ 0: run, index }) => ({ start: index, end: index + run.length }))
          .filter(({ start, end }) => end - start >= atLeast),
      );
    }),
    { numRuns: 1000 },
  );
});

test('what is not ASCII is of no kind', () => {
  assert.deepEqual(longRuns('٣٣٣٣é', charKind(/[^ ]/), 1), []);
});
