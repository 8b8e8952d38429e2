/**
 * A session's evidence beside its calls: findings, events of the trail, and retries for which something was changed.
 */
import * as z from 'zod';

export const FindingKind = z.enum([
  'unsafe_repeat',
  'retry_storm',
  'loop',
  'malformed_success',
  'contract_drift',
  'annotation_lie',
  'hidden_unicode',
  'grant_from_repository',
  'policy_widening',
  'widened_after_denial',
  'instruction_written',
  'unpinned_server',
  'version_trap',
  'credential_expired',
  'record_gap',
]);
export type FindingKind = z.infer<typeof FindingKind>;

/** Something worth a look, with its evidence: for people, masked, at most 1,000 characters. */
export const Finding = z.object({
  finding_id: z.string(),
  kind: FindingKind,
  severity: z.enum(['info', 'warning', 'error']),
  /** null where it is about no single call. */
  call_id: z.string().nullable(),
  session_id: z.string(),
  evidence: z.string(),
  /** When it was seen first. */
  since: z.string(),
});
export type Finding = z.infer<typeof Finding>;

/**
 * An event of a session's trail. `before` and `after` name what it changed: captures, tool contracts, or credential lanes;
 * of `frozen` and `thawed` `after` is the freeze's id, of `denial` the denial's, of `checkpoint` and `test_result` the
 * checkpoint's.
 */
export const TrailEvent = z.object({
  event_id: z.string(),
  session_id: z.string(),
  kind: z.enum([
    'harness_changed',
    'contract_changed',
    'credential_changed',
    'denial',
    'frozen',
    'thawed',
    'checkpoint',
    'test_result',
  ]),
  at: z.string(),
  /** For people: what changed, in one line. */
  sentence: z.string(),
  /** null where the event is about no server. */
  server: z.string().nullable(),
  before: z.string().nullable(),
  after: z.string(),
});
export type TrailEvent = z.infer<typeof TrailEvent>;

/** After a call that failed or was denied the harness changed, and then the same tool was called again. */
export const ChangedRetry = z.object({
  /** The `harness_changed` event between the two. */
  event_id: z.string(),
  failed_call: z.string(),
  /** null while there was no second attempt. */
  retry_call: z.string().nullable(),
  /** Captures before and after the change. */
  before: z.string(),
  after: z.string(),
  sentence: z.string(),
  /** Tools and authority that the second attempt had and the first had not, for people. */
  widened: z.array(z.string()),
});
export type ChangedRetry = z.infer<typeof ChangedRetry>;
