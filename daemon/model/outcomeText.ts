/** A call's outcome and a session's state in words for people, the same in CLI and page. */
import type { Layers, Outcome, TerminalState } from '../protocol/record.ts';

const OUTCOME: Readonly<Record<Outcome, string>> = {
  success: 'ok',
  error: 'error',
  denied: 'denied',
  cancelled: 'cancelled',
  timeout: 'timed out',
  lost: 'lost',
  running: 'running',
};

/** One or two words; an error says whose it is: `tool error`, `protocol error`. */
export function outcomeText(outcome: Outcome, layers: Layers): string {
  if (outcome !== 'error') return OUTCOME[outcome];
  if (layers.tool === 'error') return 'tool error';
  return layers.rpc === 'error' ? 'protocol error' : OUTCOME.error;
}

const STATE: Readonly<Record<TerminalState, string>> = {
  running: 'running',
  success: 'succeeded',
  partial_success: 'partly succeeded',
  failed: 'failed',
  cancelled: 'cancelled',
  lost: 'lost',
};

export function terminalStateText(state: TerminalState): string {
  return STATE[state];
}
