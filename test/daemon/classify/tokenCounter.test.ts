import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { createTokenCounter, isCountable } from '../../../daemon/classify/tokenCounter.ts';

const counter = createTokenCounter();

test('nothing is counted before the tokenizer is there', async () => {
  assert.equal(counter.count('hello'), null);
  await counter.load();
  assert.equal(counter.count('hello'), 1);
});

test('counts are those of the whole text, piece by piece', async () => {
  await counter.load();
  const plain = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() };
  const texts = [
    '',
    readFileSync('docs/policy.md', 'utf8'),
    readFileSync('package-lock.json', 'utf8').slice(0, 50_000),
    'Ünïcödé 漢字仮名交じり文。 emoji 👩‍👩‍👧 and\r\n\r\n\tthe   rest  ',
    "it's WE'LL don't 1234567890 <|endoftext|> x",
  ];
  for (const text of texts) assert.equal(counter.count(text), encode(text, plain).length, text.slice(0, 40));
});

test('what would take too long is not counted', () => {
  const table: [string, boolean][] = [
    ['a'.repeat(600), true],
    ['a'.repeat(601), false],
    [' '.repeat(5000), false],
    ['-'.repeat(5000), false],
    ['漢'.repeat(5000), false],
    [`${'漢字仮名。'.repeat(1000)}`, true],
    ['7'.repeat(5000), true],
    ['word '.repeat(20_000), true],
    [Buffer.alloc(30_000, 'qM9/').toString('base64'), true],
    ['word '.repeat(60_000), false],
  ];
  for (const [text, expected] of table)
    assert.equal(isCountable(text), expected, `${text.slice(0, 8)} × ${text.length}`);
});
