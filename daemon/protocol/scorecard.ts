/**
 * How well a server, or a session, can be audited: four signals with counts of evidence, and checklists whose every item
 * is proven by calls. Nothing here is a verdict on a server's quality.
 */
import * as z from 'zod';

/** Calls that show it, at most five of each, the newest. */
const Proof = z.object({ for: z.array(z.string()), against: z.array(z.string()) });

export const Signal = z.object({
  signal: z.enum(['structured_errors', 'idempotency_guarantees', 'state_verification', 'credential_attribution']),
  /** Calls that the signal is about, and how many of them carry it. */
  applicable: z.int(),
  met: z.int(),
  /** `met / applicable`; null without evidence. */
  share: z.number().nullable(),
  /** What was counted, for people. */
  evidence: z.string(),
  calls: Proof,
});
export type Signal = z.infer<typeof Signal>;

export const ChecklistItem = z.object({
  list: z.enum(['four_questions', 'before_promotion', 'production_bar']),
  item: z.string(),
  result: z.enum(['pass', 'fail', 'unknown']),
  /** Why, for people. */
  evidence: z.string(),
  calls: Proof,
});
export type ChecklistItem = z.infer<typeof ChecklistItem>;

/** `callgrove score --json`. */
export const Scorecard = z.object({
  of: z.object({ kind: z.enum(['session', 'server']), id: z.string() }),
  tool_calls: z.int(),
  /** Mean of the shares that there are, 0 to 10; null where there is no evidence at all. */
  score: z.number().nullable(),
  signals: z.array(Signal),
  /** null without `--checklist`. */
  checklist: z.array(ChecklistItem).nullable(),
});
export type Scorecard = z.infer<typeof Scorecard>;
