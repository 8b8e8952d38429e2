/**
 * The page's entry: joins host, reducer and drawing by hand. Messages are reduced as they come and drawn once a frame,
 * so that two hundred deltas a second cost no more than sixty.
 */
import './withoutEval.ts';
import { render } from 'lit-html';
import type { Action } from '../daemon/protocol/api.ts';
import type { Subscribe } from '../daemon/protocol/feed.ts';
import { browserHost } from './browserHost.ts';
import { comparedLines, shownRuns } from './comparedLines.ts';
import { focusTextField, registerControls } from './controls.ts';
import { denialAt, shownDenials } from './denialList.ts';
import { checkFilter } from './filterCheck.ts';
import { type PageEvents, pageView } from './pageView.ts';
import { keepPanes, readPanes } from './paneSizes.ts';
import { type PageEvent, reduce } from './reduce.ts';
import { readReport } from './reportData.ts';
import { reportHost } from './reportHost.ts';
import { DEFAULT_PANES, initialState, type State } from './state.ts';
import { watchTheme } from './theme.ts';
import { CALLS } from './view.ts';
import { virtualRows } from './virtualRows.ts';
import { isInEditor, vscodeHost } from './vscodeHost.ts';
import { newAsks, wantedSubscription } from './wants.ts';

/** Rest after the last key before a typed filter is put in force. */
const FILTER_REST_MS = 200;
const MEDIUM_BELOW_PX = 1100;
const NARROW_BELOW_PX = 700;
/** Too low for details below the calls, as in an editor's panel: then one thing is shown at a time. */
const SHORT_BELOW_PX = 420;

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
watchTheme();
registerControls();

const report = readReport();
// What stands there is for those who see no page.
root.replaceChildren();
const host = report !== null ? reportHost(report) : isInEditor() ? vscodeHost() : browserHost();
/** In a report time stands still at the last moment that it knows of. */
const now = () => report?.head.last_at ?? Date.now();
/** Asking for it throws where the browser forbids it. */
const storage = () => window.sessionStorage;
let state: State = initialState(host.start, readPanes(storage, DEFAULT_PANES), report?.start ?? null);
let subscribed: { readonly wanted: string; readonly id: number } | null = null;
let scheduled = false;
/** The cursor's row is to be scrolled to as soon as it has been drawn. */
let toReveal = false;
/** A line of two runs to scroll to, likewise. */
let comparedToReveal: number | null = null;
/** A denial to scroll to, likewise. */
let denialToReveal: number | null = null;
let dataMs = now();
let filterTimer: number | undefined;

const rows = virtualRows({
  headPx: 56,
  element: () => root.querySelector<HTMLElement>('.tree'),
  onUserScroll: (where) => dispatch({ type: 'follow.set', follow: where === 'end' }),
  onRedraw: () => schedule(),
});

const compared = virtualRows({
  headPx: 0,
  element: () => root.querySelector<HTMLElement>('.compared'),
  onUserScroll: () => {},
  onRedraw: () => schedule(),
});

const denials = virtualRows({
  headPx: 0,
  element: () => root.querySelector<HTMLElement>('.denial-list'),
  onUserScroll: () => {},
  onRedraw: () => schedule(),
});

const act = (action: Action) => host.send({ type: 'ask', ask: { ask: 'act', action } });

const events: PageEvents = {
  dispatch,
  retry: () => host.send({ type: 'retry' }),
  focusTree: () => root.querySelector<HTMLElement>('.tree')?.focus(),
  onFilter(text, now) {
    clearTimeout(filterTimer);
    dispatch({ type: 'filter.typed', text, error: checkFilter(text) });
    const apply = () => dispatch({ type: 'filter.applied' });
    if (now) apply();
    else filterTimer = window.setTimeout(apply, FILTER_REST_MS);
  },
  openFile: (base, { place, path }) => host.send({ type: 'open_file', root: base, place, path }),
  openDiff: (a, b, { group, item }) => host.send({ type: 'open_diff', a, b, group, item }),
  copy(text, what) {
    navigator.clipboard.writeText(text).then(
      () => dispatch({ type: 'announced', text: `Copied ${what}` }),
      () => dispatch({ type: 'announced', text: `Could not copy ${what}` }),
    );
  },
  label(label) {
    if (state.session !== null) act({ act: 'label', session_id: state.session, label });
    dispatch({ type: 'label.edited', text: null });
  },
  policy: act,
  exportSession(session_id) {
    if (isInEditor()) host.send({ type: 'export_session', session_id });
    else dispatch({ type: 'export.asked', session_id });
  },
  saveExport(session_id, wish) {
    dispatch({ type: 'export.saving' });
    host.send({ type: 'save_export', session_id, wish });
  },
  pin(pinned) {
    if (state.session !== null) act({ act: 'pin', session_id: state.session, pinned });
  },
};

function dispatch(event: PageEvent): void {
  const before = state;
  state = reduce(state, event);
  if (state === before) return;
  carryOut(before);
  schedule();
  const arrived = before.tree.reveal !== null && state.tree.reveal === null;
  const isNamed = event.type === 'address.changed' || event.type === 'call.shown';
  if (arrived || (isNamed && before.tree.cursor.index !== state.tree.cursor.index)) toReveal = true;
  if (event.type.startsWith('compared.') && state.comparedAt >= 0) comparedToReveal = state.comparedAt;
  if (event.type === 'denials.key') denialToReveal = denialAt(state, shownDenials(state));
  if (event.type === 'tree.key' && before.tree.cursor.index !== state.tree.cursor.index)
    rows.scrollToIndex(state.tree.cursor.index);
}

/** Sends what the new state asks for, and tells the host what is shown now. */
function carryOut(before: State): void {
  subscribe(wantedSubscription(state));
  if (before.panes !== state.panes) keepPanes(storage, state.panes);
  for (const ask of newAsks(before, state)) host.send({ type: 'ask', ask });
  if (before.session !== state.session || before.selection !== state.selection || before.view !== state.view) {
    // The code must have been exchanged before the URL is rewritten.
    if (state.hello === null) return;
    const call = state.selection.kind === 'call' ? state.selection.call_id : null;
    host.send({ type: 'shown', shown: { session: state.session, call, view: state.view } });
  }
}

function subscribe(wanted: Subscribe | null): void {
  // While the link is down nothing is wanted; a new hello has a new count, so it is sent again.
  const text = wanted === null ? '' : `${state.hello?.count} ${JSON.stringify(wanted)}`;
  if (text === (subscribed?.wanted ?? '')) return;
  if (subscribed !== null && wanted !== null && subscribed.id !== wanted.id) {
    host.send({ type: 'feed', message: { type: 'unsubscribe', id: subscribed.id } });
  }
  if (wanted !== null) host.send({ type: 'feed', message: wanted });
  subscribed = wanted === null ? null : { wanted: text, id: wanted.id };
}

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(() => {
    scheduled = false;
    draw();
  });
}

/** What is in sight, before the drawing that shows it: dispatched, it would cost another drawing. */
function takeIn(seen: PageEvent): void {
  const before = state;
  state = reduce(state, seen);
  if (state !== before) carryOut(before);
}

function draw(): void {
  if (!root) return;
  const nowMs = now();
  if (state.link.kind === 'open') dataMs = nowMs;
  const inSight = rows.layout(state.tree.rows?.total ?? 0, state.tree.follow);
  const { first, last } = inSight;
  const { visible } = state.tree;
  const { view } = state.view;
  const runs = shownRuns(state);
  const lines =
    view === 'compare'
      ? compared.layout(runs === null ? 0 : comparedLines(runs, state.unfolded).length, false)
      : inSight;
  const refused = view === 'denials' ? denials.layout(shownDenials(state).length, false) : inSight;
  // What is about to be scrolled away from is not asked for.
  if (view === 'calls' && !toReveal && first >= 0 && (first !== visible.first || last !== visible.last)) {
    takeIn({ type: 'rows.seen', first, last });
  }
  if (view === 'compare' && comparedToReveal === null && lines.first >= 0)
    takeIn({ type: 'compared.seen', first: lines.first, last: lines.last });
  render(pageView(state, { tree: inSight, compared: lines, denials: refused }, nowMs, dataMs, events), root);
  rows.settle(state.tree.follow);
  compared.settle(false);
  denials.settle(false);
  if (denialToReveal !== null) denials.scrollToIndex(denialToReveal);
  denialToReveal = null;
  if (comparedToReveal !== null) compared.scrollToIndex(comparedToReveal);
  comparedToReveal = null;
  if (!toReveal || view !== 'calls') return;
  if (state.tree.cursor.index >= 0) rows.scrollToIndex(state.tree.cursor.index, 'center');
  toReveal = false;
}

function isLiveNow(): boolean {
  if (state.link.kind === 'waiting') return true;
  for (const head of state.sessions.values()) if (head.running_calls > 0) return true;
  return false;
}

function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const typing = event.target instanceof HTMLElement && event.target.localName === 'vscode-text-field';
  if (event.key === 'Escape' && !typing) {
    if (state.helpOpen) dispatch({ type: 'help.toggled', open: false });
    else if (state.view.view !== 'calls') {
      dispatch({ type: 'view.chosen', view: CALLS });
      requestAnimationFrame(events.focusTree);
    } else if (state.detail?.rawAsked != null) dispatch({ type: 'raw.asked', key: null });
    else {
      dispatch({ type: 'detail.closed' });
      requestAnimationFrame(events.focusTree);
    }
    return;
  }
  if (typing) return;
  if (event.key === '/') {
    event.preventDefault();
    focusTextField('call-filter');
  } else if (event.key === 'f' && report === null) dispatch({ type: 'follow.set', follow: !state.tree.follow });
}

function measure(): void {
  const { innerWidth: width, innerHeight: height } = window;
  const isNarrow = width < NARROW_BELOW_PX || (width < MEDIUM_BELOW_PX && height < SHORT_BELOW_PX);
  const layout = isNarrow ? 'narrow' : width < MEDIUM_BELOW_PX ? 'medium' : 'wide';
  if (layout !== state.layout) dispatch({ type: 'layout.changed', layout });
}

host.onMessage((message) => {
  if (message.type === 'show') dispatch({ type: 'address.changed', shown: message.shown });
  else dispatch({ type: 'host', message });
});
window.addEventListener('keydown', onKey);
window.addEventListener('resize', measure);
// Running bars grow four times a second; times of day are told anew every ten.
if (report === null) window.setInterval(() => (isLiveNow() || Date.now() % 10_000 < 260) && schedule(), 250);

measure();
draw();
host.send({ type: 'ready' });
