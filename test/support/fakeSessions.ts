/** Scripted sessions for the page: heads and rows as a daemon would send them, made from a few words. */
import type { CallHead, SessionHead, TreeRow } from '../../daemon/protocol/feed.ts';
import type { TerminalState } from '../../daemon/protocol/record.ts';
import { callHead, sessionHead } from './heads.ts';

export const BASE_MS = Date.UTC(2026, 10, 20, 14, 0, 0);

export function fakeHead(
  id: string,
  change: Partial<SessionHead> = {},
  session: Partial<SessionHead['session']> = {},
): SessionHead {
  const state: TerminalState = session.terminal_state ?? 'success';
  return sessionHead({
    calls: 0,
    open_connections: 0,
    listed_in: ['/home/ada/shop'],
    last_at: BASE_MS + 60_000,
    ...change,
    session: {
      session_id: id,
      title: `Session ${id}`,
      workspace: '/home/ada/shop',
      repo: 'git:github.com/ada/shop@4f2a9c1e',
      principal: { user: 'ada', agent: { name: 'claude-code', version: '2.1', pid: 4711 }, tenant: null },
      started_at: new Date(BASE_MS).toISOString(),
      ended_at: state === 'running' ? null : new Date(BASE_MS + 60_000).toISOString(),
      tool_calls: 0,
      successful_calls: 0,
      failed_calls: 0,
      terminal_state: state,
      ...session,
    },
  });
}

export function fakeCall(
  sessionId: string,
  number: number,
  change: Partial<CallHead> = {},
): Extract<TreeRow, { kind: 'call' }> {
  return {
    kind: 'call',
    call: callHead({
      call_id: `call_01k0000000000000000000${sessionId.slice(-4)}_${number}`,
      session_id: sessionId,
      connection_id: 'con_01k00000000000000000000000',
      tool: 'read_file',
      summary: `path: "src/module-${number}.ts"`,
      started_at: BASE_MS + number * 400,
      duration_ms: 12 + ((number * 37) % 300),
      request_bytes: 140,
      response_bytes: 900 + ((number * 911) % 9000),
      ...change,
    }),
  };
}

/** A session with one of everything: failures, a running call with progress, a child, a turn, a gap, hostile text. */
export function fullSession(id: string, nowMs: number): { head: SessionHead; rows: TreeRow[] } {
  const t = (offset: number) => nowMs - 60_000 + offset;
  const call = (n: number, change: Partial<CallHead>) => fakeCall(id, n, { turn_id: 'turn-1', ...change });
  const tail = { turn_id: 'turn-2' };
  const rows: TreeRow[] = [
    { kind: 'turn', turn_id: 'turn-1', calls: 6, started_at: t(0), rev: 1 },
    call(1, {
      tool: 'list_directory',
      summary: 'path: "."',
      started_at: t(300),
      duration_ms: 18.4,
      response_bytes: 620,
    }),
    call(2, {
      tool: 'read_text_file',
      summary: 'path: "package.json"',
      started_at: t(1500),
      duration_ms: 6.2,
      response_bytes: 2190,
    }),
    call(3, {
      tool: 'read_text_file',
      summary: 'path: "src/missing.ts"',
      started_at: t(2900),
      duration_ms: 4.8,
      response_bytes: 210,
      outcome: 'error',
      layers: { transport: 'ok', rpc: 'ok', tool: 'error' },
      error_message: "ENOENT: no such file or directory, open '/home/ada/shop/src/missing.ts'",
    }),
    call(4, {
      tool: 'search_files',
      summary: 'path: ".", pattern: "**/*.test.ts"',
      started_at: t(4200),
      duration_ms: 2380,
      response_bytes: 2_048_000,
    }),
    call(5, {
      server: 'everything',
      tool: 'sampleLLM',
      summary: 'prompt: "Name the module", maxTokens: 100',
      started_at: t(8000),
      duration_ms: 6400,
      response_bytes: 512,
      children: 1,
      rounds: 2,
    }),
    call(6, {
      server: 'everything',
      method: 'sampling/createMessage',
      tool: null,
      event: 'request',
      direction: 's2c',
      depth: 1,
      parent_call_id: 'call_5',
      summary: 'messages: 1, maxTokens: 100',
      started_at: t(8600),
      duration_ms: 5100,
      response_bytes: 330,
    }),
    call(7, {
      tool: 'edit_file',
      summary: 'path: "src/cart.ts", edits: 2',
      started_at: t(15500),
      duration_ms: 31,
      response_bytes: 1400,
    }),
    {
      kind: 'gap',
      gap_id: 'gap_1',
      connection_id: 'con_01k00000000000000000000000',
      at: t(20_000),
      lost_chunks: 12,
      bytes: 48_200,
      reason: 'ENOSPC',
      rev: 1,
    },
    { kind: 'turn', turn_id: 'turn-2', calls: 8, started_at: t(24_000), rev: 1 },
    fakeCall(id, 8, {
      ...tail,
      server: 'github',
      tool: 'create_issue',
      summary: 'title: "Cart total is off by one", labels: ["bug"]',
      started_at: t(24_500),
      duration_ms: 1210,
      outcome: 'error',
      layers: { transport: 'ok', rpc: 'error', tool: null },
      error_message: '-32602: Invalid params: repository is required',
      response_bytes: 140,
    }),
    fakeCall(id, 9, {
      ...tail,
      server: 'github',
      tool: 'create_issue',
      summary: 'repo: "ada/shop", title: "Cart total is off by one"',
      started_at: t(27_000),
      duration_ms: 1890,
      response_bytes: 3900,
    }),
    fakeCall(id, 10, {
      ...tail,
      server: 'postgres',
      tool: 'query',
      summary: 'sql: "select count(*) from orders"',
      started_at: t(30_000),
      duration_ms: 9000,
      outcome: 'cancelled',
      outcome_note: 'cancelled by the agent',
      layers: { transport: 'ok', rpc: null, tool: null },
      response_bytes: null,
      late_answer_ms: 12_400,
    }),
    fakeCall(id, 11, {
      ...tail,
      server: 'postgres',
      tool: 'query',
      summary: 'sql: "update orders set total = total - 1"',
      started_at: t(40_000),
      duration_ms: null,
      outcome: 'lost',
      outcome_note: 'no answer seen; may have reached the server; the server ended with exit code 3',
      layers: { transport: 'error', rpc: null, tool: null },
      response_bytes: null,
    }),
    {
      kind: 'event',
      event_id: 'evt_1',
      event: 'disconnected',
      connection_id: 'con_01k00000000000000000000001',
      server: 'postgres',
      transport: 'stdio',
      at: t(42_000),
      how: 'exit',
      exit: { code: 3, signal: null, error: null },
      stopped: false,
      lost_calls: 1,
      rev: 1,
    },
    fakeCall(id, 12, {
      ...tail,
      server: '<img src=x onerror=alert(1)>',
      tool: '<script>alert("tool")</script>',
      summary: 'html: "<b>bold</b>"',
      started_at: t(43_000),
      duration_ms: 55,
    }),
    fakeCall(id, 13, {
      ...tail,
      server: 'everything',
      method: 'elicitation/create',
      tool: null,
      event: 'request',
      direction: 's2c',
      parent_candidates: 3,
      summary: 'message: "Which branch?"',
      started_at: t(46_000),
      duration_ms: 3300,
    }),
    fakeCall(id, 14, {
      ...tail,
      server: 'everything',
      tool: 'trigger-long-running-operation',
      summary: 'duration: 30, steps: 10',
      started_at: t(50_000),
      duration_ms: null,
      response_bytes: null,
      outcome: 'running',
      layers: { transport: 'ok', rpc: null, tool: null },
      progress: { count: 3, progress: 3, total: 10, message: 'compiling' },
    }),
    fakeCall(id, 15, {
      ...tail,
      server: 'filesystem',
      tool: 'read_multiple_files',
      summary: 'paths: ["src/a.ts", "src/b.ts"]',
      started_at: t(57_000),
      duration_ms: null,
      response_bytes: null,
      outcome: 'running',
      layers: { transport: 'ok', rpc: null, tool: null },
    }),
  ];
  const head = fakeHead(
    id,
    {
      calls: 15,
      running_calls: 2,
      open_connections: 4,
      gaps: 1,
      servers: ['filesystem', 'everything', 'github', 'postgres'],
      workbench: null,
      last_at: nowMs - 3000,
    },
    {
      title: 'claude-code · main@4f2a9c1 · list_directory, read_text_file',
      terminal_state: 'running',
      started_at: new Date(t(0)).toISOString(),
      tool_calls: 13,
      successful_calls: 8,
      failed_calls: 2,
      frames_lost: 12,
    },
  );
  return { head, rows };
}
