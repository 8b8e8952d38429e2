import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cells, cut, fit } from '../../../daemon/cli/cells.ts';
import { safeLine } from '../../../daemon/cli/safeText.ts';

test('cutting counts cells, never splits a character and shows that it cut', () => {
  const table: [text: string, width: number, shown: string][] = [
    ['short', 10, 'short'],
    ['exactly', 7, 'exactly'],
    ['too long', 6, 'too l…'],
    ['文字文字', 8, '文字文字'],
    ['文字文字', 7, '文字文…'],
    ['文字文字', 6, '文字…'],
    ['👩‍👩‍👧👩‍👩‍👧', 3, '👩‍👩‍👧…'],
    ['x', 0, ''],
  ];
  for (const [text, width, shown] of table) assert.equal(cut(text, width), shown, `${text} in ${width}`);
  assert.equal(cut('too long', 6, false), 'too l~');
  assert.equal(fit('文', 4), '文  ');
});

test('no text of any kind is wider than asked, nor keeps a control character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.integer({ min: 0, max: 60 }), (text, width) => {
      const shown = cut(safeLine(text), width);
      assert.ok(cells(shown) <= width);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left
      assert.doesNotMatch(shown, /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    }),
    { numRuns: 300 },
  );
});

test('a megabyte in one line costs no more than its beginning', () => {
  assert.equal(cut('x'.repeat(1_000_000), 10), 'xxxxxxxxx…');
});
