/** A tool call's record with what a test says of it; all else is as where nobody knows. */
import { NO_POLICY, NOT_JUDGED, wholeCall } from '../../daemon/model/wholeCall.ts';
import type { Call } from '../../daemon/protocol/record.ts';

export function fakeCall(n: number, said: Partial<Call> = {}): Call {
  const outcome = said.outcome ?? 'success';
  const whole = wholeCall({
    event: 'tool_call',
    call_id: `call_01jd5t3k7m8n9p0q1r2s3t4v5w_${n}`,
    session_id: 'ses_1',
    connection_id: 'con_01jd5t3k7m8n9p0q1r2s3t4v5w',
    parent_call_id: null,
    parent_candidates: [],
    turn_id: null,
    rounds: 1,
    trace_id: null,
    protocol_version: '2025-11-25',
    agent_id: 'claude-code/2.1',
    principal: { user: 'ada', agent: { name: 'claude-code', version: '2.1', pid: 4711 }, tenant: null },
    server: 'filesystem',
    method: 'tools/call',
    direction: 'c2s',
    tool: 'write_file',
    tool_version: 'secure-filesystem-server/0.2.0',
    tool_contract: null,
    workspace: '/w',
    repo: null,
    timestamp: new Date(Date.UTC(2026, 10, 28, 12, 0, n)).toISOString(),
    duration_ms: 12,
    summary: 'a.txt',
    outcome,
    outcome_note: null,
    layers: { transport: 'ok', rpc: 'ok', tool: outcome === 'success' ? 'ok' : 'error' },
    error: null,
    error_message: null,
    harness: { id: null, captured_at: null, relation: 'unknown' },
    findings: [],
    input_summary: NOT_JUDGED,
    policy: NO_POLICY,
    progress: null,
    late_answer_ms: null,
    altered: false,
    evidence: {},
    callgrove: '0.1.0',
    output: { returned_bytes: 120, summary_mode: 'full', artifact: null },
  });
  return { ...whole, ...said };
}
