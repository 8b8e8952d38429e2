/** Literals are found wherever they stand, also inside one another, and nothing else is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createKeywordSearch } from '../../../daemon/redact/keywords.ts';

const WORDS = ['sk-', 'csk-', 'ghp_', 'PRIVATE KEY', '$2', '::'];
const search = createKeywordSearch(WORDS);
const found = (text: string) => {
  const seen = search(text);
  return WORDS.filter((_, index) => seen.includes(index));
};

test('which of them stand in a text', () => {
  for (const [text, expected] of [
    ['', []],
    ['s', []],
    ['nothing of it', []],
    ['sk-', ['sk-']],
    ['a csk-1 here', ['sk-', 'csk-']],
    ['é ghp_ü', ['ghp_']],
    ['BEGIN PRIVATE KEY, $2b$', ['PRIVATE KEY', '$2']],
    [':::', ['::']],
    ['PRIVATE KE', []],
    ['\u{1f600}sk-', ['sk-']],
  ] as const)
    assert.deepEqual(found(text), expected, text);
});

test('a literal that cannot be searched for is a mistake', () => {
  assert.throws(() => createKeywordSearch(['x']));
  assert.throws(() => createKeywordSearch(['éa']));
});

test('it finds what a search for each of them finds', () => {
  const part = fc.oneof(
    fc.constantFrom(...WORDS, ...WORDS.map((word) => word.slice(0, -1)), ...WORDS.map((word) => word.slice(1))),
    fc.constantFrom('é', '😀', '\ud800'),
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const text = parts.join('');
      assert.deepEqual(
        found(text),
        WORDS.filter((word) => text.includes(word)),
      );
    }),
  );
});
