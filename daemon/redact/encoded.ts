/**
 * Finds secrets that are base64, base64url, hex or percent encoded: decodes runs that may hold one and hands what they
 * say to the scan for plain text. Masks the encoded run, or in a long one the part that holds the secret.
 */
import { isUtf8 } from 'node:buffer';
import { type Finding, mergeFindings, WEIGHT } from './finding.ts';

/** `isText` says that all of it can be printed: then names and words count, else known formats alone. */
export type PlainScan = (text: string, into: Finding[], isText: boolean) => void;

const RUN = /[A-Za-z0-9+/_-]{16,}={0,2}/g;
const HEX = /^(?:[0-9a-f]{2}){12,}$/i;
const WORD = /[^\s"'`<>\\]{8,8192}/g;
const PERCENT = /%([0-9A-Fa-f]{2})/g;
/** Runs up to this many characters are masked whole. */
const WHOLE_CHARS = 600;

/** UTF-8 without control characters but tab and line ends. */
function isText(bytes: Uint8Array): boolean {
  for (const byte of bytes) {
    if (byte < 32 ? byte !== 9 && byte !== 10 && byte !== 13 : byte === 127) return false;
  }
  return isUtf8(bytes);
}

/** @param layers how many layers of encoding are taken off */
export function scanEncoded(text: string, into: Finding[], scan: PlainScan, layers: number): void {
  if (layers <= 0) return;
  const look = (decoded: string, printable: boolean): Finding[] => {
    const inner: Finding[] = [];
    scan(decoded, inner, printable);
    if (printable) scanEncoded(decoded, inner, scan, layers - 1);
    return mergeFindings(inner);
  };
  for (const { 0: run, index } of text.matchAll(RUN)) {
    const isHex = HEX.test(run);
    const bytes = Buffer.from(run, isHex ? 'hex' : 'base64');
    // One character a byte, so that offsets can be mapped back.
    const decoded = bytes.toString('latin1');
    const [wide, narrow] = isHex ? [2, 1] : [4, 3];
    for (const { start, end, rule, secret } of look(decoded, isText(bytes))) {
      const isWhole = run.length <= WHOLE_CHARS;
      into.push({
        start: index + (isWhole ? 0 : Math.floor(start / narrow) * wide),
        end: index + (isWhole ? run.length : Math.min(run.length, Math.ceil(end / narrow) * wide)),
        rule: rule.startsWith('encoded-') ? rule : `encoded-${rule}`,
        weight: WEIGHT.context,
        secret: secret ?? decoded.slice(start, end),
      });
    }
  }
  if (text.includes('%')) scanPercent(text, into, look);
}

function scanPercent(text: string, into: Finding[], look: (decoded: string, isText: boolean) => Finding[]): void {
  for (const { 0: word, index } of text.matchAll(WORD)) {
    if (word.search(PERCENT) < 0) continue;
    /** Where each character of the decoded word stands in the encoded one. */
    const offsets: number[] = [];
    let decoded = '';
    for (let at = 0; at < word.length; ) {
      const code = word[at] === '%' ? /^[0-9A-Fa-f]{2}/.exec(word.slice(at + 1, at + 3))?.[0] : undefined;
      offsets.push(at);
      decoded += code === undefined ? word[at] : String.fromCharCode(Number.parseInt(code, 16));
      at += code === undefined ? 1 : 3;
    }
    offsets.push(word.length);
    for (const { start, end, rule, weight, secret } of look(decoded, true)) {
      const found = { rule, weight, secret: secret ?? decoded.slice(start, end) };
      into.push({ start: index + offsets[start]!, end: index + offsets[end]!, ...found });
    }
  }
}
