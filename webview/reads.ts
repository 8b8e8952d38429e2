/**
 * Which documents the view that is shown needs, when they are read anew, and what became of it. Pure; a document that
 * no view needs is let go.
 */
import { wantedHeads } from './comparedHeads.ts';
import { type Document, type Wish, wishPath } from './documents.ts';
import { pairWish } from './readOf.ts';
import { type Read, type State, selectedHead, shownSession } from './state.ts';

/** What the view needs, in the order in which it is asked for. */
export function wantedWishes(state: State): Wish[] {
  const { view, session } = state;
  const denials: Wish[] = session === null ? [] : [{ what: 'denials', id: session }, { what: 'policy' }];
  if (view.view === 'denials') return [...denials, ...lanesOf(state)];
  // The details of a call that was denied say why.
  if (view.view === 'calls') return selectedHead(state)?.denial ? denials : [];
  // A report has its findings at hand.
  if (view.view === 'about' || (view.view === 'findings' && state.report !== null)) return [];
  if (view.view === 'summary' || view.view === 'findings')
    return session === null ? [] : [{ what: 'summary', id: session }];
  if (view.view === 'harness') {
    const { capture } = view;
    return [
      ...(session === null ? [] : [{ what: 'session' as const, id: session }]),
      ...(capture === null ? [] : [{ what: 'capture' as const, id: capture }]),
      // Outside of a session it is the list that tells what came before it.
      ...(capture === null ? [] : [{ what: 'list' as const }]),
      // A bundle tells of no other runs.
      ...(state.report === null ? [{ what: 'verified' as const }] : []),
    ];
  }
  const { pair } = view;
  if (pair === null) return [{ what: 'list' }];
  return [pairWish(pair), { what: 'list' }, ...wantedHeads(state)];
}

/** A report's session runs no more, and nobody is asked for it. */
function lanesOf({ session, report }: State): Wish[] {
  return session === null || report !== null ? [] : [{ what: 'lanes', id: session }];
}

/** The reads that should be there: begun where one is new, read anew where what it is about has changed. */
export function withWantedReads(state: State): State {
  const wishes = state.hello === null ? [] : wantedWishes(state);
  const reads = new Map<string, Read>();
  for (const wish of wishes) {
    const key = wishPath(wish);
    const mark = markOf(state, wish);
    const before = state.reads.get(key);
    if (before === undefined) reads.set(key, { wish, status: 'loading', document: null, failure: null, mark });
    // One at a time: an answer that is on its way may be overtaken by the next.
    else if (before.mark === mark || before.status === 'loading') reads.set(key, before);
    else reads.set(key, { ...before, status: 'loading', mark });
  }
  const same = reads.size === state.reads.size && [...reads].every(([key, read]) => state.reads.get(key) === read);
  return same ? state : { ...state, reads };
}

/** Changes when another capture of the session was taken: its sentence, or another row about the harness. */
function markOf(state: State, wish: Wish): string {
  if (wish.what === 'policy') return freezeMark(state);
  if (wish.what === 'denials') return denialsMark(state, wish);
  if (wish.what === 'summary') return summaryMark(state);
  if (wish.what === 'lanes') return String(shownSession(state)?.open_connections ?? 0);
  if (wish.what !== 'session') return '';
  let changes = 0;
  for (const { kind } of state.tree.rows?.byKey.values() ?? []) if (kind !== 'call' && kind !== 'turn') changes++;
  return `${shownSession(state)?.workbench ?? ''}:${changes}`;
}

/** Changes with every denial; and with every news of the session while texts are missing, which the second stage brings. */
function denialsMark(state: State, wish: Wish): string {
  const document = state.reads.get(wishPath(wish))?.document ?? null;
  const head = shownSession(state);
  const count = `${head?.denials ?? 0}:${onceMark(state)}`;
  if (document?.what !== 'denials' || document.value.denials.every((one) => one.policy_bundle !== null)) return count;
  let rows = 0;
  for (const row of state.tree.rows?.byKey.values() ?? []) if (row.kind === 'call') rows = Math.max(rows, row.call.rev);
  return `${count}:${head?.rev ?? 0}:${rows}:${state.lag.second_stage_calls}`;
}

/** Changes with each grant for a call in sight, and with each that is used. */
function onceMark({ tree }: State): number {
  let mark = 0;
  for (const row of tree.rows?.byKey.values() ?? [])
    if (row.kind === 'call' && row.call.once !== null) mark += row.call.once.passed === null ? 1 : 2;
  return mark;
}

/** Changes with the session; of a long one in steps, because each time all of it is added up. */
function summaryMark(state: State): string {
  const head = shownSession(state);
  if (head === null) return '';
  const { tool_calls, terminal_state, findings } = head.session;
  const step = Math.max(1, Math.floor(tool_calls / 50));
  const waiting = state.lag.second_stage_calls > 0;
  return `${terminal_state}:${findings}:${Math.floor(tool_calls / step)}:${waiting}:${tool_calls < 1000 ? head.rev : ''}`;
}

/** Changes with every freeze and thaw that stands among the rows. */
function freezeMark({ tree }: State): string {
  let mark = 0;
  for (const { kind } of tree.rows?.byKey.values() ?? []) if (kind === 'frozen' || kind === 'thawed') mark++;
  return String(mark);
}

export function withDocument(state: State, wish: Wish, document: Document): State {
  return withRead(state, wish, { status: 'ready', document, failure: null });
}

export function withFailedRead(state: State, wish: Wish, failure: string): State {
  return withRead(state, wish, { status: 'failed', failure });
}

export function readAgain(state: State, wish: Wish): State {
  return withRead(state, wish, { status: 'loading', failure: null });
}

/** What is shown was chosen outside of the page: it may be newer than the list that the page has. */
export function withoutList(state: State): State {
  const reads = new Map(state.reads);
  reads.delete(wishPath({ what: 'list' }));
  return { ...state, reads };
}

/** Reads that begin with this step from `before` to `after`. */
export function newReads(before: State, after: State): Wish[] {
  const reconnected = before.hello !== after.hello;
  return [...after.reads].flatMap(([key, read]) => {
    const was = before.reads.get(key);
    const begins = read.status === 'loading' && (was?.status !== 'loading' || was.mark !== read.mark || reconnected);
    return begins ? [read.wish] : [];
  });
}

function withRead(state: State, wish: Wish, change: Partial<Read>): State {
  const key = wishPath(wish);
  const before = state.reads.get(key);
  // Nobody looks at it any more.
  if (before === undefined) return state;
  return { ...state, reads: new Map(state.reads).set(key, { ...before, ...change }) };
}
