/**
 * What the page knows and what its user has chosen: plain values, changed by `reduce` only. Decides no drawing and
 * sends nothing; what follows from a state for the host stands in wants.ts.
 */
import type { CallDetail, FrameView } from '../daemon/protocol/callDetail.ts';
import type { SessionHead, TreeRow } from '../daemon/protocol/feed.ts';
import type { Call } from '../daemon/protocol/record.ts';
import type { ReportStart } from '../daemon/protocol/report.ts';
import type { Link, Shown } from './bridge.ts';
import type { Document, Wish } from './documents.ts';
import type { Exporting } from './exportReducer.ts';
import type { PolicyAsk } from './policyAsk.ts';
import type { Axis } from './timeAxis.ts';
import { CALLS, type Pair, type View } from './view.ts';

export type Tab = 'overview' | 'arguments' | 'result' | 'error' | 'altered' | 'frames';
/** What of a comparison of two runs is in front. */
export type RunsTab = 'workbench' | 'runs';
export type Layout = 'wide' | 'medium' | 'narrow';
/** Which of the stacked screens a narrow page shows. */
export type Screen = 'sessions' | 'tree' | 'detail';
export type AxisScale = 'session' | 'view';

/** The part of a session's rows that has arrived: row `from + i` has the key `keys[i]`. */
export interface Rows {
  readonly total: number;
  readonly from: number;
  readonly keys: readonly string[];
  readonly byKey: ReadonlyMap<string, TreeRow>;
  readonly axis: Axis;
}

export interface Tree {
  /** Names the subscription; another session, filter or folding is another one, and answers to the old are dropped. */
  readonly viewId: number;
  /** As typed; `filter` is what is in force. */
  readonly filterText: string;
  readonly filter: string;
  readonly filterError: string | null;
  readonly errorsOnly: boolean;
  readonly everything: boolean;
  readonly collapsed: ReadonlySet<string>;
  readonly follow: boolean;
  /** Rows that are asked for while not following. */
  readonly span: { readonly from: number; readonly count: number };
  readonly visible: { readonly first: number; readonly last: number };
  readonly rows: Rows | null;
  /** The rows shown belong to an older view; the answer is on its way. */
  readonly stale: boolean;
  /** Rows in all at the moment of pausing, for the "new" pill. */
  readonly totalAtPause: number;
  /** Row with the keyboard: -1 is the session's own. */
  readonly cursor: { readonly index: number; readonly key: string | null };
  readonly failure: string | null;
  /** A call whose row is asked for, wherever it stands, and then gone to. */
  readonly reveal: string | null;
}

/** Pixels: width of the sessions, width or height of the details. */
export interface Panes {
  readonly sessions: number;
  readonly detailWidth: number;
  readonly detailHeight: number;
}

export interface FrameState {
  readonly status: 'loading' | 'ready' | 'failed';
  readonly raw: boolean;
  readonly view: FrameView | null;
  readonly failure: string | null;
}

export interface DetailState {
  readonly call_id: string;
  readonly status: 'loading' | 'ready' | 'failed';
  readonly detail: CallDetail | null;
  readonly call: Call | null;
  readonly failure: string | null;
  /** `detailMark` of the head for which it was asked: another mark asks again. */
  readonly mark: string;
  readonly frames: ReadonlyMap<string, FrameState>;
  /** The frame whose raw form the user is being asked about. */
  readonly rawAsked: string | null;
}

export type Selection =
  | { readonly kind: 'session' }
  | { readonly kind: 'call'; readonly call_id: string }
  | { readonly kind: 'gap'; readonly gap_id: string }
  | { readonly kind: 'event'; readonly event_id: string };

/** A document that is read, or was: what it brought stays while it is read anew. */
export interface Read {
  readonly wish: Wish;
  readonly status: 'loading' | 'ready' | 'failed';
  readonly document: Document | null;
  readonly failure: string | null;
  /** Another mark reads it anew. */
  readonly mark: string;
}

export interface State {
  /** What the file says where the page is a report, which has one session and changes nothing; else null. */
  readonly report: ReportStart | null;
  readonly link: Link;
  /** Null until the first hello. `count` rises with each, so that a new socket is subscribed anew. */
  readonly hello: { readonly epoch: string; readonly version: string; readonly count: number } | null;
  readonly sessions: ReadonlyMap<string, SessionHead>;
  readonly totalSessions: number;
  readonly sessionFilter: string;
  readonly session: string | null;
  readonly view: View;
  /** By `wishPath`: what the view needs, and nothing else. */
  readonly reads: ReadonlyMap<string, Read>;
  /** Of two runs. */
  readonly runsTab: RunsTab;
  /** The line of two runs with the keyboard; -1: none yet. */
  readonly comparedAt: number;
  /** Lines of two runs that stand on the screen, in steps, so that a small scroll asks for nothing. */
  readonly comparedSeen: { readonly first: number; readonly last: number };
  /** Stretches of equal calls that are drawn call by call: `key` of their lines. */
  readonly unfolded: ReadonlySet<string>;
  /** What is compared where nothing was chosen. */
  readonly compareOf: Pair['of'];
  /** Of long lists more than the first piece. */
  readonly moreShown: ReadonlyMap<string, number>;
  readonly tree: Tree;
  readonly selection: Selection;
  readonly detailOpen: boolean;
  readonly detail: DetailState | null;
  readonly tab: Tab;
  readonly labelDraft: string | null;
  /** The bundle that is being asked about. */
  readonly exporting: Exporting | null;
  /** The change of policy that the user is asked about, and why they want it. */
  readonly policyAsk: PolicyAsk | null;
  readonly policyReason: string;
  readonly layout: Layout;
  readonly screen: Screen;
  readonly scale: AxisScale;
  readonly helpOpen: boolean;
  readonly panes: Panes;
  readonly lag: { readonly journal_bytes: number; readonly second_stage_calls: number };
  /** Said by the live region: changes of state, never single rows. */
  readonly announcement: string;
  /** What went wrong with the last thing the user asked for. */
  readonly notice: string | null;
  /** What the daemon says that it did. */
  readonly done: string | null;
}

export const FIRST_SPAN = { from: 0, count: 200 } as const;
export const DEFAULT_PANES: Panes = { sessions: 256, detailWidth: 400, detailHeight: 320 };

export function initialTree(viewId: number, follow: boolean): Tree {
  return {
    viewId,
    filterText: '',
    filter: '',
    filterError: null,
    errorsOnly: false,
    everything: false,
    collapsed: new Set(),
    follow,
    span: FIRST_SPAN,
    visible: { first: 0, last: 0 },
    rows: null,
    stale: false,
    totalAtPause: 0,
    cursor: { index: -1, key: null },
    failure: null,
    reveal: null,
  };
}

/** @param address the session, call and view that the URL names */
export function initialState(
  { view = CALLS, ...address }: Shown,
  panes: Panes = DEFAULT_PANES,
  report: ReportStart | null = null,
): State {
  return {
    report,
    link: { kind: 'connecting', attempt: 0 },
    hello: null,
    sessions: new Map(),
    totalSessions: 0,
    sessionFilter: '',
    session: address.session,
    view,
    reads: new Map(),
    runsTab: 'workbench',
    comparedAt: -1,
    comparedSeen: { first: 0, last: 0 },
    unfolded: new Set(),
    compareOf: 'runs',
    moreShown: new Map(),
    tree: { ...initialTree(1, false), reveal: address.call },
    selection: address.call === null ? { kind: 'session' } : { kind: 'call', call_id: address.call },
    detailOpen: true,
    detail: null,
    tab: 'overview',
    labelDraft: null,
    exporting: null,
    policyAsk: null,
    policyReason: '',
    layout: 'wide',
    screen:
      address.call === null ? (address.session === null && view.view === 'calls' ? 'sessions' : 'tree') : 'detail',
    scale: 'session',
    helpOpen: false,
    panes,
    lag: { journal_bytes: 0, second_stage_calls: 0 },
    announcement: '',
    notice: null,
    done: null,
  };
}

/** The row at an index of the whole tree, or null where it has not arrived. */
export function rowAt(rows: Rows | null, index: number): TreeRow | null {
  const key = rows?.keys[index - rows.from];
  return key === undefined ? null : (rows?.byKey.get(key) ?? null);
}

/** The head of the selected call while its row is in the window. */
export function selectedHead(state: State) {
  if (state.selection.kind !== 'call') return null;
  const row = state.tree.rows?.byKey.get(state.selection.call_id);
  return row?.kind === 'call' ? row.call : null;
}

/** The session that is shown, or null while nothing of it has arrived. */
export function shownSession(state: State): SessionHead | null {
  return state.session === null ? null : (state.sessions.get(state.session) ?? null);
}
