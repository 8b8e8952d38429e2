/** Which of the page's views is shown, and what it is about. The language alone: addresses and drawing stand elsewhere. */
import * as z from 'zod';

/** Two sessions, two captures (or versions, or sessions for their first capture), or one with a fresh checkout. */
export const Pair = z.discriminatedUnion('of', [
  z.object({ of: z.literal('runs'), a: z.string(), b: z.string() }),
  z.object({ of: z.literal('captures'), a: z.string(), b: z.string() }),
  z.object({ of: z.literal('fresh'), fresh: z.string() }),
]);
export type Pair = z.infer<typeof Pair>;

export const View = z.discriminatedUnion('view', [
  z.object({ view: z.literal('calls') }),
  /** `capture` null: what the session that is shown woke up on. */
  z.object({ view: z.literal('harness'), capture: z.string().nullable() }),
  /** `pair` null: nothing is chosen yet. */
  z.object({ view: z.literal('compare'), pair: Pair.nullable() }),
  /** `call` null: the newest denial. */
  z.object({ view: z.literal('denials'), call: z.string().nullable() }),
  /** The session that is shown, added up; what is worth a look in it. */
  z.object({ view: z.literal('summary') }),
  z.object({ view: z.literal('findings') }),
  /** What a report says of itself; elsewhere there is nothing to say. */
  z.object({ view: z.literal('about') }),
]);
export type View = z.infer<typeof View>;

export const CALLS: View = { view: 'calls' };
