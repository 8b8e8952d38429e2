/**
 * The four auditability signals over a stream of calls: does the server say what went wrong so that a program can read
 * it, what may be repeated, is there a way to see that an effect happened, is it known under which identity a call ran?
 * Only tool calls that reached a server count.
 */
import type { Call } from '../protocol/record.ts';
import type { Signal } from '../protocol/scorecard.ts';
import { Tallying } from './tally.ts';

type SignalName = Signal['signal'];

interface SignalRule {
  readonly signal: SignalName;
  /** true: the call carries it; false: it lacks it; null: it is not about such a call. */
  readonly verdict: (call: Call) => boolean | null;
  readonly words: (met: number, applicable: number) => string;
}

/** Said by the server itself in a form of its own, not read from a sentence. */
const STRUCTURED = /^(?:error\.|result\.structuredContent|http\.)/;

const RULES: readonly SignalRule[] = [
  {
    signal: 'structured_errors',
    verdict: ({ outcome, error }) =>
      outcome !== 'error' || error === null
        ? null
        : error.error_code !== null && STRUCTURED.test(error.read_from ?? ''),
    words: (met, all) => `${met} of ${all} errors carry a code that a program can read`,
  },
  {
    signal: 'idempotency_guarantees',
    verdict: ({ idempotent, sources }) =>
      idempotent !== null && ['annotation', 'observed', 'verified'].includes(sources.idempotent ?? ''),
    words: (met, all) => `of ${met} of ${all} calls the server itself says whether they may be repeated`,
  },
  {
    signal: 'state_verification',
    verdict: ({ effects, outcome }) =>
      outcome !== 'success' || effects === null || effects.length === 0
        ? null
        : effects.every(({ evidence }) => evidence === 'verified' || evidence === 'observed'),
    words: (met, all) => `of ${met} of ${all} calls that changed something the change was seen`,
  },
  {
    signal: 'credential_attribution',
    verdict: ({ auth_mode, credential_lane }) => auth_mode !== 'unknown' && credential_lane !== null,
    words: (met, all) => `of ${met} of ${all} calls it is known under which identity they ran`,
  },
];

export interface ScoreFold {
  add(call: Call): void;
  signals(): Signal[];
  /** Tool calls that reached a server. */
  readonly toolCalls: number;
}

export function scoreFold(): ScoreFold {
  const tallies = new Map(RULES.map(({ signal }) => [signal, new Tallying()]));
  let toolCalls = 0;
  return {
    get toolCalls() {
      return toolCalls;
    },
    add(call) {
      if (call.event !== 'tool_call' || call.outcome === 'denied' || call.outcome === 'running') return;
      toolCalls++;
      for (const { signal, verdict } of RULES) tallies.get(signal)?.add(call.call_id, verdict(call));
    },
    signals: () =>
      RULES.map(({ signal, words }): Signal => {
        const { met, missed, for: shown, against } = tallies.get(signal) ?? new Tallying();
        const applicable = met + missed;
        return {
          signal,
          applicable,
          met,
          share: applicable === 0 ? null : met / applicable,
          evidence: applicable === 0 ? 'no call shows it either way' : words(met, applicable),
          calls: { for: shown, against },
        };
      }),
  };
}

/** 0 to 10, one decimal; null where no signal has evidence. */
export function scoreOf(signals: readonly Signal[]): number | null {
  const shares = signals.flatMap(({ share }) => (share === null ? [] : [share]));
  if (shares.length === 0) return null;
  return Math.round((shares.reduce((sum, share) => sum + share, 0) / shares.length) * 100) / 10;
}
