/** Tells a thing that was renamed as one difference, where it would be one that is gone and one that is new. */
import type { Fact } from './harnessFact.ts';

/** One fact of two captures; `any` is the newer one of them. */
export interface Pair {
  readonly a: Fact | null;
  readonly b: Fact | null;
  readonly any: Fact;
}

/** Same text under another name, or a deleted file beside a new one whose name differs in case only. */
export function joinRenames(pairs: readonly Pair[]): readonly Pair[] {
  const used = new Set<Pair>();
  const joined = pairs.map((pair): [was: Pair, is: Pair] => {
    const old = pairs.find((one) => one !== pair && !used.has(one) && isEarlierName(one, pair));
    if (!old) return [pair, pair];
    used.add(old);
    // Both were seen on one side where git was not told of the rename: the other side has what is committed.
    const [a, b] = pair.b ? [old.any, pair.b] : [pair.a, old.any];
    return [pair, { a, b, any: b ?? pair.any }];
  });
  return joined.filter(([was]) => !used.has(was)).map(([, is]) => is);
}

function isEarlierName(old: Pair, pair: Pair): boolean {
  const { any } = pair;
  if (old.any.group !== any.group) return false;
  if (any.text !== null && old.any.text === any.text) return old.b === null && pair.a === null;
  const isDeleted = old.any.aspects.state?.shown === 'deleted';
  return isDeleted && old.any.item !== any.item && old.any.item.toLowerCase() === any.item.toLowerCase();
}
