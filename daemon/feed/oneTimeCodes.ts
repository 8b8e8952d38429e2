/**
 * The codes that carry a page from the address bar to its token: each is good for a minute and once. No clock and no
 * chance of its own.
 */

const GOOD_FOR_MS = 60_000;
/** More than so many at once are never open; the oldest go. */
const OPEN_AT_MOST = 32;
const WRONG_AT_MOST = 5;
const WRONG_WITHIN_MS = 60_000;

export interface OneTimeCodes {
  /** @returns when the code ends, epoch ms */
  add(code: string, nowMs: number): number;
  /**
   * `limited`: wrong, and the sixth or later wrong one within a minute. A right code always passes: with 128 random
   * bits nobody guesses one, and otherwise any local program could lock the user out by asking wrongly.
   */
  take(code: string, nowMs: number): 'right' | 'wrong' | 'limited';
}

export function oneTimeCodes(): OneTimeCodes {
  const open = new Map<string, number>();
  let wrongAt: number[] = [];
  const forgetOld = (nowMs: number) => {
    for (const [code, end] of open) if (end <= nowMs) open.delete(code);
    wrongAt = wrongAt.filter((at) => nowMs - at < WRONG_WITHIN_MS);
  };
  return {
    add(code, nowMs) {
      forgetOld(nowMs);
      for (const oldest of open.keys()) {
        if (open.size < OPEN_AT_MOST) break;
        open.delete(oldest);
      }
      open.set(code, nowMs + GOOD_FOR_MS);
      return nowMs + GOOD_FOR_MS;
    },
    take(code, nowMs) {
      forgetOld(nowMs);
      if (open.delete(code)) return 'right';
      if (wrongAt.length >= WRONG_AT_MOST) return 'limited';
      wrongAt.push(nowMs);
      return 'wrong';
    },
  };
}
