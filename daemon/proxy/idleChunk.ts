/**
 * Whether an agent's chunk is calls that name no path, told without parsing it. Short chunks are searched as they stand. Of
 * a longer line the texts are stepped over from quote to quote and only their beginnings are searched: under a name that
 * belongs to no path, a text is one only by how it begins (findArguments.ts). It errs on the side of no.
 */
import { areIdleCalls } from '../model/mayNamePath.ts';
import { isEscaped, isKey } from './jsonQuotes.ts';

/** A line up to this length is searched as it stands, in bytes. */
const LINE_BYTES = 1024;
/** So are several lines at once. */
const CHUNK_BYTES = 16 * 1024;
/** Longer texts are stepped over, in bytes between their quotes. */
const SHORT_BYTES = 64;
/** So much of them is searched: more than the longest of the beginnings that make a path. */
const HEAD_BYTES = 16;
/** A line that leaves more than this is not looked into, in bytes. */
const REST_BYTES = 2048;
/** Nor is one with so many quotes within its texts: to parse it costs less than to step over them. */
const MAX_QUOTES = 128;
const [LF, QUOTE, DASH] = [0x0a, 0x22, 0x2d];
const rest = new Uint8Array(REST_BYTES);

/** True only where every line is a call that names nothing, for a server whose arguments are not known by name. */
export function isIdleChunk(chunk: Uint8Array): boolean {
  const isShort = chunk.length <= LINE_BYTES || (chunk.length <= CHUNK_BYTES && chunk.indexOf(LF) < LINE_BYTES);
  if (isShort) return areIdleCalls(chunk);
  const left = withoutTexts(chunk);
  return left !== null && areIdleCalls(left);
}

/** A line with the beginnings of its texts only, good until the next call. Null where that is not to be had cheaply. */
function withoutTexts(line: Uint8Array): Uint8Array | null {
  // Of several lines that are no JSON, a text could be taken to reach over an end.
  if (line.indexOf(LF) !== line.length - 1) return null;
  let size = 0;
  let open = -1;
  let left = MAX_QUOTES;
  for (let at = 0; at < line.length; at++) {
    if (size === REST_BYTES) return null;
    const byte = line[at] ?? 0;
    rest[size++] = byte;
    if (byte === QUOTE) {
      if (open < 0) open = at;
      else if (!isEscaped(line, open + 1, at)) open = -1;
    } else if (open >= 0 && at - open > SHORT_BYTES) {
      // What an option names may stand anywhere in it.
      if (line[open + 1] === DASH) return null;
      let close = line.indexOf(QUOTE, at + 1);
      while (close >= 0 && isEscaped(line, open + 1, close) && --left > 0) close = line.indexOf(QUOTE, close + 1);
      // Names of members say what the others are.
      if (close < 0 || left === 0 || isKey(line, close + 1)) return null;
      size -= at - open - HEAD_BYTES;
      at = close - 1;
    }
  }
  return open < 0 ? rest.subarray(0, size) : null;
}
