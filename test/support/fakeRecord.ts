/** The whole record of a scripted call, as its details carry it. */
import { NO_POLICY, NOT_JUDGED, wholeCall } from '../../daemon/model/wholeCall.ts';
import type { CallHead } from '../../daemon/protocol/feed.ts';
import type { Call } from '../../daemon/protocol/record.ts';

export function fakeRecord(call: CallHead): Call {
  return wholeCall({
    ...call,
    parent_candidates: [],
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
    protocol_version: '2025-11-25',
    agent_id: 'claude-code/2.1',
    principal: { user: 'ada', agent: { name: 'claude-code', version: '2.1', pid: 4711 }, tenant: null },
    tool_version: 'secure-filesystem-server/0.2.0',
    tool_contract: null,
    workspace: '/home/ada/shop',
    repo: null,
    timestamp: new Date(call.started_at).toISOString(),
    input_summary: NOT_JUDGED,
    policy: NO_POLICY,
    altered: false,
    callgrove: '0.1.0',
    error: null,
    harness: { id: null, captured_at: null, relation: 'unknown' },
    findings: [],
    evidence: {},
    output: { returned_bytes: call.response_bytes, summary_mode: null, artifact: null },
  });
}
