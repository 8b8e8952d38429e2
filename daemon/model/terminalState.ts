/**
 * How a session stands, judged by its connections and its tool calls: what the agent asked for and what became of it.
 * Requests of the protocol itself (handshakes, lists, probes) do not count, but for one thing: a server that did not start
 * or died before any tool was called did not succeed.
 */
import type { Session, TerminalState } from '../protocol/record.ts';

export interface SessionCounts {
  readonly open_connections: number;
  readonly tool_calls: number;
  readonly successful_calls: number;
  /** Errors and timeouts. */
  readonly failed_calls: number;
  readonly denied_calls: number;
  readonly cancelled_calls: number;
  readonly lost_calls: number;
  /** The agent's handshakes and the like that nobody answered, of a session without tool calls. */
  readonly lost_requests: number;
  /** Servers that did not start or ended unasked: judged only where no call tells more. */
  readonly server_failures: number;
}

export interface SessionState {
  readonly terminal_state: TerminalState;
  readonly recovery_status: Session['recovery_status'];
}

/**
 * A session without tool calls that came to its end has nothing to reproach it with: a success.
 * @param recovery what became of the calls that failed
 */
export function terminalState(counts: SessionCounts, recovery: 'open' | 'recovered' | 'closed'): SessionState {
  const state = judged(counts);
  const needsCare = state === 'partial_success' || state === 'failed' || state === 'lost';
  const recovery_status = recovery === 'open' ? 'pending' : recovery;
  return { terminal_state: state, recovery_status: needsCare ? recovery_status : 'not_needed' };
}

function judged(counts: SessionCounts): TerminalState {
  if (counts.open_connections > 0) return 'running';
  const bad = counts.failed_calls + counts.denied_calls;
  // Nothing is known of a lost call: neither that it failed nor that it had no effect.
  if (counts.tool_calls === 0 && counts.lost_requests > 0) return 'lost';
  if (counts.tool_calls === 0 && counts.server_failures > 0) return 'failed';
  if (counts.lost_calls > 0) return counts.successful_calls > 0 ? 'partial_success' : 'lost';
  if (bad > 0) return counts.successful_calls > 0 ? 'partial_success' : 'failed';
  return counts.cancelled_calls > 0 && counts.successful_calls === 0 ? 'cancelled' : 'success';
}
