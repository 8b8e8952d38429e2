/** What the daemon keeps of captures, what it is asked about them, and what a command hands it to keep. */
import * as z from 'zod';
import { Checkpoint, CheckpointVerdict, RecoveredBy } from './checkpoint.ts';
import { Difference, FreshResult } from './comparison.ts';
import { ChangedRetry, Finding, TrailEvent } from './trail.ts';
import { Capture } from './workbench.ts';

/**
 * Why it was taken: at a session's start (and once more when its servers have listed their tools), because files
 * changed while a session ran, by a command, or of a fresh checkout.
 */
export const CaptureOrigin = z.enum(['session', 'event', 'command', 'fresh']);
export type CaptureOrigin = z.infer<typeof CaptureOrigin>;

export const CaptureHead = z.object({
  capture_id: z.string(),
  /** null where it was taken outside of any session. */
  session_id: z.string().nullable(),
  origin: CaptureOrigin,
  harness_id: z.string(),
  captured_at: z.string(),
  root: z.string(),
  /** What agents are told apart by, without a version; "unknown" where nothing names one. */
  agent: z.string(),
  /**
   * The capture that this one was compared with: of a session's start that of the previous session of the same agent in
   * the workspace, of a later one the one before it. null where there is none; then so are `sentence` and `changes`.
   */
  compared_with: z.string().nullable(),
  sentence: z.string().nullable(),
  changes: z.int().nullable(),
});
export type CaptureHead = z.infer<typeof CaptureHead>;

/** What the first row of a session's tree says where there is no earlier one. */
export const NOTHING_BEFORE = 'no earlier session of this agent here to compare with';

/** `GET /api/harness/ID` for `cap_…`, `hv_…` (then the newest capture of that version) and `ses_…` (its first). */
export const StoredCapture = z.object({ head: CaptureHead, capture: Capture });
export type StoredCapture = z.infer<typeof StoredCapture>;

export const SessionHarness = z.object({
  session_id: z.string(),
  /** In order. */
  captures: z.array(CaptureHead),
  /** What the session woke up on; null where nothing could capture it. */
  first: StoredCapture.nullable(),
  /** Against the previous session of the same agent in this workspace; null where there is none to compare with. */
  since: z
    .object({
      session_id: z.string().nullable(),
      capture_id: z.string(),
      sentence: z.string(),
      differences: z.array(Difference),
    })
    .nullable(),
  trail: z.array(TrailEvent),
  findings: z.array(Finding),
  changed_retries: z.array(ChangedRetry),
});
export type SessionHarness = z.infer<typeof SessionHarness>;

export const FreshHead = z.object({
  fresh_id: z.string(),
  at: z.string(),
  root: z.string(),
  ref: z.string(),
  hidden: z.int(),
});
export type FreshHead = z.infer<typeof FreshHead>;

/** A fresh checkout's comparison with the two captures behind it. */
export const StoredFresh = z.object({
  head: FreshHead,
  result: FreshResult,
  warm: StoredCapture.nullable(),
  fresh: StoredCapture.nullable(),
});
export type StoredFresh = z.infer<typeof StoredFresh>;

/** Newest first, at most 500 of each. */
export const HarnessList = z.object({ captures: z.array(CaptureHead), fresh: z.array(FreshHead) });
export type HarnessList = z.infer<typeof HarnessList>;

/** `POST /api/harness`: a command took captures and hands them over. */
export const StoreHarness = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('capture'), capture: Capture }),
  z.object({
    kind: z.literal('checkpoint'),
    session_id: z.string().max(200),
    capture: Capture,
    verified: CheckpointVerdict.nullable(),
  }),
  z.object({ kind: z.literal('fresh'), warm: Capture, fresh: Capture, result: FreshResult }),
]);
export type StoreHarness = z.infer<typeof StoreHarness>;

/** `capture_ids`: of `fresh` the warm one, then the fresh one. */
export const StoredHarness = z.object({
  capture_ids: z.array(z.string()),
  fresh_id: z.string().nullable(),
  checkpoint: Checkpoint.nullable(),
});
export type StoredHarness = z.infer<typeof StoredHarness>;

/** `GET /api/sessions/ID/checkpoints` */
export const SessionCheckpoints = z.object({
  /** The newest whose tests passed, else the one before the first failure; null where no call succeeded before that. */
  last_good: Checkpoint.nullable(),
  /** Those that a command took, oldest first, the newest 1,000. */
  taken: z.array(Checkpoint),
  recovered_by: RecoveredBy,
});
export type SessionCheckpoints = z.infer<typeof SessionCheckpoints>;
