/**
 * Finds secrets that are base64, base64url, hex or percent encoded: decodes runs that may hold one and hands what they
 * say to the scan for plain text. Masks the encoded run, or in a long one the part that holds the secret.
 */
import { isUtf8 } from 'node:buffer';
import { encodedRuns } from './encodedRuns.ts';
import { undoPercent } from './escapes.ts';
import { type Finding, mergeFindings, WEIGHT } from './finding.ts';

/** `isText` says that all of it can be printed: then names and words count, else known formats alone. */
export type PlainScan = (text: string, into: Finding[], isText: boolean) => void;

/** Words that percent signs are looked for in; a longer one is looked at in pieces. */
const WORD = /[^\s"'`<>\\]{8,8192}/y;
const BREAK = /[\s"'`<>\\]/;
const PERCENT = /%[0-9A-Fa-f]{2}/;
const LONGEST_WORD = 8192;
/** Base64 in lines, as `base64` and PEM write it. */
const WRAPPED =
  /(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{60,76}[ \t]{0,8}\r?\n[ \t\r]{0,8}){1,2000}[A-Za-z0-9+/]{1,76}={0,2}/g;
/** Runs up to this many characters are masked whole. */
const WHOLE_CHARS = 600;

/** UTF-8 without control characters but tab and line ends. */
function isText(bytes: Uint8Array): boolean {
  for (const byte of bytes) {
    if (byte < 32 ? byte !== 9 && byte !== 10 && byte !== 13 : byte === 127) return false;
  }
  return isUtf8(bytes);
}

/**
 * @param layers how many layers of encoding are taken off
 * @param continued the text is the later piece of a longer one
 */
export function scanEncoded(text: string, into: Finding[], scan: PlainScan, layers: number, continued: boolean): void {
  if (layers <= 0) return;
  const look = (decoded: string, printable: boolean): Finding[] => {
    const inner: Finding[] = [];
    scan(decoded, inner, printable);
    if (printable) scanEncoded(decoded, inner, scan, layers - 1, false);
    return mergeFindings(inner);
  };
  let hasLines = false;
  for (const { start: from, end: to, encoding, shift } of encodedRuns(text, continued)) {
    hasLines ||= to - from >= 60 && to - from <= 76;
    const [wide, narrow] = encoding === 'hex' ? [2, 1] : [4, 3];
    const bytes = Buffer.from(text.slice(from + shift, to), encoding);
    // One character a byte, so that offsets can be mapped back.
    const decoded = bytes.toString('latin1');
    for (const { start, end, rule, secret } of look(decoded, isText(bytes))) {
      const isWhole = to - from <= WHOLE_CHARS;
      into.push({
        start: isWhole ? from : from + shift + Math.floor(start / narrow) * wide,
        end: isWhole ? to : Math.min(to, from + shift + Math.ceil(end / narrow) * wide),
        rule: encodedRule(rule),
        weight: WEIGHT.context,
        secret: secret ?? decoded.slice(start, end),
      });
    }
  }
  for (const { 0: block, index } of hasLines ? text.matchAll(WRAPPED) : []) {
    const bytes = Buffer.from(block.replace(/\s+/g, ''), 'base64');
    const decoded = bytes.toString('latin1');
    const found = look(decoded, isText(bytes))[0];
    if (!found) continue;
    const secret = found.secret ?? decoded.slice(found.start, found.end);
    into.push({
      start: index,
      end: index + block.length,
      rule: encodedRule(found.rule),
      weight: WEIGHT.context,
      secret,
    });
  }
  if (text.includes('%')) scanPercent(text, into, look);
}

function encodedRule(rule: string): string {
  return rule.startsWith('encoded-') ? rule : `encoded-${rule}`;
}

function scanPercent(text: string, into: Finding[], look: (decoded: string, printable: boolean) => Finding[]): void {
  for (const { index, word } of percentWords(text)) {
    const decoded = undoPercent(word);
    for (const { start, end, rule, weight, secret } of look(decoded.text, true)) {
      const found = { rule, weight, secret: secret ?? decoded.text.slice(start, end) };
      into.push({ start: index + decoded.offsets[start]!, end: index + decoded.offsets[end]!, ...found });
    }
  }
}

/** The words with a percent sign that two digits follow. Words without one are not looked at. */
export function percentWords(text: string): { index: number; word: string }[] {
  const found: { index: number; word: string }[] = [];
  for (let at = text.indexOf('%'), before = 0; at >= 0; at = text.indexOf('%', Math.max(at + 1, before))) {
    if (!PERCENT.test(text.slice(at, at + 3))) continue;
    let index = at;
    while (index > before && !BREAK.test(text[index - 1]!)) index--;
    for (let word = wordAt(text, index); word !== ''; word = wordAt(text, index)) {
      if (PERCENT.test(word)) found.push({ index, word });
      index += word.length;
      // The rest of a longer word.
      if (word.length < LONGEST_WORD) break;
    }
    before = Math.max(index, at + 1);
  }
  return found;
}

function wordAt(text: string, at: number): string {
  WORD.lastIndex = at;
  return WORD.exec(text)?.[0] ?? '';
}
