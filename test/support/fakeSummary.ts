/** A session's summary as the daemon would answer it, with one of everything; and one of a session that did nothing. */
import type { SessionHead } from '../../daemon/protocol/feed.ts';
import type { SessionSummary } from '../../daemon/protocol/summary.ts';

const callId = (n: number) => `call_01k0000000000000000000aaaa_${n}`;

const repeated = (n: number, tool: string, summary: string | null) => ({
  call_id: callId(n),
  server: tool === 'web_search' ? 'search' : 'filesystem',
  tool,
  summary,
});

export function fullSummary(head: SessionHead): SessionSummary {
  const { session_id } = head.session;
  const finding = (n: number, kind: 'unsafe_repeat' | 'annotation_lie' | 'unpinned_server', call: number | null) => ({
    finding_id: `fnd_${n}`,
    kind,
    severity: ({ unsafe_repeat: 'error', annotation_lie: 'warning', unpinned_server: 'info' } as const)[kind],
    call_id: call === null ? null : callId(call),
    session_id,
    evidence: `evidence ${n} <img src=x onerror=alert(1)>`,
    since: '2026-11-20T14:00:03.000Z',
  });
  return {
    session: {
      ...head.session,
      side_effects_summary: {
        files_created: 3,
        files_modified: 1,
        files_deleted: 0,
        api_calls_made: 8,
        messages_sent: null,
        spend_incurred_usd: 0.042,
      },
      last_good_checkpoint: 'cp_01k0000000000000000000aaaa_3',
      retry: {
        plain_retry_safe: false,
        skip: [callId(2)],
        verify_first: [callId(4), callId(5)],
        safe_to_repeat: [callId(1), callId(3)],
        visible_to_new_session: true,
        cut: false,
      },
    },
    by: {
      server: [
        { name: 'filesystem', calls: 9, failed: 1, tokens: 12_400, bytes: 51_200, uncounted_bytes: 0, usd: null },
        { name: 'search', calls: 3, failed: 1, tokens: 2100, bytes: 9400, uncounted_bytes: 0, usd: 0.042 },
      ],
      tool: [
        {
          name: 'read_text_file',
          calls: 6,
          failed: 1,
          tokens: 11_000,
          bytes: 4_148_000,
          uncounted_bytes: 4_100_000,
          usd: null,
        },
        { name: 'write_file', calls: 3, failed: 0, tokens: 400, bytes: 1200, uncounted_bytes: 0, usd: null },
        { name: 'web_search', calls: 3, failed: 1, tokens: 2100, bytes: 9400, uncounted_bytes: 0, usd: null },
      ],
      lane: [
        { name: 'fs_local', calls: 9, failed: 1, tokens: null, bytes: 51_200, uncounted_bytes: 0, usd: null },
        {
          name: 'search/env:SEARCH_KEY#3f9a2b1c',
          calls: 3,
          failed: 1,
          tokens: null,
          bytes: 9400,
          uncounted_bytes: 0,
          usd: null,
        },
      ],
    },
    effects: [
      { kind: 'file_created', evidence: 'verified', count: 3, call_id: callId(2) },
      { kind: 'api_call', evidence: 'declared', count: 8, call_id: callId(3) },
      { kind: 'file_modified', evidence: 'inferred', count: 1, call_id: callId(5) },
    ],
    failures: [
      { error_class: 'auth_expired', failure_class: 'auth_drift', count: 1, call_id: callId(4) },
      { error_class: 'not_found', failure_class: null, count: 1, call_id: callId(5) },
    ],
    recovered_by: {
      made_good: [{ call_id: callId(4), how: 'retried', by: callId(6) }],
      open: [callId(5)],
      checked_by: null,
    },
    unknown_effects: 2,
    tokenizer: 'o200k_base',
    repeats: {
      skip: [repeated(2, 'write_file', 'src/cart.js')],
      verify_first: [repeated(4, 'web_search', 'query: discount'), repeated(5, 'write_file', 'CHANGELOG.md')],
      safe_to_repeat: [repeated(1, 'read_text_file', 'src/cart.js'), repeated(3, 'web_search', null)],
    },
    findings: [finding(1, 'unpinned_server', null), finding(2, 'annotation_lie', 5), finding(3, 'unsafe_repeat', 4)],
  };
}

export function emptySummary(head: SessionHead): SessionSummary {
  const repeats = { skip: [], verify_first: [], safe_to_repeat: [] };
  const nothing = { by: { server: [], tool: [], lane: [] }, effects: [], failures: [], findings: [] };
  const recovered_by = { made_good: [], open: [], checked_by: null };
  return { session: head.session, ...nothing, recovered_by, unknown_effects: 0, tokenizer: null, repeats };
}
