/** Facts of a call with plain defaults: what a test is about stands in the test. */
import type { CallFacts } from '../../daemon/classify/callFacts.ts';
import { serverFacts } from '../../daemon/model/toolCatalog.ts';
import type { ToolFacts, ToolHints } from '../../daemon/protocol/toolFacts.ts';

/** @param argv the server's command line */
export function callFacts({
  argv = ['some-server'],
  url = null,
  ...over
}: Partial<CallFacts> & { argv?: readonly string[]; url?: string | null } = {}): CallFacts {
  return {
    call_id: 'call_00000000000000000000000001_1',
    session_id: 'ses_0000000000000001',
    connection: {
      connection_id: 'con_00000000000000000000000001',
      server: 'server',
      introduced: { name: null, version: null },
      facts: serverFacts('server', argv, url),
      open: null,
      end: null,
    },
    event: 'tool_call',
    direction: 'c2s',
    method: 'tools/call',
    tool: 'write_file',
    protocol_version: '2025-11-25',
    started_at: 1_790_000_000_000,
    duration_ms: 12,
    outcome: 'success',
    note: null,
    layers: { transport: 'ok', rpc: 'ok', tool: 'ok' },
    error_code: null,
    request_bytes: 120,
    response_bytes: 60,
    workspace: '/w',
    params: undefined,
    args: undefined,
    result: undefined,
    replaced: undefined,
    error: undefined,
    answerText: null,
    exchange: null,
    stderr: null,
    listed: null,
    decision: null,
    files: null,
    settings: null,
    ...over,
  };
}

/** A tool that said these of itself, and nothing else. */
export function hints(said: Partial<ToolHints>): ToolFacts {
  return {
    name: 'tool',
    hints: { readOnlyHint: null, destructiveHint: null, idempotentHint: null, openWorldHint: null, ...said },
    arguments: [],
    declares_output: false,
    definition_bytes: 100,
  };
}
