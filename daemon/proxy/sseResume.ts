/** When a stream that ended is asked for again: the server's own time where it named one, else longer and longer. */

/** So many attempts in a row may fail. */
export const MAX_FAILED_RESUMES = 5;
const FIRST_MS = 1000;
const GROWTH = 1.5;
const LONGEST_MS = 30_000;
/** However short a time the server names, it is not asked more often. */
const SHORTEST_MS = 20;
/** However long a time it names, it is asked after this. */
const LONGEST_NAMED_MS = 5 * 60_000;

/** @param retryMs what the server named, or null @param failures attempts that failed since the last good one */
export function resumeDelayMs(retryMs: number | null, failures: number): number {
  if (retryMs !== null) return Math.min(Math.max(retryMs, SHORTEST_MS), LONGEST_NAMED_MS);
  return Math.min(FIRST_MS * GROWTH ** failures, LONGEST_MS);
}
