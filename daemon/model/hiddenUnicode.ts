/**
 * Characters of a text that a reader does not see and a model does: zero-width ones, bidirectional controls, tags,
 * variation selectors that carry a payload, control characters. Ordinary use of them is not reported: emoji, scripts
 * that need joiners, marks in right-to-left lines, a byte order mark. What a find means is for others.
 *
 * After Unicode 16 (Default_Ignorable_Code_Point, UTS #51 for emoji), CVE-2021-42574 (bidirectional controls in
 * sources) and the "Rules File Backdoor" of 2025-03-18 (instructions in zero-width characters of rules files).
 */
import type { HiddenCharacter } from '../protocol/harness.ts';

const LIMIT = 20;

/** First and last code point, and what people call it. */
const HIDDEN: readonly (readonly [first: number, last: number, name: string])[] = [
  [0x00, 0x08, 'control character'],
  [0x0b, 0x0b, 'control character'],
  [0x0e, 0x1f, 'control character'],
  [0x7f, 0x84, 'control character'],
  [0x86, 0x9f, 'control character'],
  [0xad, 0xad, 'soft hyphen'],
  [0x34f, 0x34f, 'combining grapheme joiner'],
  [0x61c, 0x61c, 'Arabic letter mark'],
  [0x115f, 0x1160, 'Hangul filler'],
  [0x17b4, 0x17b5, 'invisible Khmer vowel'],
  [0x180b, 0x180f, 'Mongolian variation selector'],
  [0x200b, 0x200b, 'zero-width space'],
  [0x200c, 0x200c, 'zero-width non-joiner'],
  [0x200d, 0x200d, 'zero-width joiner'],
  [0x200e, 0x200f, 'direction mark'],
  [0x202a, 0x202c, 'bidirectional embedding'],
  [0x202d, 0x202e, 'bidirectional override'],
  [0x2060, 0x2060, 'word joiner'],
  [0x2061, 0x2064, 'invisible operator'],
  [0x2065, 0x2065, 'ignorable character'],
  [0x2066, 0x2069, 'bidirectional isolate'],
  [0x206a, 0x206f, 'deprecated format character'],
  [0x3164, 0x3164, 'Hangul filler'],
  [0xfe00, 0xfe0f, 'variation selector'],
  [0xfeff, 0xfeff, 'zero-width no-break space'],
  [0xffa0, 0xffa0, 'Hangul filler'],
  [0xfff0, 0xfffb, 'ignorable character'],
  [0x1bca0, 0x1bca3, 'shorthand format control'],
  [0x1d173, 0x1d17a, 'invisible musical control'],
  [0xe0000, 0xe007f, 'tag character'],
  [0xe0080, 0xe00ff, 'ignorable character'],
  [0xe0100, 0xe01ef, 'variation selector'],
  [0xe01f0, 0xe0fff, 'ignorable character'],
];

const ESCAPED = HIDDEN.map(([first, last]) => `\\u{${first.toString(16)}}-\\u{${last.toString(16)}}`).join('');
const ANY_HIDDEN = new RegExp(`[${ESCAPED}]`, 'gu');

const JOINING_SCRIPTS = [
  'Arabic',
  'Syriac',
  'Nko',
  'Mongolian',
  'Devanagari',
  'Bengali',
  'Gurmukhi',
  'Gujarati',
  'Oriya',
  'Tamil',
  'Telugu',
  'Kannada',
  'Malayalam',
  'Sinhala',
  'Khmer',
  'Myanmar',
  'Tibetan',
];
const JOINING = new RegExp(`^[${JOINING_SCRIPTS.map((script) => `\\p{Script=${script}}`).join('')}]`, 'u');
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
/** What may stand before the joiner of an emoji sequence, and after it. */
const EMOJI_BEFORE = /(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u{fe0f})$/u;
const EMOJI_AFTER = /^\p{Extended_Pictographic}/u;
/** The flags of England, Scotland and Wales are the only emoji of tags (UTS #51, RGI_Emoji_Tag_Sequence). */
const TAG_FLAG =
  /\u{1f3f4}\u{e0067}\u{e0062}(?:\u{e0065}\u{e006e}\u{e0067}|\u{e0073}\u{e0063}\u{e0074}|\u{e0077}\u{e006c}\u{e0073})\u{e007f}/gu;

/** The first 20, in the text's order. Columns count UTF-16 units, as editors do. */
export function hiddenUnicode(text: string): HiddenCharacter[] {
  const found: HiddenCharacter[] = [];
  const flags = text.includes('\u{1f3f4}') ? [...text.matchAll(TAG_FLAG)].map(({ index }) => index) : [];
  let line = 1;
  let lineStart = 0;
  for (const { 0: character, index } of text.matchAll(ANY_HIDDEN)) {
    if (flags.some((start) => index > start && index < start + 14)) continue;
    if (isOrdinary(text, index, character)) continue;
    for (let next = text.indexOf('\n', lineStart); next >= 0 && next < index; next = text.indexOf('\n', lineStart)) {
      line++;
      lineStart = next + 1;
    }
    const code = character.codePointAt(0) ?? 0;
    found.push({
      line,
      column: index - lineStart + 1,
      code_point: `U+${code.toString(16).toUpperCase().padStart(4, '0')}`,
      name: HIDDEN.find(([first, last]) => code >= first && code <= last)?.[2] ?? 'ignorable character',
    });
    if (found.length === LIMIT) break;
  }
  return found;
}

function isOrdinary(text: string, index: number, character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  const before = lastOf(text.slice(Math.max(0, index - 2), index));
  const after = String.fromCodePoint(text.codePointAt(index + character.length) ?? 0x20);
  if (code === 0xfeff) return index === 0;
  if (code === 0x200c) return JOINING.test(before) || JOINING.test(after);
  if (code === 0x200d) {
    return (EMOJI_BEFORE.test(before) && EMOJI_AFTER.test(after)) || JOINING.test(before) || JOINING.test(after);
  }
  if (code === 0x200e || code === 0x200f || code === 0x61c) return RIGHT_TO_LEFT.test(lineAround(text, index));
  if (code === 0xfe0e || code === 0xfe0f) return /^[\p{Emoji}\p{S}]/u.test(before);
  if (code >= 0xfe00 && code <= 0xfe0d) return /^[\p{Sm}\p{Script=Han}\p{Script=Myanmar}]/u.test(before);
  if (code >= 0xe0100 && code <= 0xe01ef) return /^\p{Script=Han}/u.test(before);
  if (code >= 0x180b && code <= 0x180f) return /^\p{Script=Mongolian}/u.test(before);
  return false;
}

function lastOf(text: string): string {
  return [...text].at(-1) ?? ' ';
}

/** At most 1,000 units to either side. */
function lineAround(text: string, index: number): string {
  const before = text.slice(Math.max(0, index - 1000), index);
  const after = text.slice(index, index + 1000);
  return before.slice(before.lastIndexOf('\n') + 1) + (after.split('\n', 1)[0] ?? '');
}
