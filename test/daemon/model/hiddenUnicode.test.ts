import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hiddenUnicode } from '../../../daemon/model/hiddenUnicode.ts';

const points = (text: string) => hiddenUnicode(text).map(({ code_point }) => code_point);

const FLAGGED: readonly (readonly [what: string, text: string, found: readonly string[]])[] = [
  ['zero-width space in a word', 'ig\u200bnore', ['U+200B']],
  ['zero-width joiner between Latin letters', 'a\u200db', ['U+200D']],
  ['zero-width non-joiner between Latin letters', 'a\u200cb', ['U+200C']],
  ['right-to-left override', 'user\u202e // admin', ['U+202E']],
  ['isolates', '\u2066hidden\u2069', ['U+2066', 'U+2069']],
  ['direction mark in a Latin line', 'a\u200eb', ['U+200E']],
  ['an override in a right-to-left line', 'שלום \u202eabc', ['U+202E']],
  ['tags that spell words', 'hi\u{e0072}\u{e006d}', ['U+E0072', 'U+E006D']],
  ['tags behind a black flag that is no flag', '🏴\u{e0072}\u{e006d}\u{e007f}', ['U+E0072', 'U+E006D', 'U+E007F']],
  ['variation selectors as payload', '😀\u{fe0f}\u{fe01}\u{e0121}', ['U+FE01', 'U+E0121']],
  ['a second emoji selector', '❤\u{fe0f}\u{fe0f}', ['U+FE0F']],
  ['a selector behind a letter', 'a\u{fe0f}', ['U+FE0F']],
  ['soft hyphen', 'pass\u00adword', ['U+00AD']],
  ['word joiner and invisible plus', '\u2060\u2064', ['U+2060', 'U+2064']],
  ['Hangul filler', '\u3164\uffa0', ['U+3164', 'U+FFA0']],
  ['a byte order mark that stands not at the start', 'a\ufeffb', ['U+FEFF']],
  ['escape and backspace', 'a\u001b[8mb\u0008', ['U+001B', 'U+0008']],
  ['C1 control', 'a\u0090', ['U+0090']],
  ['a joiner before a letter behind an emoji', '😀\u200dx', ['U+200D']],
];
for (const [what, text, found] of FLAGGED) test(`hidden: ${what}`, () => assert.deepEqual(points(text), found));

const ORDINARY: readonly (readonly [what: string, text: string])[] = [
  ['a family', '👩‍👩‍👧‍👦 and 👨🏽‍🚀, 🏳️‍🌈, 🏴‍☠️, 👁️‍🗨️, ❤️‍🔥, 🧑‍⚕️'],
  ['emoji selectors', '❤️ ☎︎ 1️⃣ #️⃣ ©️ ↔️ ✔️ ⚠️'],
  ['the flags of England, Scotland and Wales', '🏴󠁧󠁢󠁥󠁮󠁧󠁿 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🏴󠁧󠁢󠁷󠁬󠁳󠁿'],
  ['Persian with non-joiners', 'می‌خواهم'],
  ['Hindi with joiners', 'क्‍ष'],
  ['direction marks in a Hebrew line', 'שלום\u200f (abc)'],
  ['ideographic variation', '葛\u{e0100}城'],
  ['byte order mark at the start', '\ufeff# Rules'],
  ['white space', 'a\u00a0b\tc\r\nd\u2003e\f'],
  ['next line', 'a\u0085b'],
  ['no-break hyphen, dashes, quotes', '‑–—“”…'],
];
for (const [what, text] of ORDINARY) test(`not hidden: ${what}`, () => assert.deepEqual(points(text), []));

test('line and column are those of an editor', () => {
  assert.deepEqual(hiddenUnicode('one\r\n😀 two\u200b\n\nx\u00ad'), [
    { line: 2, column: 7, code_point: 'U+200B', name: 'zero-width space' },
    { line: 4, column: 2, code_point: 'U+00AD', name: 'soft hyphen' },
  ]);
});

test('the first 20 are enough', () => assert.equal(hiddenUnicode('\u200b'.repeat(1000)).length, 20));

test('it never throws, and finds nothing in printable ASCII', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => hiddenUnicode(text).length <= 20));
  fc.assert(fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => hiddenUnicode(text).length === 0));
});
