import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cells, cut, fit, safeBlock, safeLine } from '../../../daemon/cli/safeText.ts';

test('whatever could move the cursor, retitle the window or turn text round is shown, not sent', () => {
  const table: [hostile: string, shown: string][] = [
    ['plain', 'plain'],
    ['\u001b[2J\u001b[31mred', '^[[2J^[[31mred'],
    ['\u001b]0;title\u0007', '^[]0;title^G'],
    ['a\r\nb\tc', 'a⏎b c'],
    ['\u009b31m', '<U+009B>31m'],
    ['file\u202egnp.exe', 'file<U+202E>gnp.exe'],
    ['zero\u200bwidth\ufeff', 'zero<U+200B>width<U+FEFF>'],
    ['tag\u{e0041}', 'tag<U+E0041>'],
    ['lone \ud800 half', 'lone <U+D800> half'],
    ['\u0000\u007f', '^@<U+007F>'],
    ['naïve 文字 👩‍👩‍👧', 'naïve 文字 👩‍👩‍👧'],
  ];
  for (const [hostile, shown] of table) assert.equal(safeLine(hostile), shown);
  assert.equal(safeLine('a\nb…', false), 'a\\nb...');
  assert.equal(
    safeLine('src/a.ts · recursive: true — ü', false),
    'src/a.ts - recursive: true - ü',
    'letters are content',
  );
  assert.equal(safeBlock('a\tb\n\u001b[1mc\r\nd'), 'a\tb\n^[[1mc\nd');
});

test('a pile of combining marks stays one character high', () => {
  const shown = safeLine(`a${'\u0301'.repeat(500)}b`);
  assert.ok(shown.length < 10);
  assert.ok(shown.endsWith('b'));
});

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
