/**
 * Adds up a session from the records of its calls, for those who hold these and no database: what the store adds up by
 * SQL, with the same words. Takes the calls one by one and keeps sums, not calls.
 */
import type { ResumeClass } from '../protocol/checkpoint.ts';
import type { Call } from '../protocol/record.ts';
import type { RepeatedCall, SessionSummary, Share } from '../protocol/summary.ts';
import { resumeClass } from './resumeClass.ts';
import { repeatFacts } from './resumePlan.ts';

export interface SummaryFold {
  /** In the order in which they began. Those that are no tool calls of the agent's are passed over. */
  add(call: Call): void;
  sums(): CallSums;
}

export type CallSums = Omit<SessionSummary, 'session' | 'findings'>;

const LISTED = 100;
/** So many calls are shown of each kind; more are kept, because a later attempt may take one's place. */
const SHOWN = 5;
const KEPT = 200;

const FAILED: ReadonlySet<Call['outcome']> = new Set(['error', 'timeout', 'lost']);

type Counted<T> = T & { count: number };

export function summaryFold(): SummaryFold {
  const by = { server: shares(), tool: shares(), lane: shares() };
  const effects = new Map<string, Counted<SessionSummary['effects'][number]>>();
  const failures = new Map<string, Counted<SessionSummary['failures'][number]>>();
  const repeats = new Map<string, RepeatedCall & { readonly resume: ResumeClass }>();
  const retryOf = new Map<string, string>();
  let [unknown, tokenizer] = [0, null as string | null];

  const repeat = (call: Call): void => {
    const { call_id, server, tool, summary, retry_of } = call;
    if (retry_of !== null) retryOf.set(call_id, retry_of);
    const verdict = resumeClass(repeatFacts(call));
    if (verdict) repeats.set(call_id, { call_id, server, tool, summary, resume: verdict.resume });
    // What it succeeded for is judged in its place.
    if (call.outcome === 'success')
      for (let of = retry_of, left = KEPT; of !== null && left > 0; of = retryOf.get(of) ?? null, left--)
        repeats.delete(of);
    for (const map of [repeats, retryOf]) {
      const [oldest] = map.keys();
      if (map.size > 3 * KEPT && oldest !== undefined) map.delete(oldest);
    }
  };
  const repeated = (resume: ResumeClass): RepeatedCall[] =>
    [...repeats.values()]
      .filter((one) => one.resume === resume)
      .slice(-SHOWN)
      .map(({ call_id, server, tool, summary }) => ({ call_id, server, tool, summary }));

  return {
    add(call) {
      if (call.event !== 'tool_call' || call.direction !== 'c2s') return;
      const { call_id, error, output } = call;
      by.server.add(call.server, call);
      by.tool.add(call.tool, call);
      by.lane.add(call.credential_lane, call);
      const [first] = call.effects ?? [];
      if (first) {
        const { kind, evidence } = first;
        count(effects, `${kind} ${evidence}`, { kind, evidence, count: 0, call_id });
      }
      if (error !== null) {
        const { error_class, failure_class } = error;
        count(failures, `${error_class} ${failure_class}`, { error_class, failure_class, count: 0, call_id });
      }
      if (call.outcome !== 'denied' && call.side_effect_class === 'unknown') unknown++;
      if (output.tokens !== null) tokenizer ??= output.tokenizer;
      repeat(call);
    },
    sums: () => ({
      by: { server: by.server.list(), tool: by.tool.list(), lane: by.lane.list() },
      effects: mostFirst(effects, ({ kind }) => kind),
      failures: mostFirst(failures, ({ error_class }) => error_class),
      unknown_effects: unknown,
      tokenizer,
      repeats: {
        skip: repeated('skip'),
        verify_first: repeated('verify_first'),
        safe_to_repeat: repeated('safe_to_repeat'),
      },
    }),
  };
}

function shares(): { add(name: string | null, call: Call): void; list(): Share[] } {
  const found = new Map<string, Share>();
  const plus = (sum: number | null, more: number | null) => (more === null ? sum : (sum ?? 0) + more);
  return {
    add(name, { outcome, output, spend }) {
      if (name === null) return;
      const { calls, failed, tokens, bytes, usd } = found.get(name) ?? NO_CALLS;
      found.set(name, {
        name,
        calls: calls + 1,
        failed: failed + (FAILED.has(outcome) ? 1 : 0),
        tokens: plus(tokens, output.tokens),
        bytes: plus(bytes, output.returned_bytes),
        usd: plus(usd, spend.actual_usd ?? spend.estimated_usd),
      });
    },
    list: () => [...found.values()].sort((a, b) => b.calls - a.calls || inOrder(a.name, b.name)).slice(0, LISTED),
  };
}

const NO_CALLS = { calls: 0, failed: 0, tokens: null, bytes: null, usd: null } as const;

function count<T extends { count: number }>(map: Map<string, T>, key: string, first: T): void {
  const entry = map.get(key) ?? first;
  entry.count++;
  map.set(key, entry);
}

function mostFirst<T extends { readonly count: number }>(map: ReadonlyMap<string, T>, name: (one: T) => string): T[] {
  return [...map.values()].sort((a, b) => b.count - a.count || inOrder(name(a), name(b))).slice(0, LISTED);
}

const inOrder = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
