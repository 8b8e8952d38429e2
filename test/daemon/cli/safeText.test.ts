import assert from 'node:assert/strict';
import { test } from 'node:test';
import { safeBlock, safeLine } from '../../../daemon/cli/safeText.ts';

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
