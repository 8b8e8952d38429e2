import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type SessionCounts, terminalState } from '../../../daemon/model/terminalState.ts';

const none: SessionCounts = {
  open_connections: 0,
  server_failures: 0,
  tool_calls: 0,
  successful_calls: 0,
  failed_calls: 0,
  denied_calls: 0,
  cancelled_calls: 0,
  lost_calls: 0,
  lost_requests: 0,
};

test('a session is judged by its tool calls', () => {
  const table: [counts: Partial<SessionCounts>, state: string, recovery: string][] = [
    [{ open_connections: 1, failed_calls: 3 }, 'running', 'not_needed'],
    [{}, 'success', 'not_needed'],
    [{ successful_calls: 2 }, 'success', 'not_needed'],
    [{ successful_calls: 2, cancelled_calls: 1 }, 'success', 'not_needed'],
    [{ cancelled_calls: 1 }, 'cancelled', 'not_needed'],
    [{ successful_calls: 2, failed_calls: 1 }, 'partial_success', 'pending'],
    [{ successful_calls: 2, denied_calls: 1 }, 'partial_success', 'pending'],
    [{ failed_calls: 1 }, 'failed', 'pending'],
    [{ denied_calls: 1, cancelled_calls: 1 }, 'failed', 'pending'],
    [{ lost_calls: 1 }, 'lost', 'pending'],
    [{ lost_requests: 1 }, 'lost', 'pending'],
    [{ lost_requests: 1, tool_calls: 1, successful_calls: 1 }, 'success', 'not_needed'],
    [{ lost_calls: 1, failed_calls: 1 }, 'lost', 'pending'],
    [{ lost_calls: 1, successful_calls: 1 }, 'partial_success', 'pending'],
  ];
  for (const [counts, terminal_state, recovery_status] of table) {
    assert.deepEqual(
      terminalState({ ...none, ...counts }, 'open'),
      { terminal_state, recovery_status },
      JSON.stringify(counts),
    );
  }
});

test('what became of the calls that failed decides how a session that needs care stands', () => {
  const failed = { ...none, successful_calls: 2, failed_calls: 1 };
  for (const recovery of ['recovered', 'closed'] as const) {
    assert.deepEqual(terminalState(failed, recovery), { terminal_state: 'partial_success', recovery_status: recovery });
    assert.equal(terminalState({ ...none, successful_calls: 1 }, recovery).recovery_status, 'not_needed');
    assert.equal(terminalState({ ...failed, open_connections: 1 }, recovery).recovery_status, 'not_needed');
  }
});
