/**
 * Splits JSON text into coloured pieces without parsing it, so that cut or broken text is shown as it stands. Decides
 * colours only; every piece is drawn as text.
 */

export type TokenKind = 'key' | 'string' | 'number' | 'word' | 'plain';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

/** Above this many characters colours cost more than they help: the rest is one plain piece. */
const COLOURED_CHARS = 20_000;

const PIECE = /("(?:[^"\\\n]|\\.)*"?)(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g;

/** The pieces of `text` in order; joined they are `text` again. Text that does not begin like JSON is one plain piece. */
export function jsonTokens(text: string): Token[] {
  if (!/^\s*[[{"\d-]/.test(text)) return text === '' ? [] : [{ kind: 'plain', text }];
  const head = text.slice(0, COLOURED_CHARS);
  const tokens: Token[] = [];
  let done = 0;
  for (const match of head.matchAll(PIECE)) {
    if (match.index > done) tokens.push({ kind: 'plain', text: head.slice(done, match.index) });
    done = match.index + match[0].length;
    const [, string, colon, number] = match;
    if (string !== undefined) {
      tokens.push({ kind: colon === undefined ? 'string' : 'key', text: string });
      if (colon !== undefined) tokens.push({ kind: 'plain', text: colon });
    } else tokens.push({ kind: number === undefined ? 'word' : 'number', text: match[0] });
  }
  if (done < text.length) tokens.push({ kind: 'plain', text: text.slice(done) });
  return tokens;
}

/** Indented JSON where the text is small enough and parses, else the text as it stands. */
export function prettyJson(text: string): string {
  if (text.length > 200_000 || !/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
