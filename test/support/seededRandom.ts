/** Chance that comes out the same everywhere, by a seed (Mulberry32). */
export interface Chance {
  /** From 0 up to, and not including, `count`. */
  below(count: number): number;
  pick<One>(list: readonly One[]): One;
}

export function seededRandom(seed: number): Chance {
  let state = seed >>> 0;
  const below = (count: number) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % count;
  };
  return { below, pick: (list) => list[below(list.length)]! };
}
