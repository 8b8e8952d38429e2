/** A session added up: what its calls did, what failed, what they cost and whom, and what is worth a look. */
import * as z from 'zod';
import { RecoveredBy } from './checkpoint.ts';
import { EffectEvidence, EffectKind } from './effect.ts';
import { ErrorClass, Session } from './record.ts';
import { Finding } from './trail.ts';

/** Calls of one server, tool or lane. What no call of it has is null, not 0. */
export const Share = z.object({
  name: z.string(),
  calls: z.int(),
  failed: z.int(),
  /** Tokens that the answers put into the context; of those answers that were counted. */
  tokens: z.int().nullable(),
  /** Bytes of the answers. */
  bytes: z.int().nullable(),
  /** Bytes of the answers whose tokens nobody counted: pictures, sound, what is too long; null where that is not known. */
  uncounted_bytes: z.int().nullable().default(null),
  /** US dollars: what was said to be paid, else what the user's prices come to. */
  usd: z.number().nullable(),
});
export type Share = z.infer<typeof Share>;

/** A call as a list names it. */
export const RepeatedCall = z.object({
  call_id: z.string(),
  server: z.string(),
  tool: z.string().nullable(),
  /** The arguments in one redacted line. */
  summary: z.string().nullable(),
});
export type RepeatedCall = z.infer<typeof RepeatedCall>;

/** `GET /api/sessions/ID/summary`. Tool calls of the agent only; each list has the largest 100. */
export const SessionSummary = z.object({
  session: Session,
  by: z.object({ server: z.array(Share), tool: z.array(Share), lane: z.array(Share) }),
  /** Kinds of effects with how they are known, most first. */
  effects: z.array(z.object({ kind: EffectKind, evidence: EffectEvidence, count: z.int(), call_id: z.string() })),
  /** What went wrong, most often first; `call_id` is the first of them. */
  failures: z.array(
    z.object({ error_class: ErrorClass, failure_class: z.string().nullable(), count: z.int(), call_id: z.string() }),
  ),
  recovered_by: RecoveredBy,
  /** Calls that nobody has judged yet, or whose effects are not known. */
  unknown_effects: z.int(),
  tokenizer: z.string().nullable(),
  /** What a repetition would do: the newest five of each kind, oldest first; the session's `retry` names more. */
  repeats: z.object({
    skip: z.array(RepeatedCall),
    verify_first: z.array(RepeatedCall),
    safe_to_repeat: z.array(RepeatedCall),
  }),
  /** The newest 1,000, oldest first. */
  findings: z.array(Finding),
});
export type SessionSummary = z.infer<typeof SessionSummary>;

/** What of it is added up: session and findings stand in records of their own. */
export const SessionSums = SessionSummary.omit({ session: true, findings: true });
export type SessionSums = z.infer<typeof SessionSums>;
