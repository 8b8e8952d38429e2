/**
 * Pairs equal items of two sequences, in order: what stands once in both anchors the rest (patience diff), small pieces
 * between are matched for the longest common subsequence, large ones without anchors greedily. So 10,000 items with
 * nothing in common cost no more than 10,000 that are the same.
 */

export interface Match {
  readonly a: number;
  readonly b: number;
}

/** A table of this many cells is filled for a piece without anchors. */
const CELLS = 1_000_000;
/** Beyond: how far ahead an equal item is looked for. */
const AHEAD = 50;

/** Pairs of indexes, rising in both. */
export function matchSequences(a: readonly string[], b: readonly string[]): Match[] {
  const found: Match[] = [];
  // Pieces still to be matched: [a from, a to, b from, b to), the first on top.
  const pieces: [number, number, number, number][] = [[0, a.length, 0, b.length]];
  for (let piece = pieces.pop(); piece; piece = pieces.pop()) {
    let [a0, a1, b0, b1] = piece;
    while (a0 < a1 && b0 < b1 && a[a0] === b[b0]) found.push({ a: a0++, b: b0++ });
    const tail: Match[] = [];
    while (a0 < a1 && b0 < b1 && a[a1 - 1] === b[b1 - 1]) tail.push({ a: --a1, b: --b1 });
    found.push(...tail);
    if (a0 === a1 || b0 === b1) continue;
    const anchors = anchorsOf(a, b, [a0, a1, b0, b1]);
    if (anchors.length === 0) {
      const isSmall = (a1 - a0) * (b1 - b0) <= CELLS;
      for (const match of isSmall ? longest(a, b, [a0, a1, b0, b1]) : greedy(a, b, [a0, a1, b0, b1])) found.push(match);
      continue;
    }
    let [i, j] = [a0, b0];
    for (const anchor of anchors) {
      found.push(anchor);
      pieces.push([i, anchor.a, j, anchor.b]);
      [i, j] = [anchor.a + 1, anchor.b + 1];
    }
    pieces.push([i, a1, j, b1]);
  }
  return found.sort((x, y) => x.a - y.a);
}

type Piece = readonly [a0: number, a1: number, b0: number, b1: number];

/** Items that stand once on either side, as many as keep their order. */
function anchorsOf(a: readonly string[], b: readonly string[], [a0, a1, b0, b1]: Piece): Match[] {
  const inA = places(a, a0, a1);
  const inB = places(b, b0, b1);
  const pairs: Match[] = [];
  for (let i = a0; i < a1; i++) {
    const item = a[i] ?? '';
    const j = inB.get(item);
    if (inA.get(item) === i && j !== undefined && j >= 0) pairs.push({ a: i, b: j });
  }
  return rising(pairs);
}

/** Where each item stands; -1 where it stands more than once. */
function places(items: readonly string[], from: number, to: number): Map<string, number> {
  const found = new Map<string, number>();
  for (let i = from; i < to; i++) {
    const item = items[i] ?? '';
    found.set(item, found.has(item) ? -1 : i);
  }
  return found;
}

/** The longest subsequence whose `b` rises (patience sorting). */
function rising(pairs: readonly Match[]): Match[] {
  const piles: number[] = [];
  const before: number[] = [];
  pairs.forEach(({ b }, index) => {
    let [low, high] = [0, piles.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[piles[middle] ?? 0]?.b ?? 0) < b) low = middle + 1;
      else high = middle;
    }
    before[index] = low > 0 ? (piles[low - 1] ?? -1) : -1;
    piles[low] = index;
  });
  const chain: Match[] = [];
  for (let at = piles.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) {
    const pair = pairs[at];
    if (pair) chain.push(pair);
  }
  return chain.reverse();
}

function longest(a: readonly string[], b: readonly string[], [a0, a1, b0, b1]: Piece): Match[] {
  const width = b1 - b0 + 1;
  const length = new Uint32Array((a1 - a0 + 1) * width);
  const at = (i: number, j: number) => length[(i - a0) * width + (j - b0)] ?? 0;
  for (let i = a1 - 1; i >= a0; i--) {
    for (let j = b1 - 1; j >= b0; j--) {
      length[(i - a0) * width + (j - b0)] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const found: Match[] = [];
  for (let [i, j] = [a0, b0]; i < a1 && j < b1; ) {
    if (a[i] === b[j]) found.push({ a: i++, b: j++ });
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return found;
}

function greedy(a: readonly string[], b: readonly string[], [a0, a1, b0, b1]: Piece): Match[] {
  const found: Match[] = [];
  for (let [i, j] = [a0, b0]; i < a1 && j < b1; i++) {
    const end = Math.min(b1, j + AHEAD);
    for (let k = j; k < end; k++) {
      if (a[i] !== b[k]) continue;
      found.push({ a: i, b: k });
      j = k + 1;
      break;
    }
  }
  return found;
}
