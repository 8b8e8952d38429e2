/** What stands at a quote of a JSON text, told by the bytes around it. */

const [BACKSLASH, COLON] = [0x5c, 0x3a];

/** Is the quote at `at` part of the text that begins at `from`? */
export function isEscaped(bytes: Uint8Array, from: number, at: number): boolean {
  let before = at;
  while (before > from && bytes[before - 1] === BACKSLASH) before--;
  return (at - before) % 2 === 1;
}

/** Does a colon follow, so that what ends before `from` is the name of a member? */
export function isKey(bytes: Uint8Array, from: number): boolean {
  let at = from;
  while (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === 0x0a || bytes[at] === 0x0d) at++;
  return bytes[at] === COLON;
}
