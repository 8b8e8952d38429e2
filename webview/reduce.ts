/** The page's one reducer: a state and what happened make the next state. Pure: no clock, no DOM, no host. */
import type { News } from './bridge.ts';
import type { Intent } from './intent.ts';
import { treeKey } from './keys.ts';
import { isLive, reduceHost } from './reduceHost.ts';
import { spanAround } from './rowsReducer.ts';
import { select, selectIndex, withWantedDetail } from './selectionReducer.ts';
import { type FrameState, initialTree, type State, shownSession, type Tree } from './state.ts';

export type PageEvent = { readonly type: 'host'; readonly message: News } | Intent;

export function reduce(state: State, event: PageEvent): State {
  const next = event.type === 'host' ? reduceHost(state, event.message) : reduceIntent(state, event);
  return withWantedDetail(next);
}

function reduceIntent(state: State, intent: Intent): State {
  switch (intent.type) {
    case 'session.chosen':
      return { ...chooseSession(state, intent.session_id), screen: 'tree' };
    case 'address.changed': {
      const moved =
        intent.session === null || intent.session === state.session ? state : chooseSession(state, intent.session);
      if (intent.call === null) return select(moved, { kind: 'session' });
      const selected = select(moved, { kind: 'call', call_id: intent.call });
      const { rows } = selected.tree;
      const at = rows?.keys.indexOf(intent.call) ?? -1;
      if (rows !== null && at >= 0) return withCursor(pause(selected), rows.from + at);
      return anotherView(selected, { reveal: intent.call, follow: false });
    }
    case 'sessions.filtered':
      return { ...state, sessionFilter: intent.text };
    case 'rows.seen': {
      const visible = { first: intent.first, last: intent.last };
      const span = state.tree.follow ? state.tree.span : spanAround(state.tree, intent.first, intent.last);
      return withTree(state, { visible, span });
    }
    case 'row.opened': {
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
      return { ...state, notice: null };
    default:
      intent satisfies never;
      return state;
  }
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
