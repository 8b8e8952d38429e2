/** The head of a call, as lists show it, out of its whole record: for those who hold the record and not the row. */
import type { CallHead } from '../protocol/feed.ts';
import { DenialReason, type OnceMark } from '../protocol/policy.ts';
import type { Call } from '../protocol/record.ts';
import type { FindingKind } from '../protocol/trail.ts';
import { ONCE_RULE } from './onceRule.ts';

/** What a record alone does not say. */
export interface BesideCall {
  /** Of its frames. */
  readonly request_bytes: number;
  readonly response_bytes: number | null;
  /** Kinds of the findings about it. */
  readonly findings: readonly FindingKind[];
  /** That it was allowed once, or passed so; null where nothing tells of it. */
  readonly once: OnceMark | null;
}

export function headOfCall(call: Call, beside: BesideCall): CallHead {
  const { call_id, session_id, connection_id, parent_call_id, turn_id, event, direction, server, method, tool } = call;
  return {
    ...{ call_id, session_id, connection_id, parent_call_id, turn_id, event, direction, server, method, tool },
    parent_candidates: call.parent_candidates.length,
    depth: 0,
    children: 0,
    summary: call.summary,
    outcome: call.outcome,
    outcome_note: call.outcome_note,
    layers: call.layers,
    error_message: call.error_message,
    denial: denialOf(call),
    once: beside.once ?? onceOf(call),
    started_at: Date.parse(call.timestamp),
    duration_ms: call.duration_ms,
    request_bytes: beside.request_bytes,
    response_bytes: beside.response_bytes ?? call.output.returned_bytes,
    rounds: call.rounds,
    progress: call.progress,
    late_answer_ms: call.late_answer_ms,
    evidence: evidenceOfCall(call),
    findings: [...beside.findings],
    rev: 0,
  };
}

/** null where nothing of it was judged. */
export function evidenceOfCall(call: Call): CallHead['evidence'] {
  const { effects, reversibility, retry_safe, error, attempt, credential_lane: lane, spend } = call;
  const { tokens } = call.output;
  const usd = spend.actual_usd ?? spend.estimated_usd;
  const judged = effects !== null || reversibility !== 'unknown' || retry_safe !== null || attempt !== null;
  if (!judged && error === null && lane === null && tokens === null && usd === null) return null;
  const [first] = effects ?? [];
  return {
    effect: first?.kind ?? null,
    proof: first?.evidence ?? null,
    reversibility,
    retry_safe,
    error_class: error?.error_class ?? null,
    attempt,
    lane,
    tokens,
    usd,
  };
}

/** A record tells that it passed, not by whose leave. */
function onceOf({ call_id, policy: { rule } }: Call): CallHead['once'] {
  if (!rule?.startsWith(ONCE_RULE)) return null;
  return { once_id: rule.slice(ONCE_RULE.length), refused: null, by: null, at: null, until: null, passed: call_id };
}

function denialOf({ policy: { decision, reason, mode } }: Call): CallHead['denial'] {
  if ((decision !== 'deny' && decision !== 'would_deny') || mode === 'unknown') return null;
  const known = DenialReason.safeParse(reason);
  if (!known.success) return null;
  return { decision, reason: known.data, mode };
}
