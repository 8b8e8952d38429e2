/** Heads as the feed sends them, with plain defaults: what a test is about stands in the test. */
import type { CallHead, SessionHead, TreeRow } from '../../daemon/protocol/feed.ts';

export const T0 = Date.parse('2026-11-20T12:00:00.000Z');

export function callHead(over: Partial<CallHead> = {}): CallHead {
  return {
    call_id: 'call_00000000000000000000000001_1',
    session_id: 'ses_0000000000000001',
    connection_id: 'con_00000000000000000000000001',
    parent_call_id: null,
    parent_candidates: 0,
    turn_id: null,
    depth: 0,
    children: 0,
    event: 'tool_call',
    direction: 'c2s',
    server: 'filesystem',
    method: 'tools/call',
    tool: 'read_text_file',
    summary: 'path=src/cart.ts',
    outcome: 'success',
    outcome_note: null,
    layers: { transport: 'ok', rpc: 'ok', tool: 'ok' },
    error_message: null,
    denial: null,
    once: null,
    started_at: T0,
    duration_ms: 12.4,
    request_bytes: 120,
    response_bytes: 1234,
    rounds: 1,
    progress: null,
    late_answer_ms: null,
    evidence: null,
    findings: [],
    rev: 1,
    ...over,
  };
}

export function callRow(over: Partial<CallHead> = {}): TreeRow {
  return { kind: 'call', call: callHead(over) };
}

type SessionOver = Partial<Omit<SessionHead, 'session'>> & { session?: Partial<SessionHead['session']> };

export function sessionHead({ session, ...over }: SessionOver = {}): SessionHead {
  return {
    session: {
      v: 1,
      session_id: 'ses_0000000000000001',
      title: 'claude-code 2.1, main@1a2b3c4, read_text_file',
      label: null,
      pinned: false,
      workspace: '/w',
      repo: null,
      agent_id: 'claude-code/2.1',
      principal: { user: 'ada', agent: null, tenant: null },
      conversation_id: null,
      started_at: new Date(T0).toISOString(),
      ended_at: null,
      split: null,
      tool_calls: 3,
      successful_calls: 2,
      failed_calls: 1,
      denied_calls: 0,
      credentials_used: null,
      side_effects_summary: {
        files_created: null,
        files_modified: null,
        files_deleted: null,
        api_calls_made: null,
        messages_sent: null,
        spend_incurred_usd: null,
      },
      spend_by: { server: {}, tool: {}, lane: {}, agent: {}, user: {} },
      terminal_state: 'running',
      recovery_status: 'not_needed',
      failure_class: null,
      first_failing_call: null,
      last_good_checkpoint: null,
      retry: {
        plain_retry_safe: null,
        skip: [],
        verify_first: [],
        safe_to_repeat: [],
        visible_to_new_session: 'unknown',
        cut: false,
      },
      harness: [],
      findings: 0,
      frames_lost: 0,
      source: 'live',
      ...session,
    },
    calls: 3,
    running_calls: 0,
    open_connections: 1,
    gaps: 0,
    denials: 0,
    servers: ['filesystem'],
    folded: false,
    listed_in: [session?.workspace ?? '/w'],
    workbench: null,
    last_at: T0,
    rev: 1,
    ...over,
  };
}
