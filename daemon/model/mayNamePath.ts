/**
 * Whether lines may hold a path among a call's arguments, told without reading them: most calls do not, and pay for this
 * search only. It errs on the side of yes; what the paths are is found elsewhere (findArguments.ts). One pass over the bytes,
 * because that costs less than anything which the runtime has to be called for.
 */

/** Parts of names that are given to paths, whatever stands in them (findArguments.ts, knownServers.ts). */
const NAME =
  /file|path|dir|folder|cwd|source|src|dest|target|repo|root|uri|glob|location|project|workspace|input|output|include|exclude|^(?:from|to|out|base)$/i;
/** Names that are known to hold none of these: of messages, and the most frequent ones of arguments. */
export const PLAIN_NAMES = [
  ...['jsonrpc', 'id', 'method', 'params', 'name', 'arguments', '_meta', 'progressToken'],
  ...['text', 'content', 'query', 'message', 'code', 'command', 'value', 'data', 'limit', 'title', 'body', 'type'],
];

const [LF, QUOTE, DOT, SLASH, COLON, BACKSLASH, TILDE] = [0x0a, 0x22, 0x2e, 0x2f, 0x3a, 0x5c, 0x7e];
const BEFORE_SLASH = bytesOf('"tools');
const AFTER_SLASH = bytesOf('call"');
const ANSWERS_OF_INTEREST = ['resources', 'roots"'].map(bytesOf);
const PLAIN: readonly Uint8Array[] = PLAIN_NAMES.map(bytesOf);
/** 1 for each byte that has to be looked at. */
const LOOKED_AT = new Uint8Array(256);
for (const byte of [LF, QUOTE, DOT, SLASH, BACKSLASH, TILDE]) LOOKED_AT[byte] = 1;

/** Are all these lines calls that name no path? What else they may be, the first roots or a list, is none. */
export function areIdleCalls(lines: Uint8Array): boolean {
  let calls = 0;
  let ends = 0;
  let quote = -1;
  for (let at = 0; at < lines.length; at++) {
    const byte = lines[at] ?? 0;
    if (LOOKED_AT[byte] === 0) continue;
    if (byte === QUOTE) {
      // Nothing is escaped, as far as was looked: quotes are those of names and texts.
      if (beginsPath(lines, at + 1) || endsPathName(lines, quote + 1, at)) return false;
      quote = at;
    } else if (byte === LF) ends++;
    else if (byte === DOT) {
      if (lines[at + 1] === DOT || quote === at - 1) return false;
    } else if (byte === SLASH && stands(BEFORE_SLASH, lines, at - 6) && stands(AFTER_SLASH, lines, at + 1)) calls++;
    else return false;
  }
  return calls > 0 && calls === ends + (lines[lines.length - 1] === LF ? 0 : 1);
}

/** Behind a quote: a `file:` URI, or what makes the line another message than a call. */
function beginsPath(lines: Uint8Array, at: number): boolean {
  const first = (lines[at] ?? 0) | 0x20;
  if (first === 0x72) return ANSWERS_OF_INTEREST.some((text) => stands(text, lines, at));
  return first === 0x66 && lines[at + 4] === COLON && isFileScheme(lines, at);
}

function isFileScheme(lines: Uint8Array, at: number): boolean {
  return String.fromCharCode(...lines.subarray(at, at + 4)).toLowerCase() === 'file';
}

/** At a quote that a colon follows: does the name that it ends belong to paths? */
function endsPathName(lines: Uint8Array, start: number, end: number): boolean {
  const next = lines[end + 1] ?? 0;
  if (next === COLON) return !isPlain(lines, start, end) && NAME.test(latin1(lines, start, end));
  if (next > 0x20) return false;
  // A name that its colon does not follow at once is not looked at closely.
  let at = end + 1;
  while ((lines[at] ?? COLON + 1) <= 0x20) at++;
  return lines[at] === COLON;
}

function isPlain(lines: Uint8Array, start: number, end: number): boolean {
  for (const name of PLAIN) if (name.length === end - start && stands(name, lines, start)) return true;
  return false;
}

function stands(text: Uint8Array, lines: Uint8Array, from: number): boolean {
  for (let at = 0; at < text.length; at++) if (lines[from + at] !== text[at]) return false;
  return true;
}

/** Filled by hand: a start waits for this, and what makes it from a text leaves three times as much behind. */
function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

function latin1(lines: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(lines[at] ?? 0);
  return text;
}
