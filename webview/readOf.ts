/** Finds among the documents that were read the one that a wish, or a pair to compare, names. Pure. */
import { type Wish, wishPath } from './documents.ts';
import type { Read, State } from './state.ts';
import type { Pair } from './view.ts';

/** The document of a wish, as far as it has come; null where nobody asked for it. */
export function readOf(state: State, wish: Wish): Read | null {
  return state.reads.get(wishPath(wish)) ?? null;
}

/** The document that compares a pair. */
export function pairWish(pair: Pair): Wish {
  return pair.of === 'fresh' ? { what: 'fresh', id: pair.fresh } : { what: pair.of, a: pair.a, b: pair.b };
}
