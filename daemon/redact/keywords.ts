/** Tells which of many literals stand in a text, at the price of one look at each character. */

/** By index in the list that was handed in: 1 where it stands in the text. Valid until the next search. */
export type KeywordSearch = (text: string) => Uint8Array | null;

/** @param keywords ASCII, of two characters or more */
export function createKeywordSearch(keywords: readonly string[]): KeywordSearch {
  const starts = new Uint8Array(128 * 128);
  const byStart = new Map<number, number[]>();
  for (const [index, keyword] of keywords.entries()) {
    const pair = keyword.charCodeAt(0) * 128 + keyword.charCodeAt(1);
    if (keyword.length < 2 || !(pair < starts.length)) throw new Error(`${keyword} is no keyword to search for`);
    starts[pair] = 1;
    byStart.set(pair, [...(byStart.get(pair) ?? []), index]);
  }
  const seen = new Uint8Array(keywords.length);
  return (text) => {
    seen.fill(0);
    let any = false;
    let before = 128;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (before < 128 && code < 128 && starts[before * 128 + code] === 1) {
        for (const index of byStart.get(before * 128 + code) ?? []) {
          if (seen[index] === 1 || !text.startsWith(keywords[index]!, at - 1)) continue;
          seen[index] = 1;
          any = true;
        }
      }
      before = code;
    }
    return any ? seen : null;
  };
}
