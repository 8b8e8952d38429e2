/** A connection's calls as a bundle carries them, from a few words: the agent's messages, and the answers that came. */
import type { ReportCall } from '../../daemon/bundle/callsWithFrames.ts';
import type { BundledConnection } from '../../daemon/protocol/bundle.ts';
import type { CallHead } from '../../daemon/protocol/feed.ts';
import { framesOf } from './fakeBundle.ts';
import { fakeRecord } from './fakeRecord.ts';
import { BASE_MS, fakeCall } from './fakeSessions.ts';

const ID = 'ses_000000000000aaaa';

export interface Step {
  readonly method: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
  readonly change?: Partial<CallHead>;
}

export const tool = (name: string, args: unknown, rest: Partial<Step> = {}): Step => ({
  method: 'tools/call',
  params: { name, arguments: args },
  result: { content: [{ type: 'text', text: 'ok' }] },
  ...rest,
});

export const HANDSHAKE: readonly Step[] = [
  {
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'agent', version: '1' } },
    result: { protocolVersion: '2025-06-18', capabilities: {}, serverInfo: { name: 'buggy-server', version: '1.2.3' } },
  },
  { method: 'notifications/initialized', change: { event: 'notification' } },
];

export function storyOf(steps: readonly Step[]): ReportCall[] {
  return steps.map(({ method, params, result, error, change = {} }, index) => {
    const isTool = method === 'tools/call';
    const name =
      isTool && typeof params === 'object' && params !== null && 'name' in params ? String(params.name) : null;
    const { call } = fakeCall(ID, index + 1, {
      server: 'buggy',
      method,
      tool: name,
      event: isTool ? 'tool_call' : 'request',
      started_at: BASE_MS + index * 100,
      ...change,
    });
    const id = call.event === 'notification' ? {} : { id: index + 1 };
    const envelope = { jsonrpc: '2.0', ...id };
    const answer =
      error !== undefined ? { ...envelope, error } : result !== undefined ? { ...envelope, result } : undefined;
    return {
      call: fakeRecord(call),
      frames: framesOf(call, { ...envelope, method, ...(params === undefined ? {} : { params }) }, answer),
    };
  });
}

export function connectionTo(command: readonly string[], change: Partial<BundledConnection> = {}): BundledConnection {
  return {
    connection_id: 'con_01k00000000000000000000000',
    server: 'buggy',
    server_name: 'buggy-server',
    server_version: '1.2.3',
    transport: 'stdio',
    command: [...command],
    cwd: null,
    variables: ['PATH'],
    url: null,
    protocol_version: '2025-06-18',
    callgrove: '0.1.0',
    opened_at: new Date(BASE_MS).toISOString(),
    ended_at: null,
    ended_how: null,
    exit: null,
    stopped: false,
    lost_calls: 0,
    ...change,
  };
}
