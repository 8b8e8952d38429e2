/** Which call's details are shown, and when they are read again. Pure. */
import type { CallHead } from '../daemon/protocol/feed.ts';
import { type DetailState, rowAt, type Selection, type State, selectedHead } from './state.ts';

/** Changes when the body of a call may have: its end, another round, a late answer. */
export function detailMark(head: CallHead): string {
  return `${head.outcome}:${head.rounds}:${head.late_answer_ms ?? ''}:${head.summary === null ? 'A' : 'B'}`;
}

export function select(state: State, selection: Selection): State {
  const same =
    selection.kind === 'call' && state.selection.kind === 'call' && selection.call_id === state.selection.call_id;
  const selected = { ...state, selection };
  return { ...selected, detail: same ? state.detail : null, labelDraft: null };
}

/** Selects what stands at an index: the session at -1, a call, a gap, an event; a turn's heading selects nothing new. */
export function selectIndex(state: State, index: number): State {
  if (index < 0) return select(state, { kind: 'session' });
  const row = rowAt(state.tree.rows, index);
  if (row?.kind === 'call') return select(state, { kind: 'call', call_id: row.call.call_id });
  if (row?.kind === 'gap') return select(state, { kind: 'gap', gap_id: row.gap_id });
  if (row?.kind === 'event') return select(state, { kind: 'event', event_id: row.event_id });
  return state;
}

/** The detail that should be loading now: begun where a call is selected and nothing of it was asked for yet. */
export function withWantedDetail(state: State): State {
  if (state.selection.kind !== 'call' || state.hello === null) return state;
  const { call_id } = state.selection;
  const head = selectedHead(state);
  const mark = head ? detailMark(head) : '';
  const before = state.detail;
  if (before?.call_id === call_id) {
    if (before.status === 'loading' || mark === '' || before.mark === mark) return state;
    // What is shown stays while the newer is read.
    return { ...state, detail: { ...before, mark, status: 'loading' } };
  }
  const detail: DetailState = {
    call_id,
    status: 'loading',
    detail: null,
    call: null,
    failure: null,
    mark,
    frames: new Map(),
    rawAsked: null,
  };
  return { ...state, detail };
}
