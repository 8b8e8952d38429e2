/** Words with percent signs are found as by a look at every word. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { percentWords } from '../../../daemon/redact/encoded.ts';

const everyWord = (text: string) =>
  [...text.matchAll(/[^\s"'`<>\\]{8,8192}/g)]
    .filter(({ 0: word }) => /%[0-9A-Fa-f]{2}/.test(word))
    .map(({ 0: word, index }) => ({ index, word }));

test('the same words as by a look at each', () => {
  const part = fc.oneof(
    fc.constantFrom('%41', '%4', '%', '%zz', '%2F%2f', ' ', '\n', '"', '\\', '<', 'é', '\u00a0'),
    fc.string({ unit: 'grapheme-ascii', maxLength: 12 }),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
      const text = parts.join('');
      assert.deepEqual(percentWords(text), everyWord(text));
    }),
    { numRuns: 1000 },
  );
});

test('a word of any length is looked at in pieces, from its beginning', () => {
  for (const before of [0, 1, 8180, 8188, 8190, 8191, 8192, 9000, 16_380])
    for (const after of [0, 3, 8, 9000]) {
      const text = `x ${'a'.repeat(before)}%41${'b'.repeat(after)}%42 c`;
      assert.deepEqual(percentWords(text), everyWord(text), `${before} and ${after}`);
    }
});
