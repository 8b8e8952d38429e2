/**
 * Other ways in which a text can be written, undone with the way back: HTML entities, and bytes as `\x67`, `=67`,
 * `67:68:70` or `0x67, 0x68`. Only bundles are looked at through them.
 */
import { charKind, longRuns } from '../model/longRuns.ts';
import { type Decoded, decodeWith } from './escapes.ts';
import type { View } from './scanText.ts';

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  colon: ':',
  equals: '=',
  sol: '/',
  commat: '@',
  lowbar: '_',
  period: '.',
  plus: '+',
  hyphen: '-',
  nbsp: ' ',
};

/** One character of plain text, or null. */
function printable(code: number): string | null {
  return code === 9 || code === 10 || code === 13 || (code >= 32 && code < 127) ? String.fromCharCode(code) : null;
}

export const undoEntities: View = (text) => {
  if (!text.includes('&')) return null;
  return decodeWith(text, /&(?:#[xX](?<hex>[0-9A-Fa-f]{1,6})|#(?<dec>\d{1,7})|(?<name>[a-z]{2,8}));/g, ({ groups }) => {
    if (groups?.hex) return printable(Number.parseInt(groups.hex, 16));
    if (groups?.dec) return printable(Number(groups.dec));
    return NAMED[groups?.name ?? ''] ?? null;
  });
};

/** `\x67`, `\u{67}`, and `\u0022` `\u005c`, which JSON's own view leaves alone. */
export const undoByteEscapes: View = (text) => {
  if (!text.includes('\\')) return null;
  return decodeWith(
    text,
    /\\{1,16}(?:x(?<byte>[0-9A-Fa-f]{2})|u\{(?<point>[0-9A-Fa-f]{1,6})\}|u00(?<unit>[0-9A-Fa-f]{2}))/g,
    ({ groups }) => printable(Number.parseInt(groups?.byte ?? groups?.point ?? groups?.unit ?? '0', 16)),
  );
};

/** Quoted-printable, where it is used for more than an odd sign. */
export const undoQuotedPrintable: View = (text) => {
  if (!text.includes('=') || !/(?:=[0-9A-F]{2}[^=\s]{0,6}){3}/.test(text)) return null;
  return decodeWith(text, /=(?:(?<byte>[0-9A-F]{2})|\r?\n)/g, ({ groups }) =>
    groups?.byte ? printable(Number.parseInt(groups.byte, 16)) : '',
  );
};

/** Hexadecimal: `67 68`, `67:68`, `0x67, 0x68`. Decimal: `103, 104`. Of plain text, line ends included. */
const HEX_LIST =
  /(?<![0-9A-Za-z])(?:(?:0x)?(?:[2-7][0-9A-Fa-f]|0[9AaDd])(?:, ?|[ :-])){11,6000}(?:0x)?(?:[2-7][0-9A-Fa-f]|0[9AaDd])(?![0-9A-Za-z])/g;
const CODE = '(?:9|10|13|3[2-9]|[4-9]\\d|1[01]\\d|12[0-6])';
const CODE_LIST = new RegExp(`(?<![\\d.])(?:${CODE}(?:, ?| )){11,6000}${CODE}(?![\\d.])`, 'g');

/** Shorter than any list of either kind. */
const LIST_CHARS = 23;

const LISTED = charKind(/[0-9A-Fa-fx, :-]/);

/** Is there a run that is long enough for a list? */
export function mayHoldList(text: string): boolean {
  return longRuns(text, LISTED, LIST_CHARS).length > 0;
}

/** Bytes as a list of numbers become what they spell, with a space before and behind. */
function undoList(text: string, pattern: RegExp, radix: 10 | 16): Decoded | null {
  if (!mayHoldList(text) || text.search(pattern) < 0) return null;
  let decoded = '';
  const offsets: number[] = [];
  const wholes: { start: number; end: number }[] = [];
  let at = 0;
  for (const { 0: run, index } of text.matchAll(pattern)) {
    wholes.push({ start: index, end: index + run.length });
    decoded += `${text.slice(at, index)} `;
    for (; at < index; at++) offsets.push(at);
    offsets.push(index);
    for (const { 0: number, index: within } of run.matchAll(/[0-9A-Fa-fx]+/g)) {
      decoded += String.fromCharCode(Number.parseInt(number.replace(/^0x/, ''), radix));
      offsets.push(index + within);
    }
    decoded += ' ';
    at = index + run.length;
    offsets.push(at);
  }
  decoded += text.slice(at);
  for (; at <= text.length; at++) offsets.push(at);
  return { text: decoded, offsets, wholes };
}

export const undoHexList: View = (text) => undoList(text, HEX_LIST, 16);
export const undoCodeList: View = (text) => undoList(text, CODE_LIST, 10);

export const STRICT_VIEWS: readonly View[] = [
  undoEntities,
  undoByteEscapes,
  undoQuotedPrintable,
  undoHexList,
  undoCodeList,
];
