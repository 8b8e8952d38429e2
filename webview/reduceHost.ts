/** What a message of the host does to the state. Pure; messages of another subscription change nothing. */
import type { ServerMessage, SessionHead } from '../daemon/protocol/feed.ts';
import { Call } from '../daemon/protocol/record.ts';
import type { Link, News } from './bridge.ts';
import { withExportNews } from './exportReducer.ts';
import { readAgain, withDocument, withFailedRead } from './reads.ts';
import { rowsAfterDelta, rowsOfWindow, treeWithRows } from './rowsReducer.ts';
import { detailMark } from './selectionReducer.ts';
import {
  type DetailState,
  FIRST_SPAN,
  initialTree,
  type Selection,
  type State,
  selectedHead,
  shownSession,
  type Tree,
} from './state.ts';

export function reduceHost(state: State, message: News): State {
  switch (message.type) {
    case 'link':
      return { ...state, link: message.link, announcement: announce(state, message.link) };
    case 'feed':
      return reduceFeed(state, message.message);
    case 'detail': {
      if (state.detail?.call_id !== message.call_id) return state;
      const call = Call.safeParse(message.detail.call);
      return withDetail(state, {
        status: 'ready',
        detail: message.detail,
        call: call.success ? call.data : null,
        failure: null,
      });
    }
    case 'frame': {
      if (state.detail?.call_id !== message.call_id) return state;
      const { frame } = message;
      const frames = new Map(state.detail.frames);
      const before = frames.get(frame.key);
      // Closed or switched meanwhile.
      if (!before || before.raw !== frame.raw) return state;
      const joined =
        frame.offset > 0 && before.view?.text != null && before.view.text.length === frame.offset
          ? { ...frame, text: before.view.text + (frame.text ?? ''), offset: 0 }
          : frame;
      frames.set(frame.key, { status: 'ready', raw: frame.raw, view: joined, failure: null });
      return withDetail(state, { frames });
    }
    case 'document':
      return withDocument(state, message.wish, message.document);
    case 'export':
    case 'saved':
      return withExportNews(state, message);
    case 'acted': {
      const { session, sentence = null } = message;
      const told = { ...state, done: sentence, announcement: sentence ?? state.announcement };
      const next = session === null ? told : { ...told, sessions: withSessions(told, [session], []) };
      // Most acts are about it.
      const read = readAgain(next, { what: 'policy' });
      return read.session === null ? read : readAgain(read, { what: 'denials', id: read.session });
    }
    case 'failed':
      return reduceFailure(state, message);
    default:
      message satisfies never;
      return state;
  }
}

function reduceFeed(state: State, message: ServerMessage): State {
  switch (message.type) {
    case 'hello': {
      const sessions = new Map(message.sessions.map((head) => [head.session.session_id, head]));
      const anew = state.hello !== null && state.hello.epoch !== message.epoch;
      const hello = { epoch: message.epoch, version: message.callgrove, count: (state.hello?.count ?? 0) + 1 };
      const next: State = { ...state, hello, sessions, totalSessions: message.total_sessions };
      const session = chooseSession(next);
      if (session === state.session && !anew && state.hello !== null) return next;
      const head = session === null ? undefined : sessions.get(session);
      const selection: Selection = session === state.session ? state.selection : { kind: 'session' };
      const reveal = selection.kind === 'call' ? selection.call_id : null;
      return {
        ...next,
        session,
        tree: {
          ...initialTree(
            state.tree.viewId + 1,
            head !== undefined && state.report === null && isLive(head) && reveal === null,
          ),
          reveal,
        },
        selection,
        detail: null,
      };
    }
    case 'sessions': {
      const sessions = withSessions(state, message.sessions, message.removed);
      const next = { ...state, sessions, totalSessions: Math.max(state.totalSessions, sessions.size) };
      const shown = state.session === null ? undefined : sessions.get(state.session);
      // Its agent went on in a conversation of its own.
      const left = shown?.folded === true && shownSession(state)?.folded === false;
      if (state.session !== null && !left && (shown || !message.removed.includes(state.session))) return next;
      const session = chooseSession({ ...next, session: null });
      const head = session === null ? undefined : sessions.get(session);
      const tree = initialTree(state.tree.viewId + 1, head !== undefined && isLive(head));
      return { ...next, session, tree, selection: { kind: 'session' }, detail: null };
    }
    case 'window':
      if (message.id !== state.tree.viewId) return state;
      return { ...state, tree: revealed(treeWithRows(state.tree, rowsOfWindow(message))) };
    case 'delta':
      if (message.id !== state.tree.viewId) return state;
      return { ...state, tree: treeWithRows(state.tree, rowsAfterDelta(state.tree.rows, message)) };
    case 'lag':
      return {
        ...state,
        lag: { journal_bytes: message.journal_bytes, second_stage_calls: message.second_stage_calls },
      };
    case 'error': {
      if (message.id !== null && message.id !== state.tree.viewId) return state;
      if (message.code === 'bad_filter')
        return { ...state, tree: { ...state.tree, filterError: message.message, stale: false } };
      return { ...state, tree: { ...state.tree, failure: message.message, stale: false } };
    }
    default:
      message satisfies never;
      return state;
  }
}

/**
 * The window that was laid around a call: the cursor goes to its row, and new calls do not push it away. A call that a
 * filter leaves out has no row; its surroundings are shown.
 */
function revealed(tree: Tree): Tree {
  const { rows, reveal } = tree;
  if (reveal === null || rows === null) return tree;
  const at = rows.keys.indexOf(reveal);
  const cursor = at < 0 ? tree.cursor : { index: rows.from + at, key: reveal };
  const span = { from: rows.from, count: Math.min(500, Math.max(FIRST_SPAN.count, rows.keys.length)) };
  return { ...tree, cursor, span, follow: false, totalAtPause: rows.total, reveal: null };
}

/** A session with something open or running is followed when it is chosen. */
export function isLive(head: SessionHead): boolean {
  return head.session.terminal_state === 'running' || head.running_calls > 0;
}

/** The session that stays shown, or the newest where none was chosen or the chosen one is gone. */
function chooseSession(state: State): string | null {
  // One that the URL names may be older than what hello brings: it stays chosen and is asked for.
  if (state.session !== null && (state.sessions.has(state.session) || state.totalSessions > state.sessions.size))
    return state.session;
  let newest: SessionHead | null = null;
  for (const head of state.sessions.values())
    if (!head.folded && (newest === null || head.last_at > newest.last_at)) newest = head;
  return newest?.session.session_id ?? null;
}

function withSessions(
  state: State,
  changed: readonly SessionHead[],
  removed: readonly string[],
): ReadonlyMap<string, SessionHead> {
  const sessions = new Map(state.sessions);
  for (const head of changed) {
    const before = sessions.get(head.session.session_id);
    if (!before || before.rev <= head.rev) sessions.set(head.session.session_id, head);
  }
  for (const id of removed) sessions.delete(id);
  return sessions;
}

function reduceFailure(state: State, message: Extract<News, { type: 'failed' }>): State {
  const { ask } = message;
  if (ask.ask === 'act') return { ...state, notice: `That did not work: ${message.message}` };
  if (ask.ask === 'export') return withExportNews(state, message);
  if (ask.ask === 'document') return withFailedRead(state, ask.wish, message.message);
  if (state.detail?.call_id !== ask.call_id) return state;
  if (ask.ask === 'detail') return withDetail(state, { status: 'failed', failure: message.message });
  const frames = new Map(state.detail.frames);
  const before = frames.get(ask.key);
  if (!before) return state;
  frames.set(ask.key, { ...before, status: 'failed', failure: message.message });
  return withDetail(state, { frames });
}

function withDetail(state: State, change: Partial<DetailState>): State {
  if (state.detail === null) return state;
  const head = selectedHead(state);
  const mark = state.detail.mark === '' && head ? detailMark(head) : state.detail.mark;
  return { ...state, detail: { ...state.detail, ...change, mark } };
}

function announce(state: State, link: Link): string {
  if (link.kind === state.link.kind) return state.announcement;
  if (link.kind === 'open') return state.hello === null ? 'Connected to Callgrove' : 'Connected again';
  if (link.kind === 'waiting') return 'Connection lost. Trying again';
  return link.kind === 'refused' ? 'Callgrove refused this page' : state.announcement;
}
