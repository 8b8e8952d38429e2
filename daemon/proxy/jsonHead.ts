/**
 * What the beginning of a JSON text already says: its complete members, with everything that was open closed. For requests
 * that are too long to be held.
 */

/** Undefined where not even its outermost bracket is there. */
export function parseHead(text: string): unknown {
  let closers = '';
  let cut = -1;
  let closersAtCut = '';
  const mark = (at: number) => {
    cut = at;
    closersAtCut = closers;
  };
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') {
      at = stringEnd(text, at);
      if (at < 0) break;
    } else if (char === '{' || char === '[') {
      closers = (char === '{' ? '}' : ']') + closers;
      mark(at + 1);
    } else if (char === '}' || char === ']') {
      closers = closers.slice(1);
      mark(at + 1);
    } else if (char === ',') mark(at);
  }
  if (cut < 0) return undefined;
  try {
    return JSON.parse(text.slice(0, cut) + closersAtCut);
  } catch {
    return undefined;
  }
}

/** Where the string's closing quote stands, or -1. */
function stringEnd(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end;
    while (text[before - 1] === '\\') before--;
    if ((end - before) % 2 === 0) return end;
  }
  return -1;
}
