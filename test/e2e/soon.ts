/**
 * Asks again until an answer is the right one. What a page or an editor shows comes a moment after its cause, on a busy
 * machine a long moment: who asks once sees the moment before.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Locator } from '../support/browser.ts';

/** A bound for waiting, ms; no test is judged by it. */
export const BOUND_MS = Number(process.env.CALLGROVE_BOUND_MS ?? 60_000);
const PAUSE_MS = 25;
/** So long one attempt may take before the whole question is asked anew, ms. */
const ATTEMPT_MS = 3_000;

/** Until the value is as expected, or matches; else the last one seen is told. */
export async function soon<T>(read: () => Promise<T>, expected: T | RegExp): Promise<void> {
  const end = Date.now() + BOUND_MS;
  for (;;) {
    const value = await read();
    try {
      if (expected instanceof RegExp) assert.match(String(value), expected);
      else assert.deepEqual(value, expected);
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await sleep(PAUSE_MS);
  }
}

/** Until it holds. @param what is told where it never does */
export async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + BOUND_MS;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`did not happen: ${what}`);
    await sleep(PAUSE_MS);
  }
}

/**
 * Does something that may go to waste, until what it leads to is there: a click on what moves at that moment, or a key
 * while something else takes the focus. The deed must bear repetition.
 * @param attemptMs longer where it does not bear it well: what asks a question would ask two
 */
export async function doUntil(deed: () => Promise<unknown>, leadsTo: Locator, attemptMs = ATTEMPT_MS): Promise<void> {
  const end = Date.now() + BOUND_MS;
  for (;;) {
    try {
      await deed();
      await leadsTo.first().waitFor({ timeout: attemptMs });
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

/**
 * Does something in several steps again until all of them went through, each time with more patience: a step that was
 * given too little time would otherwise take too long in each attempt.
 * @param deed bears repetition; is given how long a step may take this time, ms
 * @param between puts things back before the next attempt
 */
export async function insist(
  deed: (patienceMs: number) => Promise<unknown>,
  between: () => Promise<unknown> = async () => {},
): Promise<void> {
  const end = Date.now() + BOUND_MS;
  for (let patienceMs = 2_000; ; patienceMs *= 1.5) {
    try {
      await deed(patienceMs);
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await between();
    }
  }
}

/** Clicks until what that leads to is there. */
export async function clickUntil(target: Locator, leadsTo: Locator, attemptMs = ATTEMPT_MS): Promise<void> {
  await doUntil(() => target.click({ timeout: attemptMs }), leadsTo, attemptMs);
}
