/** The page's reducer by playbook: what the host says and the user does, and what state and wishes follow. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { visibleSessions } from '../../daemon/model/sessionFace.ts';
import type { ServerMessage } from '../../daemon/protocol/feed.ts';
import { rowKey } from '../../daemon/protocol/feed.ts';
import { type PageEvent, reduce } from '../../webview/reduce.ts';
import { initialState, rowAt, type State } from '../../webview/state.ts';
import { newAsks, wantedSubscription } from '../../webview/wants.ts';
import { fakeCall, fakeHead } from '../support/fakeSessions.ts';

const A = fakeHead('ses_a', { last_at: 2000 });
const B = fakeHead('ses_b', { last_at: 1000 });
const LIVE = fakeHead('ses_live', { last_at: 9000, running_calls: 1 }, { terminal_state: 'running' });
const feed = (message: ServerMessage): PageEvent => ({ type: 'host', message: { type: 'feed', message } });
const hello = (sessions = [A, B], epoch = 'e1') =>
  feed({ type: 'hello', feed: 1, callgrove: '1', epoch, seq: 1, sessions, total_sessions: sessions.length });
const open: PageEvent = { type: 'host', message: { type: 'link', link: { kind: 'open' } } };
const calls = (from: number, count: number) => Array.from({ length: count }, (_, i) => fakeCall('ses_a', from + i));
const axis = { from: 0, to: 1 };
const window = (id: number, from: number, count: number, total: number) =>
  feed({ type: 'window', seq: 2, id, total, from, rows: calls(from, count), axis });
const play = (...events: PageEvent[]) => events.reduce(reduce, initialState({ session: null, call: null }));
const played = (state: State, ...events: PageEvent[]) => events.reduce(reduce, state);

test('hello chooses the newest session and asks for its rows', () => {
  const state = play(open, hello());
  assert.equal(state.session, 'ses_a');
  assert.deepEqual(wantedSubscription(state), {
    type: 'subscribe',
    id: state.tree.viewId,
    session_id: 'ses_a',
    filter: '',
    everything: false,
    collapsed: [],
    follow: false,
    from: 0,
    count: 200,
  });
});

test('a live session is followed, an ended one is shown from its start', () => {
  assert.equal(play(open, hello([A, LIVE])).tree.follow, true);
  assert.equal(play(open, hello([A])).tree.follow, false);
});

test('nothing is wanted while the link is down', () => {
  const state = play(open, hello(), {
    type: 'host',
    message: { type: 'link', link: { kind: 'waiting', attempt: 1, retry_at: 5 } },
  });
  assert.equal(wantedSubscription(state), null);
  assert.equal(state.session, 'ses_a');
});

test('a second hello of the same epoch keeps rows and selection, another epoch starts over', () => {
  const before = play(open, hello());
  const full = played(before, window(before.tree.viewId, 0, 3, 3), { type: 'row.opened', index: 1 });
  const again = played(full, hello());
  assert.equal(again.tree.rows?.total, 3);
  assert.deepEqual(again.selection, full.selection);
  assert.equal(played(full, hello([A, B], 'e2')).tree.rows, null);
});

test('answers to another view change nothing', () => {
  const state = play(open, hello());
  assert.equal(played(state, window(state.tree.viewId - 1, 0, 3, 3)), state);
});

test('a delta reorders the window and keeps the newest of a row', () => {
  const state = play(open, hello());
  const id = state.tree.viewId;
  const [one, two, three] = calls(0, 3);
  const late = { kind: 'call' as const, call: { ...one!.call, rev: 9, tool: 'renamed' } };
  const order = [two!, one!, three!].map(rowKey);
  const after = played(
    state,
    window(id, 0, 3, 3),
    feed({ type: 'delta', seq: 3, id, total: 3, from: 0, order, changed: [late], axis }),
  );
  assert.deepEqual(after.tree.rows?.keys, order);
  const row = rowAt(after.tree.rows, 1);
  assert.equal(row?.kind === 'call' && row.call.tool, 'renamed');
  const stale = played(after, feed({ type: 'delta', seq: 4, id, total: 3, from: 0, order, changed: [one!], axis }));
  const kept = rowAt(stale.tree.rows, 1);
  assert.equal(kept?.kind === 'call' && kept.call.tool, 'renamed');
});

test('a delta with rows never seen leaves holes, not errors', () => {
  const state = play(open, hello());
  const after = played(
    state,
    feed({ type: 'delta', seq: 3, id: state.tree.viewId, total: 2, from: 0, order: ['x', 'y'], changed: [], axis }),
  );
  assert.equal(rowAt(after.tree.rows, 0), null);
  assert.equal(after.tree.rows?.total, 2);
});

test('scrolling asks for other rows only when the known ones run out', () => {
  const state = play(open, hello());
  const full = played(state, window(state.tree.viewId, 0, 200, 100_000));
  assert.equal(played(full, { type: 'rows.seen', first: 20, last: 50 }).tree.span.from, 0);
  const far = played(full, { type: 'rows.seen', first: 50_000, last: 50_040 });
  const { from, count } = far.tree.span;
  assert.ok(from <= 50_000 - 40 && from + count >= 50_040 + 40 && count <= 500);
  assert.equal(played(far, { type: 'rows.seen', first: 50_003, last: 50_043 }).tree.span, far.tree.span);
});

test('pausing keeps what is seen and counts what is new', () => {
  const state = play(open, hello([LIVE]));
  const id = state.tree.viewId;
  const following = played(state, window(id, 300, 200, 500), { type: 'rows.seen', first: 460, last: 499 });
  const paused = played(following, { type: 'follow.set', follow: false });
  const wanted = wantedSubscription(paused);
  assert.ok(wanted && !wanted.follow && wanted.from <= 460 && wanted.from + wanted.count >= 500);
  const more = played(paused, window(id, 300, 200, 512));
  assert.equal((more.tree.rows?.total ?? 0) - more.tree.totalAtPause, 12);
  assert.equal(played(more, { type: 'follow.set', follow: true }).tree.totalAtPause, 512);
});

test('a wrong filter is not put in force; a good one is another view', () => {
  const state = play(open, hello());
  const wrong = played(
    state,
    { type: 'filter.typed', text: 'x:y', error: 'x: is not known' },
    { type: 'filter.applied' },
  );
  assert.equal(wantedSubscription(wrong)?.filter, '');
  const good = played(
    state,
    { type: 'filter.typed', text: 'tool:read', error: null },
    { type: 'filter.applied' },
    { type: 'errors.toggled', on: true },
  );
  assert.equal(wantedSubscription(good)?.filter, 'is:failed tool:read');
  assert.ok(good.tree.viewId > state.tree.viewId);
});

test('a selected call is read once, and again when it ends', () => {
  const state = play(open, hello());
  const id = state.tree.viewId;
  const running = fakeCall('ses_a', 0, { outcome: 'running', duration_ms: null });
  const shown = played(state, feed({ type: 'window', seq: 2, id, total: 1, from: 0, rows: [running], axis }));
  const opened = played(shown, { type: 'row.opened', index: 0 });
  assert.deepEqual(newAsks(shown, opened), [{ ask: 'detail', call_id: running.call.call_id }]);
  const detail = {
    call: null,
    arguments: '{}',
    result: null,
    result_truncated: false,
    error: null,
    join: {},
    gone: [],
    transport: null,
    altered: null,
    frames: [],
  };
  const read = played(opened, { type: 'host', message: { type: 'detail', call_id: running.call.call_id, detail } });
  assert.deepEqual(newAsks(opened, read), []);
  const ended = { kind: 'call' as const, call: { ...running.call, outcome: 'success' as const, rev: 2 } };
  const after = played(
    read,
    feed({ type: 'delta', seq: 3, id, total: 1, from: 0, order: [rowKey(ended)], changed: [ended], axis }),
  );
  assert.deepEqual(newAsks(read, after), [{ ask: 'detail', call_id: running.call.call_id }]);
  assert.equal(after.detail?.detail?.arguments, '{}');
});

test('raw frames are asked for only after the question', () => {
  const state = play(open, hello());
  const shown = played(state, window(state.tree.viewId, 0, 1, 1), { type: 'row.opened', index: 0 });
  const plain = played(shown, { type: 'frame.opened', key: '4', raw: false });
  const asked = played(plain, { type: 'raw.asked', key: '4' });
  assert.deepEqual(newAsks(plain, asked), []);
  const confirmed = played(asked, { type: 'frame.opened', key: '4', raw: true });
  assert.deepEqual(
    newAsks(asked, confirmed).map((ask) => ask.ask === 'frame' && ask.raw),
    [true],
  );
});

test('a call named by the URL is read although its row is not in sight', () => {
  const start = initialState({ session: 'ses_b', call: 'call_x' });
  const after = played(start, open, hello());
  assert.equal(after.session, 'ses_b');
  assert.deepEqual(newAsks(start, after), [{ ask: 'detail', call_id: 'call_x' }]);
});

test('a call that the URL names is asked for with what stands around it, and its row is gone to', () => {
  const [first] = calls(70, 1);
  const call_id = first ? rowKey(first) : '';
  const start = played(initialState({ session: 'ses_live', call: call_id }), open, hello([LIVE]));
  const wish = wantedSubscription(start);
  assert.deepEqual([wish?.around, wish?.follow, wish?.count], [call_id, false, 200]);
  const there = played(start, window(start.tree.viewId, 50, 40, 900));
  assert.deepEqual(there.tree.cursor, { index: 70, key: call_id });
  assert.deepEqual([wantedSubscription(there)?.around, there.tree.span.from], [undefined, 50]);
  const named = { type: 'address.changed' as const, shown: { session: 'ses_live', call: 'call_elsewhere' } };
  const later = played(there, named);
  assert.equal(wantedSubscription(later)?.around, 'call_elsewhere');
  const old = played(later, window(there.tree.viewId, 0, 10, 900));
  assert.equal(old.tree.reveal, 'call_elsewhere', 'an answer to an older question reveals nothing');
  const hidden = played(later, window(later.tree.viewId, 0, 10, 900));
  assert.equal(hidden.tree.reveal, null, 'a filter leaves it out: it is not asked for again');
});

test('what lists leave out is neither chosen nor kept, but shown where the URL names it', () => {
  const folded = fakeHead('ses_folded', { last_at: 9000, folded: true });
  assert.equal(play(open, hello([A, folded])).session, 'ses_a');
  assert.equal(play(open, hello([folded])).session, null);
  const named = played(initialState({ session: 'ses_folded', call: null }), open, hello([A, folded]));
  assert.equal(named.session, 'ses_folded');
  const waiting = play(open, hello([LIVE]));
  const went = { type: 'sessions' as const, seq: 2, removed: [], sessions: [{ ...LIVE, folded: true, rev: 9 }, A] };
  assert.equal(played(waiting, feed(went)).session, 'ses_a', 'its agent went on in a conversation');
  assert.deepEqual(
    visibleSessions([A, folded], '').map(({ session }) => session.session_id),
    ['ses_a'],
  );
});
