/**
 * Finds the long runs of characters of one kind in a text: whatever needs such a run is not looked for where there is none.
 * Looks at few characters of a text that has none.
 */

/** By ASCII code: 1 for what belongs to the kind. What is not ASCII never does. */
export type CharKind = Uint8Array;

/** @param is matches one character */
export function charKind(is: RegExp): CharKind {
  return Uint8Array.from({ length: 128 }, (_, code) => (is.test(String.fromCharCode(code)) ? 1 : 0));
}

export function isOfKind(text: string, at: number, kind: CharKind): boolean {
  const code = text.charCodeAt(at);
  return code < 128 && kind[code] === 1;
}

/** In order, each as long as it is. @param atLeast 1 or more characters */
export function longRuns(text: string, kind: CharKind, atLeast: number): { start: number; end: number }[] {
  const runs: { start: number; end: number }[] = [];
  // Every run of this length holds one of the characters that are looked at.
  for (let at = atLeast - 1; at < text.length; at += atLeast) {
    if (!isOfKind(text, at, kind)) continue;
    let start = at;
    while (start > 0 && isOfKind(text, start - 1, kind)) start--;
    let end = at + 1;
    while (end < text.length && isOfKind(text, end, kind)) end++;
    if (end - start >= atLeast) runs.push({ start, end });
    at = end;
  }
  return runs;
}
