/** What the list of denials holds: its rows from what was read, which one has the cursor, and what a key does. Pure. */
import type { Denial, PolicyState } from '../daemon/protocol/denial.ts';
import type { OnceMark } from '../daemon/protocol/policy.ts';
import type { Intent } from './intent.ts';
import { readOf } from './readOf.ts';
import type { State } from './state.ts';

const NONE: readonly Denial[] = [];

/** Newest first; empty while nothing is read. */
export function shownDenials(state: State): readonly Denial[] {
  const read = state.session === null ? null : readOf(state, { what: 'denials', id: state.session });
  const document = read?.document ?? null;
  return document?.what === 'denials' ? newestFirst(document.value.denials) : NONE;
}

const reversed = new WeakMap<readonly Denial[], readonly Denial[]>();

function newestFirst(denials: readonly Denial[]): readonly Denial[] {
  const known = reversed.get(denials);
  if (known) return known;
  const made = denials.toReversed();
  reversed.set(denials, made);
  return made;
}

/** What was allowed once of a call; null where nothing was. What came of it is told sooner by the call's own row. */
export function onceOf(state: State, callId: string): OnceMark | null {
  const row = state.tree.rows?.byKey.get(callId);
  if (row?.kind === 'call' && row.call.once !== null) return row.call.once;
  const read = state.session === null ? null : readOf(state, { what: 'denials', id: state.session });
  const document = read?.document ?? null;
  if (document?.what !== 'denials') return null;
  return document.value.once.find(({ refused }) => refused === callId) ?? null;
}

export function shownPolicy(state: State): PolicyState | null {
  const document = readOf(state, { what: 'policy' })?.document ?? null;
  return document?.what === 'policy' ? document.value : null;
}

/** The denial of one call, where it was read. */
export function denialOf(state: State, callId: string): Denial | null {
  return shownDenials(state).find(({ call_id }) => call_id === callId) ?? null;
}

/** The row with the cursor: that of the call which the view names, else the newest; -1 where there is none. */
export function denialAt({ view }: State, denials: readonly Denial[]): number {
  if (denials.length === 0) return -1;
  const named = view.view === 'denials' ? view.call : null;
  return named === null
    ? 0
    : Math.max(
        0,
        denials.findIndex(({ call_id }) => call_id === named),
      );
}

/** Of the session that is shown, those that would be refused if policy enforced. */
export function wouldBeRefused(denials: readonly Denial[], server: string | null): number {
  return denials.filter((one) => one.decision === 'would_deny' && (server === null || one.server === server)).length;
}

export const DENIAL_KEYS: ReadonlySet<string> = new Set([
  'ArrowDown',
  'ArrowUp',
  'PageDown',
  'PageUp',
  'Home',
  'End',
  'Enter',
]);

/** @param pageRows how many rows fit on the screen. Enter opens the call. */
export function denialKey(key: string, at: number, denials: readonly Denial[], pageRows: number): Intent | null {
  const page = Math.max(1, pageRows - 1);
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: denials.length - 1,
  };
  const to = Object.hasOwn(steps, key) ? steps[key] : undefined;
  const index = to === undefined ? at : Math.max(0, Math.min(to, denials.length - 1));
  const denial = denials[index];
  if (denial === undefined) return null;
  if (to !== undefined) return { type: 'view.chosen', view: { view: 'denials', call: denial.call_id } };
  if (key !== 'Enter') return null;
  return { type: 'call.shown', session_id: denial.session_id, call_id: denial.call_id };
}
