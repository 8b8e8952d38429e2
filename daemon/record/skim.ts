/**
 * Reads the envelope out of a large frame without making its values: walks the bytes once, keeps the members named in
 * ENVELOPE, steps over everything else. What it gives has the shape JSON.parse would give, thinned out. It checks the
 * structure of what it steps over, not every character of it.
 */
import { Buffer } from 'node:buffer';
import { ENVELOPE, MAX_LOOKED_AT_CHARS, type Wanted } from './message.ts';

export type Skimmed =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'broken'; readonly reason: string };

/** Containers within containers, at most; one byte of memory each. */
export const MAX_DEPTH = 1_000_000;

/** No character takes more than six bytes in JSON text (`\u0000`). */
const MAX_STRING_BYTES = MAX_LOOKED_AT_CHARS * 6;
const MAX_KEYS = 10_000;
/** One more than a batch is read for tells that there are more. */
const MAX_ITEMS = 1_001;

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

class BrokenJson extends Error {
  readonly code = 'broken_json';
}

/** The thinned value of one frame, or why its bytes are no JSON. Never throws. */
export function skim(bytes: Uint8Array): Skimmed {
  const cursor: Cursor = { bytes, at: 0 };
  try {
    const isBatch = peek(cursor) === OPEN_ARRAY;
    const value = isBatch ? readArray(cursor, () => ENVELOPE, MAX_ITEMS) : readValue(cursor, ENVELOPE);
    if (peek(cursor) !== END) throw new BrokenJson('more after its end');
    return { kind: 'value', value };
  } catch (error) {
    if (error instanceof BrokenJson) return { kind: 'broken', reason: `${error.message} at byte ${cursor.at}` };
    throw error;
  }
}

const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const MINUS = 0x2d;
const END = -1;

function readValue(cursor: Cursor, wanted: Wanted | true | 'keys'): unknown {
  const byte = peek(cursor);
  if (byte === OPEN_OBJECT) return readObject(cursor, wanted);
  if (byte === OPEN_ARRAY)
    return readArray(cursor, (index) => (typeof wanted === 'object' ? wanted[index] : undefined), 1);
  if (byte === QUOTE) return decode(cursor, stringRange(cursor));
  return readScalar(cursor);
}

function readObject(cursor: Cursor, wanted: Wanted | true | 'keys'): Record<string, unknown> {
  const members: Record<string, unknown> = Object.create(null);
  let kept = 0;
  cursor.at++;
  if (peek(cursor) === CLOSE_OBJECT) {
    cursor.at++;
    return members;
  }
  for (;;) {
    if (peek(cursor) !== QUOTE) throw new BrokenJson('no member name');
    const range = stringRange(cursor);
    if (peek(cursor) !== COLON) throw new BrokenJson('no colon');
    cursor.at++;
    const key = wanted === true ? null : decode(cursor, range);
    const inner = typeof wanted === 'object' && key !== null && Object.hasOwn(wanted, key) ? wanted[key] : undefined;
    // A name that comes twice counts as its last: that one is read anew.
    if (inner !== undefined && key !== null) members[key] = readValue(cursor, inner);
    else skipValue(cursor);
    if (wanted === 'keys' && key !== null && kept++ < MAX_KEYS) members[key] = null;
    const next = peek(cursor);
    cursor.at++;
    if (next === CLOSE_OBJECT) return members;
    if (next !== COMMA) throw new BrokenJson('an object that goes on wrongly');
  }
}

/** Items that are not wanted stand as null; none are kept beyond `keep`. */
function readArray(
  cursor: Cursor,
  wanted: (index: number) => Wanted | true | 'keys' | undefined,
  keep: number,
): unknown[] {
  const items: unknown[] = [];
  cursor.at++;
  if (peek(cursor) === CLOSE_ARRAY) {
    cursor.at++;
    return items;
  }
  for (let index = 0; ; index++) {
    const inner = index < keep ? wanted(index) : undefined;
    if (inner !== undefined) items.push(readValue(cursor, inner));
    else {
      skipValue(cursor);
      if (index < keep) items.push(null);
    }
    const next = peek(cursor);
    cursor.at++;
    if (next === CLOSE_ARRAY) return items;
    if (next !== COMMA) throw new BrokenJson('an array that goes on wrongly');
  }
}

/** Integers that a double can't hold come as bigint. */
function readScalar(cursor: Cursor): unknown {
  const from = cursor.at;
  skipScalar(cursor);
  const text = latin1(cursor, from, cursor.at);
  if (text === 'true') return true;
  if (text === 'false') return false;
  if (text === 'null') return null;
  if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) throw new BrokenJson('a number that is none');
  const number = Number(text);
  return Number.isSafeInteger(number) || !/^-?\d{1,1000}$/.test(text) ? number : BigInt(text);
}

/** Steps over a value of any depth, keeping one byte for each container that is open. */
function skipValue(cursor: Cursor): void {
  const { bytes } = cursor;
  let closers = new Uint8Array(64);
  let depth = 0;
  for (;;) {
    let byte = peek(cursor);
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      const closer = byte === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_ARRAY;
      cursor.at++;
      if (peek(cursor) !== closer) {
        if (depth === MAX_DEPTH) throw new BrokenJson(`nested deeper than ${MAX_DEPTH}`);
        if (depth === closers.length) closers = grown(closers);
        closers[depth++] = closer;
        if (closer === CLOSE_OBJECT) skipName(cursor);
        continue;
      }
      cursor.at++;
    } else if (byte === QUOTE) stringRange(cursor);
    else skipScalar(cursor);
    for (;;) {
      if (depth === 0) return;
      byte = peek(cursor);
      cursor.at++;
      if (byte === COMMA) {
        if (closers[depth - 1] === CLOSE_OBJECT) skipName(cursor);
        break;
      }
      if (byte !== closers[depth - 1]) throw new BrokenJson('a container that goes on wrongly');
      depth--;
    }
    if (cursor.at >= bytes.length) throw new BrokenJson('its end is missing');
  }
}

function skipName(cursor: Cursor): void {
  if (peek(cursor) !== QUOTE) throw new BrokenJson('no member name');
  stringRange(cursor);
  if (peek(cursor) !== COLON) throw new BrokenJson('no colon');
  cursor.at++;
}

/** A number or a literal: its first character tells; the rest is checked where the value is wanted. */
function skipScalar(cursor: Cursor): void {
  const { bytes } = cursor;
  const first = bytes[cursor.at] ?? END;
  if (first === MINUS || (first >= 0x30 && first <= 0x39)) {
    do cursor.at++;
    while (isNumberByte(bytes[cursor.at]));
    return;
  }
  const word = first === 0x74 ? 'true' : first === 0x66 ? 'false' : 'null';
  if (latin1(cursor, cursor.at, cursor.at + word.length) !== word) throw new BrokenJson('no value');
  cursor.at += word.length;
}

function isNumberByte(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return (
    (byte >= 0x30 && byte <= 0x39) || byte === 0x2b || byte === MINUS || byte === 0x2e || byte === 0x45 || byte === 0x65
  );
}

/** The text between the quotes that begin at the cursor; leaves the cursor behind the closing one. */
function stringRange(cursor: Cursor): { from: number; to: number } {
  const { bytes } = cursor;
  const from = cursor.at + 1;
  let to = bytes.indexOf(QUOTE, from);
  for (; to >= 0; to = bytes.indexOf(QUOTE, to + 1)) {
    let before = to;
    while (bytes[before - 1] === BACKSLASH && before > from) before--;
    if ((to - before) % 2 === 0) break;
  }
  if (to < 0) throw new BrokenJson('a string without end');
  cursor.at = to + 1;
  return { from, to };
}

/** The string in a range; a long one is cut between two characters, never below the characters that are looked at. */
function decode(cursor: Cursor, { from, to }: { from: number; to: number }): string {
  const end = to - from <= MAX_STRING_BYTES ? to : lastCut(cursor.bytes, from, from + MAX_STRING_BYTES);
  const raw = Buffer.from(cursor.bytes.buffer, cursor.bytes.byteOffset + from, end - from).toString('utf8');
  try {
    const text: unknown = JSON.parse(`"${raw}"`);
    if (typeof text === 'string') return text;
  } catch {
    // Falls through: escapes or control characters that JSON does not have.
  }
  throw new BrokenJson('a string with a wrong character');
}

/** The last place at or before `limit` where neither an escape nor a UTF-8 sequence is cut. */
function lastCut(bytes: Uint8Array, from: number, limit: number): number {
  let at = from;
  for (;;) {
    const byte = bytes[at] ?? 0;
    const width =
      byte === BACKSLASH ? (bytes[at + 1] === 0x75 ? 6 : 2) : byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    if (at + width > limit) return at;
    at += width;
  }
}

/** The next byte that is no white space, or END. */
function peek(cursor: Cursor): number {
  const { bytes } = cursor;
  let byte = bytes[cursor.at];
  while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++cursor.at];
  return byte ?? END;
}

function latin1(cursor: Cursor, from: number, to: number): string {
  const end = Math.min(to, cursor.bytes.length);
  return Buffer.from(cursor.bytes.buffer, cursor.bytes.byteOffset + from, end - from).toString('latin1');
}

function grown(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(bytes.length * 4);
  larger.set(bytes);
  return larger;
}
