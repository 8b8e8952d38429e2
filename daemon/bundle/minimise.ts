/**
 * Finds the fewest of a list's items with which something still shows, by trying: first none, then all, then all but
 * some, in halves and smaller pieces. Decides what to try next; what is tried is its caller's business.
 */

export type Minimised<T> =
  /** With these it shows. `least`: leaving any one of them out was tried, and it did not show. */
  | { readonly kind: 'shows'; readonly items: readonly T[]; readonly tries: number; readonly least: boolean }
  | { readonly kind: 'never'; readonly tries: number }
  /** The first thing that could not be tried at all ends it. */
  | { readonly kind: 'not_tried'; readonly why: string };

/** `shows` or not, or why it could not be tried. */
export type Tried = boolean | { readonly why: string };

/** @param most tries at most */
export async function minimise<T>(
  all: readonly T[],
  attempt: (items: readonly T[]) => Promise<Tried>,
  most: number,
): Promise<Minimised<T>> {
  let tries = 0;
  const shows = (items: readonly T[]) => {
    tries++;
    return attempt(items);
  };
  const bare = await shows([]);
  if (typeof bare === 'object' && all.length === 0) return { kind: 'not_tried', why: bare.why };
  if (bare === true) return { kind: 'shows', items: [], tries, least: true };
  if (all.length === 0) return { kind: 'never', tries };
  const whole = await shows(all);
  if (typeof whole === 'object') return { kind: 'not_tried', why: whole.why };
  if (!whole) return { kind: 'never', tries };
  let kept = [...all];
  for (let size = Math.ceil(kept.length / 2); ; ) {
    const before = kept.length;
    // Earlier calls are the likeliest to be of no matter: those go first.
    for (let from = 0; from < kept.length; ) {
      if (tries >= most) return { kind: 'shows', items: kept, tries, least: false };
      const rest = [...kept.slice(0, from), ...kept.slice(from + size)];
      // None at all was tried already.
      if (rest.length > 0 && (await shows(rest)) === true) kept = rest;
      else from += size;
    }
    if (size > 1) size = Math.ceil(size / 2);
    else if (kept.length === before) break;
  }
  return { kind: 'shows', items: kept, tries, least: true };
}
