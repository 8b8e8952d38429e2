/**
 * Spells out the characters that turn the direction of text: left as they are, they would show a name, a path or a
 * whole line in another order than the one in which it was sent.
 */
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * `a\u202eb` for a text with U+202E in it; for showing only.
 * @param lead what stands before the digits: within JSON a backslash is two
 */
export function spelledDirection(text: string, lead = '\\u'): string {
  return text.replace(DIRECTION, (one) => `${lead}${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
