/** The page's one reducer: a state and what happened make the next state. Pure: no clock, no DOM, no host. */
import type { TreeRow } from '../daemon/protocol/feed.ts';
import type { News } from './bridge.ts';
import { withDefaultPair } from './compareChoice.ts';
import { comparedLines, foldLine, shownRuns } from './comparedLines.ts';
import { denialAt, denialKey, shownDenials } from './denialList.ts';
import { exportIntent } from './exportReducer.ts';
import type { Intent } from './intent.ts';
import { comparedKey, treeKey } from './keys.ts';
import { readAgain, withoutList, withWantedReads } from './reads.ts';
import { isLive, reduceHost } from './reduceHost.ts';
import { spanAround } from './rowsReducer.ts';
import { select, selectIndex, withWantedDetail } from './selectionReducer.ts';
import { type FrameState, initialTree, rowAt, type State, shownSession, type Tree } from './state.ts';
import { CALLS, type View } from './view.ts';

export type PageEvent = { readonly type: 'host'; readonly message: News } | Intent;

/** Lines of two runs that are looked at together. */
const SEEN_STEP = 16;

export function reduce(state: State, event: PageEvent): State {
  const next = event.type === 'host' ? reduceHost(state, event.message) : reduceIntent(state, event);
  return withWantedReads(withDefaultPair(withWantedDetail(next)));
}

function reduceIntent(state: State, intent: Intent): State {
  switch (intent.type) {
    case 'session.chosen': {
      const chosen = { ...chooseSession(state, intent.session_id), screen: 'tree' as const };
      return withView(chosen, viewOfOther(state.view));
    }
    case 'address.changed': {
      const { session, call, view = CALLS } = intent.shown;
      const moved = session === null || session === state.session ? state : chooseSession(state, session);
      const shown = call === null ? select(moved, { kind: 'session' }) : atCall(moved, call);
      return withoutList(withView(shown, view));
    }
    case 'view.chosen':
      return withView(state, intent.view);
    case 'call.shown': {
      const moved = withView(chooseSession(state, intent.session_id), CALLS);
      if (intent.call_id === null) return moved;
      const screen = state.layout === 'narrow' ? 'detail' : 'tree';
      return { ...atCall(moved, intent.call_id), detailOpen: true, screen };
    }
    case 'read.again':
      return readAgain(state, intent.wish);
    case 'compare.kind':
      return { ...withView(state, { view: 'compare', pair: null }), compareOf: intent.of };
    case 'compared.key': {
      const runs = shownRuns(state);
      if (runs === null) return state;
      const { key, shift, pageRows } = intent;
      const lines = comparedLines(runs, state.unfolded);
      const meant = comparedKey(key, shift, state.comparedAt, lines, runs.diff, pageRows);
      return meant === null ? state : reduceIntent(state, meant);
    }
    case 'compared.moved':
      return { ...state, comparedAt: intent.index, runsTab: 'runs' };
    case 'compared.folded': {
      const runs = shownRuns(state);
      if (runs === null) return state;
      const unfolded = new Set(state.unfolded);
      if (intent.open) unfolded.add(intent.key);
      else unfolded.delete(intent.key);
      const comparedAt = foldLine(comparedLines(runs, unfolded), intent.key);
      return { ...state, unfolded, comparedAt };
    }
    case 'compared.seen': {
      const first = Math.floor(Math.max(0, intent.first) / SEEN_STEP) * SEEN_STEP;
      const last = Math.ceil((Math.max(0, intent.last) + 1) / SEEN_STEP) * SEEN_STEP;
      const { comparedSeen } = state;
      return comparedSeen.first === first && comparedSeen.last === last
        ? state
        : { ...state, comparedSeen: { first, last } };
    }
    case 'denials.key': {
      const denials = shownDenials(state);
      const meant = denialKey(intent.key, denialAt(state, denials), denials, intent.pageRows);
      return meant === null ? state : reduceIntent(state, meant);
    }
    case 'policy.asked':
      return { ...state, policyAsk: intent.ask, policyReason: '' };
    case 'policy.reason':
      return { ...state, policyReason: intent.text };
    case 'more.shown':
      return { ...state, moreShown: new Map(state.moreShown).set(intent.key, intent.count) };
    case 'runsTab.chosen':
      return { ...state, runsTab: intent.tab };
    case 'sessions.filtered':
      return { ...state, sessionFilter: intent.text };
    case 'rows.seen': {
      const visible = { first: intent.first, last: intent.last };
      const span = state.tree.follow ? state.tree.span : spanAround(state.tree, intent.first, intent.last);
      return withTree(state, { visible, span });
    }
    case 'row.opened': {
      const change = viewOfRow(rowAt(state.tree.rows, intent.index));
      if (change !== null) return withView(withCursor(pause(state), intent.index), change);
      // Reading a call must not be disturbed by what arrives below it.
      const paused = intent.index >= 0 ? pause(state) : state;
      const selected = selectIndex(withCursor(paused, intent.index), intent.index);
      return { ...selected, detailOpen: true, screen: 'detail' };
    }
    case 'tree.key': {
      const meant = treeKey(intent.key, state.tree, intent.pageRows);
      return meant === null ? state : reduceIntent(state, meant);
    }
    case 'cursor.moved': {
      const moved = withCursor(pause(state), intent.index);
      // On a narrow page the details are another screen: they open on Enter only.
      return moved.detailOpen && moved.layout !== 'narrow' ? selectIndex(moved, moved.tree.cursor.index) : moved;
    }
    case 'row.folded': {
      const collapsed = new Set(state.tree.collapsed);
      if (intent.folded) collapsed.add(intent.key);
      else collapsed.delete(intent.key);
      return anotherView(state, { collapsed });
    }
    case 'filter.typed':
      return withTree(state, { filterText: intent.text, filterError: intent.error });
    case 'filter.applied': {
      if (state.tree.filterError !== null || state.tree.filter === state.tree.filterText) return state;
      return anotherView(state, { filter: state.tree.filterText });
    }
    case 'errors.toggled':
      return anotherView(state, { errorsOnly: intent.on });
    case 'everything.toggled':
      return anotherView(state, { everything: intent.on });
    case 'follow.set':
      return intent.follow ? follow(state) : pause(state);
    case 'scale.chosen':
      return { ...state, scale: intent.scale };
    case 'tab.chosen':
      return { ...state, tab: intent.tab };
    case 'frame.opened': {
      // Opened again in the same form: the next piece is read and joined.
      const before = state.detail?.frames.get(intent.key);
      const view = before?.raw === intent.raw ? before.view : null;
      return withFrames(state, intent.key, { status: 'loading', raw: intent.raw, view, failure: null });
    }
    case 'frame.closed':
      return withFrames(state, intent.key, null);
    case 'raw.asked':
      return state.detail === null ? state : { ...state, detail: { ...state.detail, rawAsked: intent.key } };
    case 'detail.closed':
      return { ...state, detailOpen: state.layout === 'narrow', screen: 'tree' };
    case 'detail.retried':
      return { ...state, detail: null };
    case 'export.asked':
    case 'export.wished':
    case 'export.saving':
      return { ...state, exporting: exportIntent(state.exporting, intent) };
    case 'label.edited':
      return { ...state, labelDraft: intent.text };
    case 'help.toggled':
      return { ...state, helpOpen: intent.open };
    case 'screen.chosen':
      return { ...state, screen: intent.screen };
    case 'layout.changed':
      return { ...state, layout: intent.layout };
    case 'pane.resized':
      return { ...state, panes: { ...state.panes, [intent.pane]: intent.px } };
    case 'announced':
      return { ...state, announcement: intent.text };
    case 'notice.closed':
      return { ...state, notice: null, done: null };
    default:
      intent satisfies never;
      return state;
  }
}

/** The same view of another session; a comparison is of other sessions and is left. */
function viewOfOther({ view }: View): View {
  if (view === 'harness') return { view, capture: null };
  if (view === 'summary' || view === 'findings') return { view };
  return view === 'denials' ? { view, call: null } : CALLS;
}

function withView(state: State, view: View): State {
  // On a narrow page a view takes the place of the calls.
  const screen = view.view === 'calls' ? state.screen : 'tree';
  return { ...state, view, screen, comparedAt: -1, moreShown: new Map() };
}

/** Rows about the harness lead to it: to what the session woke up on, or to what changed. */
function viewOfRow(row: TreeRow | null): View | null {
  if (row?.kind === 'workbench') return { view: 'harness', capture: row.capture_id };
  if (row?.kind === 'contract_changed' || row?.kind === 'credential_changed') return { view: 'harness', capture: null };
  if (row?.kind === 'checkpoint' || row?.kind === 'test_result') return { view: 'harness', capture: null };
  if (row?.kind === 'frozen' || row?.kind === 'thawed') return { view: 'denials', call: null };
  if (row?.kind !== 'harness_changed') return null;
  return { view: 'compare', pair: { of: 'captures', a: row.before, b: row.capture_id } };
}

function withTree(state: State, change: Partial<Tree>): State {
  return { ...state, tree: { ...state.tree, ...change } };
}

/** Another question about the same session: what is shown stays, dimmed, until the answer comes. */
function anotherView(state: State, change: Partial<Tree>): State {
  return withTree(state, { ...change, viewId: state.tree.viewId + 1, stale: true, failure: null });
}

function chooseSession(state: State, sessionId: string): State {
  if (sessionId === state.session) return state;
  const head = state.sessions.get(sessionId);
  const { everything, errorsOnly, filter, filterText } = state.tree;
  const fresh = initialTree(state.tree.viewId + 1, head !== undefined && isLive(head));
  const tree = { ...fresh, everything, errorsOnly, filter, filterText };
  return { ...state, session: sessionId, tree, selection: { kind: 'session' }, detail: null, labelDraft: null };
}

/** A call is selected and its row gone to; one that is not in the window is asked for with what is around it. */
function atCall(state: State, callId: string): State {
  const selected = select(state, { kind: 'call', call_id: callId });
  const { rows } = selected.tree;
  const at = rows?.keys.indexOf(callId) ?? -1;
  if (rows !== null && at >= 0) return withCursor(pause(selected), rows.from + at);
  return anotherView(selected, { reveal: callId, follow: false });
}

function withCursor(state: State, index: number): State {
  const { rows } = state.tree;
  const bounded = Math.max(-1, Math.min(index, (rows?.total ?? 0) - 1));
  return withTree(state, { cursor: { index: bounded, key: rows?.keys[bounded - rows.from] ?? null } });
}

function pause(state: State): State {
  if (!state.tree.follow) return state;
  const { rows, visible } = state.tree;
  const span =
    rows === null
      ? state.tree.span
      : { from: rows.from, count: Math.max(1, Math.min(500, Math.max(200, rows.keys.length))) };
  const paused = withTree(state, { follow: false, totalAtPause: rows?.total ?? 0, span });
  const around = withTree(paused, { span: spanAround(paused.tree, visible.first, visible.last) });
  return shownSession(state) === null ? around : { ...around, announcement: 'Paused' };
}

function follow(state: State): State {
  if (state.tree.follow) return state;
  return { ...withTree(state, { follow: true, totalAtPause: state.tree.rows?.total ?? 0 }), announcement: 'Following' };
}

function withFrames(state: State, key: string, frame: FrameState | null): State {
  if (state.detail === null) return state;
  const frames = new Map(state.detail.frames);
  if (frame === null) frames.delete(key);
  else frames.set(key, frame);
  return { ...state, detail: { ...state.detail, frames, rawAsked: null } };
}
