import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerLines } from '../../../daemon/cli/answerLines.ts';
import { makePaint } from '../../../daemon/cli/paint.ts';

const terminal = { live: false, columns: 80, rows: 24, colour: false, unicode: true };
const drawing = { terminal, paint: makePaint(terminal), now: 0 };
const of = (a: string | null, b: string | null) => answerLines(a, b, drawing).slice(1);

test('what differs between two answers is shown, side by side', () => {
  assert.deepEqual(of('one\nmode=default\nlast', 'one\nmode=warm\nlast'), ['    -mode=default', '    +mode=warm']);
  assert.deepEqual(of('-- a', '++ a'), ['    --- a', '    +++ a']);
});

test('what is another by chance is not', () => {
  assert.deepEqual(of('at 2026-01-01T00:00:00Z\nA', 'at 2026-01-02T11:11:11Z\nB'), ['    -A', '    +B']);
  assert.deepEqual(of('same', 'same'), []);
  assert.deepEqual(of(null, 'x'), []);
});

test('of a long line the part that differs is in sight, of many lines the first', () => {
  const [a = '', b = ''] = of(`{"x":"${'a'.repeat(500)}","mode":"cold"}`, `{"x":"${'a'.repeat(500)}","mode":"warm"}`);
  assert.match(a, /^ {4}-….*"mode":"cold"}$/);
  assert.match(b, /^ {4}\+….*"mode":"warm"}$/);
  const lines = (word: string) => Array.from({ length: 30 }, (_none, at) => `${word} ${at}`).join('\n');
  assert.deepEqual(
    [of(lines('a'), lines('b')).length, of(lines('a'), lines('b')).at(-1)?.trim().slice(0, 9)],
    [13, '… 48 more'],
  );
});
