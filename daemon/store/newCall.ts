/** The row of a call that begins: what its first request says, and nothing yet of how it went. */
import type { CallStarted } from '../protocol/events.ts';
import { type CallRow, TODO } from './callRows.ts';
import { packFrame } from './frameColumns.ts';

/** Where the call stands: decided by the writer. */
export type CallPlace = Pick<
  CallRow,
  'n' | 'connection' | 'ordinal' | 'part' | 'session' | 'sort' | 'folded' | 'depth' | 'parent'
>;

/** So many candidates are kept of a parent that is not proven. */
const MAX_CANDIDATES = 50;

export function newCall(event: CallStarted, place: CallPlace): CallRow {
  const { join, request, parent_candidates: candidates } = event;
  return {
    n: place.n,
    connection: place.connection,
    ordinal: place.ordinal,
    part: place.part,
    session: place.session,
    sort: place.sort,
    folded: place.folded,
    depth: place.depth,
    parent: place.parent,
    parent_candidates: candidates.length > 0 ? JSON.stringify(candidates.slice(0, MAX_CANDIDATES)) : null,
    turn_id: join.turn_id,
    children: 0,
    event: event.event,
    direction: event.direction,
    method: event.method,
    tool: event.tool,
    trace_id: join.trace_id,
    span_id: join.span_id,
    join_keys: namesAny(join.raw) ? JSON.stringify(join.raw) : null,
    protocol_version: event.protocol_version,
    started_at: request.at,
    duration_ms: null,
    outcome: 'running',
    note: null,
    layers: { transport: null, rpc: null, tool: null },
    error_code: null,
    request_bytes: request.byteLength,
    response_bytes: null,
    rounds: 1,
    progress_count: 0,
    progress: null,
    progress_total: null,
    late_answer_ms: null,
    request: packFrame(request),
    response: null,
    judged: null,
    todo: event.event === 'notification' ? TODO.request : TODO.request | TODO.judge,
  };
}

function namesAny(raw: Readonly<Record<string, string>>): boolean {
  for (const _ in raw) return true;
  return false;
}
