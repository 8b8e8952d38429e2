/** How long to wait before the next attempt to reach the daemon. */

const FIRST_MS = 500;
const LONGEST_MS = 15_000;

/**
 * Doubles from half a second to 15 s, spread by ±20 % so that several pages do not knock at the same moment.
 * @param attempt 1 for the first retry
 * @param chance 0 to 1, from the caller
 */
export function backoffMs(attempt: number, chance: number): number {
  const base = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(10, Math.max(0, attempt - 1)));
  return Math.round(base * (0.8 + 0.4 * chance));
}
