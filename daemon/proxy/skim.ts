/**
 * Reads a JSON text without its long strings: they are stepped over from quote to quote, and what is left is parsed. What a
 * tool is given to write is long and names nothing, so that a large request costs little more than a small one. Each string
 * that was left out can still be had; the text has to stay as it is until then.
 */
import { isUtf8 } from 'node:buffer';
import { HEAD_CHARS, type LongText, type LongTexts } from '../model/longTexts.ts';
import { isEscaped, isKey } from './jsonQuotes.ts';

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
/** Shorter texts are parsed as they are, in bytes. */
const SKIMMED_BYTES = 4096;
/** Longer strings are left out, in bytes between their quotes. */
export const LONG_BYTES = 1024;
/** So many strings are stepped over, and more as the text is longer: where most are short there is nothing to gain. */
const MAX_STRINGS = 64;
const BYTES_PER_STRING = 256;
/** Bytes of one character are at most these: an escape, `\u0041`. */
const CHAR_BYTES = 6;

export interface Skimmed {
  /** As JSON.parse gives it, with a mark for each long string. */
  readonly value: unknown;
  readonly texts: LongTexts;
}

/**
 * @param secret what marks begin with: nobody who writes such texts may know it; at least 16 characters, plain ASCII
 * @returns null where nothing was left out, or what is there is no JSON: then it has to be parsed whole
 */
export function skim(bytes: Uint8Array, secret: string): Skimmed | null {
  if (bytes.length < SKIMMED_BYTES) return null;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: TextInPlace[] = [];
  let left = MAX_STRINGS + Math.floor(buffer.length / BYTES_PER_STRING);
  let text = '';
  let from = 0;
  for (let open = buffer.indexOf(QUOTE); open >= 0; ) {
    const close = closingQuote(buffer, open + 1);
    if (close < 0 || --left < 0) return null;
    // Names of members stay: they say what the others are.
    if (close - open - 1 > LONG_BYTES && !isKey(buffer, close + 1)) {
      text += `${buffer.toString('utf8', from, open)}"${secret}${found.length}"`;
      found.push(new TextInPlace(buffer, open + 1, close));
      from = close + 1;
    }
    open = buffer.indexOf(QUOTE, close + 1);
  }
  if (found.length === 0) return null;
  text += buffer.toString('utf8', from);
  try {
    const value: unknown = JSON.parse(text);
    return {
      value,
      texts: { of: (one) => (one.startsWith(secret) ? (found[Number(one.slice(secret.length))] ?? null) : null) },
    };
  } catch {
    return null;
  }
}

/** One string between its quotes. */
class TextInPlace implements LongText {
  private readonly buffer: Buffer;
  private readonly start: number;
  private readonly end: number;
  private beginning: string | null = null;

  constructor(buffer: Buffer, start: number, end: number) {
    this.buffer = buffer;
    this.start = start;
    this.end = end;
  }

  get head(): string {
    this.beginning ??= textOf(this.buffer, this.start, headEnd(this.buffer, this.start, this.end));
    return this.beginning;
  }

  get moreThan(): number {
    return Math.ceil((this.end - this.start) / CHAR_BYTES) - 1;
  }

  bytes(): number {
    return textBytes(this.buffer, this.start, this.end);
  }

  whole(): string {
    return textOf(this.buffer, this.start, this.end);
  }
}

/** Bytes in UTF-8 of what stands between quotes. */
export function textBytes(buffer: Buffer, from: number, to: number): number {
  const part = buffer.subarray(from, to);
  return isUtf8(part) ? unescapedBytes(part) : Buffer.byteLength(textOf(buffer, from, to));
}

/** What stands between quotes, read. Where it holds what JSON does not allow, as it stands there. */
function textOf(buffer: Buffer, from: number, to: number): string {
  const written = buffer.toString('utf8', from, to);
  if (!written.includes('\\')) return written;
  try {
    return String(JSON.parse(`"${written}"`));
  } catch {
    return written;
  }
}

/** An end of the head that is within no escape and no character. */
function headEnd(buffer: Buffer, start: number, end: number): number {
  let at = start;
  for (let chars = 0; chars < HEAD_CHARS && at < end; chars++) at += charBytes(buffer, at);
  return Math.min(at, end);
}

/** How many bytes the character takes that is written at `at`. */
function charBytes(buffer: Buffer, at: number): number {
  const byte = buffer[at] ?? 0;
  if (byte === BACKSLASH) return buffer[at + 1] === 0x75 ? CHAR_BYTES : 2;
  if (byte < 0xc0) return 1;
  return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

/** Bytes in UTF-8 of what well-formed text between quotes stands for. */
function unescapedBytes(part: Buffer): number {
  let bytes = part.length;
  for (let at = part.indexOf(BACKSLASH); at >= 0; ) {
    if (part[at + 1] !== 0x75) {
      bytes--;
      at = part.indexOf(BACKSLASH, at + 2);
      continue;
    }
    const end = escapesEnd(part, at);
    bytes += Buffer.byteLength(textOf(part, at, end)) - (end - at);
    at = part.indexOf(BACKSLASH, end);
  }
  return bytes;
}

/** Behind escapes by number that stand one behind the other: two of them may be one character. */
function escapesEnd(part: Buffer, from: number): number {
  let at = from;
  while (part[at] === BACKSLASH && part[at + 1] === 0x75) at += CHAR_BYTES;
  return Math.min(at, part.length);
}

function closingQuote(buffer: Buffer, from: number): number {
  let end = buffer.indexOf(QUOTE, from);
  while (end >= 0 && isEscaped(buffer, from, end)) end = buffer.indexOf(QUOTE, end + 1);
  return end;
}
