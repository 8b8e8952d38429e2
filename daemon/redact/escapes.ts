/**
 * Two views of a text that may be JSON source: one of the same length in which line ends are line ends, and one with
 * all its ASCII escapes undone, with the way back. Without them `\nghp_…` would begin with an `n`.
 */

/** A decoded text and, for each of its characters and its end, the offset in the text that it came from. */
export interface Decoded {
  readonly text: string;
  readonly offsets: readonly number[];
  /** Ranges of the text that it came from which are masked whole or not at all: half of one would say something else. */
  readonly wholes?: readonly { readonly start: number; readonly end: number }[];
}

/** The text with `\n`, `\r` and `\t`, escaped up to four times, as white space of the same length. */
export function evenLineEnds(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\{1,16}[nrt]/g, (run) => `${' '.repeat(run.length - 1)}${run.endsWith('t') ? '\t' : '\n'}`);
}

/** The text with `\/` and `\u0020`–`\u007e` undone but for quotes and backslashes; null where there is none of them. */
export function undoEscapes(text: string): Decoded | null {
  return decodeWith(text, /\\{1,16}(?:\/|u00(?<code>[2-7][0-9A-Fa-f]))/g, ({ groups }) => {
    const char = groups?.code === undefined ? '/' : String.fromCharCode(Number.parseInt(groups.code, 16));
    return char === '"' || char === '\\' ? null : char;
  });
}

/**
 * The text with what matches replaced by what it stands for; null where nothing is.
 * @param pattern global
 * @param charOf the one character (or none, as an empty text) that a match stands for; null leaves it as it is
 */
export function decodeWith(
  text: string,
  pattern: RegExp,
  charOf: (match: RegExpMatchArray) => string | null,
): Decoded | null {
  // A search costs less than getting ready to list what matches, and most texts have nothing to list.
  if (text.search(pattern) < 0) return null;
  let decoded = '';
  const offsets: number[] = [];
  let at = 0;
  const copy = (to: number) => {
    decoded += text.slice(at, to);
    for (; at < to; at++) offsets.push(at);
  };
  for (const match of text.matchAll(pattern)) {
    const char = charOf(match);
    if (char === null) continue;
    copy(match.index);
    decoded += char;
    if (char !== '') offsets.push(at);
    at = match.index + match[0].length;
  }
  if (at === 0) return null;
  copy(text.length);
  offsets.push(text.length);
  return { text: decoded, offsets };
}

/** `%41` as `A`: one character a byte. */
export function undoPercent(text: string): Decoded {
  const offsets: number[] = [];
  let decoded = '';
  for (let at = 0; at < text.length; ) {
    const code = text[at] === '%' ? /^[0-9A-Fa-f]{2}/.exec(text.slice(at + 1, at + 3))?.[0] : undefined;
    offsets.push(at);
    decoded += code === undefined ? text[at] : String.fromCharCode(Number.parseInt(code, 16));
    at += code === undefined ? 1 : 3;
  }
  offsets.push(text.length);
  return { text: decoded, offsets };
}
