/** Tells which of many literals stand in a text, at the price of one look at each character. */

/** Their indexes in the list that was handed in, each once, in no order. Valid until the next search. */
export type KeywordSearch = (text: string) => readonly number[];

/** Three characters of seven bits each. */
const THREE = 128 ** 3;

/** @param keywords ASCII, of two characters or more */
export function createKeywordSearch(keywords: readonly string[]): KeywordSearch {
  /** Bit by bit: does a keyword begin with these three characters? One of two characters begins with them and any third. */
  const starts = new Uint8Array(THREE / 8);
  const byPair = new Map<number, number[]>();
  for (const [index, keyword] of keywords.entries()) {
    const [first, second, third] = [keyword.charCodeAt(0), keyword.charCodeAt(1), keyword.charCodeAt(2)];
    if (keyword.length < 2 || first > 127 || second > 127 || third > 127)
      throw new Error(`${keyword} is no keyword to search for`);
    const pair = first * 128 + second;
    byPair.set(pair, [...(byPair.get(pair) ?? []), index]);
    for (let any = 0; any < 128; any++) {
      const three = pair * 128 + any;
      if (keyword.length === 2 || any === third) starts[three >> 3]! |= 1 << (three & 7);
    }
  }
  const seen = new Uint8Array(keywords.length);
  const found: number[] = [];
  return (text) => {
    for (const index of found) seen[index] = 0;
    found.length = 0;
    let three = 0;
    // One step further than the text, for a keyword of two characters at its end. What is not ASCII is no part of any.
    for (let at = 0; at <= text.length; at++) {
      const code = at < text.length ? text.charCodeAt(at) : 0;
      three = ((three << 7) | (code < 128 ? code : 0)) & (THREE - 1);
      if ((starts[three >> 3]! & (1 << (three & 7))) === 0) continue;
      for (const index of byPair.get(three >> 7) ?? []) {
        if (seen[index] === 1 || !text.startsWith(keywords[index]!, at - 2)) continue;
        seen[index] = 1;
        found.push(index);
      }
    }
    return found;
  };
}
