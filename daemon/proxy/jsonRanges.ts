/**
 * Where the parts of a JSON text stand in its bytes, so that one part can be taken out or replaced and every other byte stays
 * as it came. For texts that JSON.parse has accepted; of others it says nothing useful, but it ends.
 */

export interface Range {
  readonly start: number;
  /** Behind the last byte. */
  readonly end: number;
}

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** The elements of the array that begins at or behind `at`. */
export function elementRanges(bytes: Uint8Array, at = 0): Range[] {
  const open = skipSpace(bytes, at);
  if (bytes[open] !== OPEN_ARRAY) return [];
  const found: Range[] = [];
  for (let from = skipSpace(bytes, open + 1); from < bytes.length && bytes[from] !== CLOSE_ARRAY; ) {
    const end = valueEnd(bytes, from);
    found.push({ start: from, end });
    from = skipSpace(bytes, end);
    if (bytes[from] !== COMMA) break;
    from = skipSpace(bytes, from + 1);
  }
  return found;
}

/** The value of an object's member, of several of that name the last, as JSON.parse takes it. */
export function memberRange(bytes: Uint8Array, name: string, at = 0): Range | null {
  const open = skipSpace(bytes, at);
  if (bytes[open] !== OPEN_OBJECT) return null;
  let found: Range | null = null;
  for (let from = skipSpace(bytes, open + 1); bytes[from] === QUOTE; ) {
    const keyEnd = valueEnd(bytes, from);
    const colon = skipSpace(bytes, keyEnd);
    if (bytes[colon] !== COLON) break;
    const start = skipSpace(bytes, colon + 1);
    const end = valueEnd(bytes, start);
    if (textOf(bytes, from, keyEnd) === name) found = { start, end };
    from = skipSpace(bytes, end);
    if (bytes[from] !== COMMA) break;
    from = skipSpace(bytes, from + 1);
  }
  return found;
}

function textOf(bytes: Uint8Array, from: number, to: number): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8'));
  } catch {
    return null;
  }
}

/** Behind the value that begins at `at`; always further on. */
function valueEnd(bytes: Uint8Array, at: number): number {
  if (bytes[at] === QUOTE) return stringEnd(bytes, at);
  let depth = 0;
  for (let i = at; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) i = stringEnd(bytes, i) - 1;
    else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) depth++;
    else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) {
      if (depth === 0) return Math.max(i, at + 1);
      depth--;
      if (depth === 0) return i + 1;
    } else if (depth === 0 && (byte === COMMA || isSpace(byte))) return Math.max(i, at + 1);
  }
  return bytes.length;
}

function stringEnd(bytes: Uint8Array, at: number): number {
  for (let end = bytes.indexOf(QUOTE, at + 1); end >= 0; end = bytes.indexOf(QUOTE, end + 1)) {
    let before = end;
    while (bytes[before - 1] === BACKSLASH) before--;
    if ((end - before) % 2 === 0) return end + 1;
  }
  return bytes.length;
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isSpace(bytes[at])) at++;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** What stands in place of a range, one character a byte. */
export interface Replaced extends Range {
  readonly text: string;
}

/** The bytes with some ranges replaced. @param changes in order, not overlapping */
export function splice(bytes: Uint8Array, changes: readonly Replaced[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const { start, end, text } of changes) {
    parts.push(bytes.subarray(from, start), Buffer.from(text, 'latin1'));
    from = end;
  }
  parts.push(bytes.subarray(from));
  return Buffer.concat(parts);
}

/** An array without some of its elements, the others' bytes as they stand. @param ranges of all its elements */
export function without(bytes: Uint8Array, ranges: readonly Range[], drop: (index: number) => boolean): Replaced {
  const first = ranges[0]?.start ?? 0;
  const last = ranges.at(-1)?.end ?? first;
  const kept = ranges.filter((_, index) => !drop(index));
  const text = kept
    .map(({ start, end }) => Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1'))
    .join(',');
  return { start: first, end: last, text };
}
