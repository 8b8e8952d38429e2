/** The head of a call, as lists show it, out of its whole record: for those who hold the record and not the row. */
import type { CallHead } from '../protocol/feed.ts';
import { DenialReason } from '../protocol/policy.ts';
import type { Call } from '../protocol/record.ts';

/** @param sizes bytes of request and answer; a record alone does not say how long its request was */
export function headOfCall(
  call: Call,
  sizes: { readonly request_bytes: number; readonly response_bytes: number | null },
): CallHead {
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
    started_at: Date.parse(call.timestamp),
    duration_ms: call.duration_ms,
    request_bytes: sizes.request_bytes,
    response_bytes: sizes.response_bytes ?? call.output.returned_bytes,
    rounds: call.rounds,
    progress: call.progress,
    late_answer_ms: call.late_answer_ms,
    rev: 0,
  };
}

function denialOf({ policy: { decision, reason, mode } }: Call): CallHead['denial'] {
  const known = DenialReason.safeParse(reason);
  if ((decision !== 'deny' && decision !== 'would_deny') || !known.success || mode === 'unknown') return null;
  return { decision, reason: known.data, mode };
}
