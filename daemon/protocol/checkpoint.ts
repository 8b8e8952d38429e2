/**
 * Points of a session whose state is known, and what may be done again after a failure. A light checkpoint stands behind
 * every tool call that succeeded and follows from it; one that a command took carries a capture and, with `--verify`,
 * how the tests ended.
 */
import * as z from 'zod';
import { Outcome, Session, TerminalState } from './record.ts';

/** How the state was checked; null on a checkpoint that nobody checked. */
export const CheckpointVerdict = z.object({
  /** Who had it checked. */
  by: z.string(),
  command: z.string(),
  result: z.enum(['passed', 'failed', 'unknown']),
});
export type CheckpointVerdict = z.infer<typeof CheckpointVerdict>;

export const Checkpoint = z.object({
  checkpoint_id: z.string(),
  session_id: z.string(),
  at: z.string(),
  /** The newest tool call that was over; null before the first. */
  after_call: z.string().nullable(),
  /** Tool calls of the session up to here. */
  calls: z.int(),
  /** The workbench as it was captured last before it; null where nothing captured it. */
  harness: z.string().nullable(),
  git_head: z.string().nullable(),
  /** Of the first capture behind it, where no call that may have written came in between; else null. */
  workspace_digest: z.string().nullable(),
  verified: CheckpointVerdict.nullable(),
});
export type Checkpoint = z.infer<typeof Checkpoint>;

/** What is known to make failed calls good; each list the newest so many, oldest first. */
export const RecoveredBy = z.object({
  /**
   * `retried`: an equal call after it succeeded. `same_place`: one that reached for the same path did, so that its state is
   * known. `by` is that call; null where it is gone.
   */
  made_good: z.array(
    z.object({ call_id: z.string(), how: z.enum(['retried', 'same_place']), by: z.string().nullable() }),
  ),
  /** Failed calls of which nothing of the kind is known. */
  open: z.array(z.string()),
  /** The newest checkpoint whose tests passed; where no call failed after it the session is `closed`. */
  checked_by: z.string().nullable(),
});
export type RecoveredBy = z.infer<typeof RecoveredBy>;

/** What repeating a call would do: its effect stands, somebody has to look first, or a repetition does no harm. */
export const ResumeClass = z.enum(['skip', 'verify_first', 'safe_to_repeat']);
export type ResumeClass = z.infer<typeof ResumeClass>;

/** A call of a plan, with the reason for people in one sentence. */
export const ResumeStep = z.object({
  call_id: z.string(),
  server: z.string(),
  tool: z.string().nullable(),
  /** The arguments in one redacted line. */
  summary: z.string().nullable(),
  outcome: Outcome,
  why: z.string(),
});
export type ResumeStep = z.infer<typeof ResumeStep>;

/** `show SESSION --resume --json`: how to go on where a session ended. */
export const ResumePlan = z.object({
  session_id: z.string(),
  terminal_state: TerminalState,
  first_failing_call: z.string().nullable(),
  last_good_checkpoint: Checkpoint.nullable(),
  recovery_status: Session.shape.recovery_status,
  recovered_by: RecoveredBy,
  /** May the whole session be run again as it was? null where nobody can tell. */
  plain_retry_safe: z.boolean().nullable(),
  skip: z.array(ResumeStep),
  verify_first: z.array(ResumeStep),
  safe_to_repeat: z.array(ResumeStep),
  /** Does a new session still see what this one did? */
  visible_to_new_session: z.union([z.literal('unknown'), z.boolean()]),
});
export type ResumePlan = z.infer<typeof ResumePlan>;
