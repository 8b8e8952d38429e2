/** The views beside the calls by playbook: what they ask for, when they ask anew, and where rows and keys lead. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CaptureHead } from '../../daemon/protocol/captures.ts';
import { type ComparedCall, HEADS_AT_ONCE } from '../../daemon/protocol/comparison.ts';
import type { TreeRow } from '../../daemon/protocol/feed.ts';
import { captureBefore } from '../../webview/compareChoice.ts';
import { shownHead } from '../../webview/comparedHeads.ts';
import { comparedLines, lineSentence, partingLine } from '../../webview/comparedLines.ts';
import type { Document, Wish } from '../../webview/documents.ts';
import { comparedKey } from '../../webview/keys.ts';
import { readOf } from '../../webview/readOf.ts';
import { type PageEvent, reduce } from '../../webview/reduce.ts';
import { initialState, type State } from '../../webview/state.ts';
import type { View } from '../../webview/view.ts';
import { newAsks } from '../../webview/wants.ts';
import { fakeCaptureHead, fullDiff, fullHarness, fullList, fullRuns } from '../support/fakeHarness.ts';
import { fakeCall, fakeHead } from '../support/fakeSessions.ts';

const NEW = fakeHead('ses_new', { last_at: 2000 }, { started_at: '2026-11-20T10:00:00.000Z' });
const OLD = fakeHead('ses_old', { last_at: 1000 }, { started_at: '2026-11-19T10:00:00.000Z' });
const OTHER = fakeHead(
  'ses_other',
  { last_at: 1500 },
  { started_at: '2026-11-20T09:00:00.000Z', workspace: '/elsewhere' },
);
const hello = (sessions = [NEW, OLD, OTHER]): PageEvent => ({
  type: 'host',
  message: {
    type: 'feed',
    message: { type: 'hello', feed: 1, callgrove: '1', epoch: 'e', seq: 1, sessions, total_sessions: sessions.length },
  },
});
const start = (...events: PageEvent[]) => events.reduce(reduce, initialState({ session: null, call: null }));
const played = (state: State, ...events: PageEvent[]) => events.reduce(reduce, state);
const show = (view: View): PageEvent => ({ type: 'view.chosen', view });
const HARNESS = show({ view: 'harness', capture: null });
const COMPARE = show({ view: 'compare', pair: null });
const brought = (wish: Wish, document: Document): PageEvent => ({
  type: 'host',
  message: { type: 'document', wish, document },
});
const asked = (before: State, after: State) =>
  newAsks(before, after).flatMap((ask) => (ask.ask === 'document' ? [ask.wish] : []));
const SESSION: Wish = { what: 'session', id: 'ses_new' };
const VERIFIED: Wish = { what: 'verified' };

test('a session’s harness is asked for once, let go with its view, and asked for anew when another is captured', () => {
  const before = start(hello());
  assert.deepEqual(asked(start(), before), []);
  const waiting = played(before, HARNESS);
  assert.deepEqual(asked(before, waiting), [SESSION, VERIFIED]);
  const ready = played(waiting, brought(SESSION, { what: 'session', value: fullHarness('ses_new') }));
  assert.deepEqual(asked(waiting, ready), []);
  assert.equal(readOf(ready, SESSION)?.status, 'ready');

  const captured = { ...NEW, workbench: '1 change: CLAUDE.md edited', rev: NEW.rev + 1 };
  const news = { type: 'sessions' as const, seq: 2, sessions: [captured], removed: [] };
  const again = played(ready, { type: 'host', message: { type: 'feed', message: news } });
  assert.deepEqual(asked(ready, again), [SESSION]);
  assert.notEqual(readOf(again, SESSION)?.document, null);

  const left = played(again, show({ view: 'calls' }));
  assert.equal(left.reads.size, 0);
  assert.equal(played(left, brought(SESSION, { what: 'session', value: fullHarness('ses_new') })).reads.size, 0);
});

test('what could not be read says why and can be tried again', () => {
  const waiting = played(start(hello()), HARNESS);
  const ask = { ask: 'document' as const, wish: SESSION };
  const failed = played(waiting, { type: 'host', message: { type: 'failed', ask, code: 'x', message: 'no luck' } });
  assert.deepEqual([readOf(failed, SESSION)?.status, readOf(failed, SESSION)?.failure], ['failed', 'no luck']);
  assert.deepEqual(asked(failed, played(failed, { type: 'read.again', wish: SESSION })), [SESSION]);
});

test('a new connection asks again for what was on its way', () => {
  const waiting = played(start(hello()), HARNESS);
  assert.deepEqual(asked(waiting, played(waiting, hello())), [SESSION, VERIFIED]);
});

test('comparing takes the session that is shown and the one before it of the same agent in the workspace', () => {
  const { view } = played(start(hello()), COMPARE);
  assert.deepEqual(view, { view: 'compare', pair: { of: 'runs', a: 'ses_old', b: 'ses_new' } });
  assert.deepEqual(played(start(hello([NEW])), COMPARE).view, { view: 'compare', pair: null });
});

test('captures are compared as soon as their list is there', () => {
  const waiting = played(start(hello()), COMPARE, { type: 'compare.kind', of: 'captures' });
  assert.deepEqual(waiting.view, { view: 'compare', pair: null });
  const listed = played(waiting, brought({ what: 'list' }, { what: 'list', value: fullList() }));
  assert.deepEqual(listed.view, { view: 'compare', pair: { of: 'captures', a: 'cap_first', b: 'cap_later' } });
  assert.deepEqual(asked(waiting, listed), [{ what: 'captures', a: 'cap_first', b: 'cap_later' }]);
  const fresh = played(listed, { type: 'compare.kind', of: 'fresh' });
  assert.deepEqual(fresh.view, { view: 'compare', pair: { of: 'fresh', fresh: 'fresh_1' } });
});

test('an address of a comparison is kept until its sessions are known', () => {
  const view: View = { view: 'compare', pair: { of: 'runs', a: 'ses_x', b: 'ses_y' } };
  const before = initialState({ session: null, call: null, view });
  const after = reduce(before, hello());
  assert.deepEqual(after.view, view);
  assert.deepEqual(asked(before, after), [{ what: 'runs', a: 'ses_x', b: 'ses_y' }, { what: 'list' }]);
});

test('rows about the harness lead to it, and choosing a session leads back', () => {
  const change = { event_id: 'e1', at: 1, harness_id: 'hv', sentence: 's', rev: 1 };
  const rows: TreeRow[] = [
    { ...change, kind: 'workbench', capture_id: 'cap_1', changes: 2 },
    { ...change, event_id: 'e2', kind: 'harness_changed', capture_id: 'cap_2', before: 'cap_1', changes: 1 },
    { event_id: 'e3', kind: 'contract_changed', at: 1, server: 's', before: 'a', after: 'b', sentence: 's', rev: 1 },
    fakeCall('ses_new', 1),
  ];
  const before = start(hello());
  const window = {
    type: 'window' as const,
    seq: 2,
    id: before.tree.viewId,
    total: 4,
    from: 0,
    rows,
    axis: { from: 0, to: 1 },
  };
  const listed = played(before, { type: 'host', message: { type: 'feed', message: window } });
  const opened = (index: number) => played(listed, { type: 'row.opened', index }).view;
  assert.deepEqual(opened(0), { view: 'harness', capture: 'cap_1' });
  assert.deepEqual(opened(1), { view: 'compare', pair: { of: 'captures', a: 'cap_1', b: 'cap_2' } });
  assert.deepEqual(opened(2), { view: 'harness', capture: null });
  assert.deepEqual(opened(3), { view: 'calls' });
  const elsewhere = played(listed, { type: 'row.opened', index: 1 }, { type: 'session.chosen', session_id: 'ses_old' });
  assert.deepEqual([elsewhere.view, elsewhere.session], [{ view: 'calls' }, 'ses_old']);
});

test('two runs become lines: equal calls folded, changes below their call, the parting marked', () => {
  const comparison = fullRuns('ses_old', 'ses_new', 0);
  const lines = comparedLines(comparison);
  assert.deepEqual(
    lines.map((line) => lineSentence(line)),
    [
      '12 equal calls, folded',
      'Changed: filesystem · read_text_file  path: ".env". Here the runs part.',
      'outcome: in A success, in B error (ENOENT: no such file)',
      'the answer is another',
      'duration: in A 6.0 ms, in B 410 ms',
      'Only in B: filesystem · list_directory  path: "."',
      '3 equal calls, folded',
      'Only in A: filesystem · write_file  path: "src/cart.ts", content: 1.2 kB',
      'Changed: filesystem · search_files  pattern: "**/*.test.ts"',
      'arguments: in A pattern: "*.ts", in B pattern: "**/*.test.ts"',
    ],
  );
  assert.equal(partingLine(lines), 1);
  assert.equal(comparedLines(comparison), lines);
});

test('the lines of two runs are walked and opened by keyboard', () => {
  const { diff, ...rest } = fullRuns('ses_old', 'ses_new', 0);
  const lines = comparedLines({ diff, ...rest });
  const key = (name: string, at: number, shift = false) => comparedKey(name, shift, at, lines, diff, 5);
  assert.deepEqual(key('ArrowDown', -1), { type: 'compared.moved', index: 0 });
  assert.deepEqual(key('ArrowUp', 0), { type: 'compared.moved', index: 0 });
  assert.deepEqual(key('End', 3), { type: 'compared.moved', index: 9 });
  assert.deepEqual(key('PageDown', 3), { type: 'compared.moved', index: 7 });
  assert.deepEqual(key('Enter', 1), { type: 'call.shown', session_id: 'ses_new', call_id: 'call_b_read' });
  assert.deepEqual(key('Enter', 1, true), { type: 'call.shown', session_id: 'ses_old', call_id: 'call_a_read' });
  assert.deepEqual(key('Enter', 7), { type: 'call.shown', session_id: 'ses_old', call_id: 'call_a_write' });
  assert.equal(key('Enter', -1), null);
  const open = { type: 'compared.folded', key: 'call_b_x0', open: true } as const;
  for (const name of ['Enter', ' ', 'ArrowRight']) assert.deepEqual(key(name, 0), open);
  assert.equal(key('ArrowLeft', 0), null);
  assert.equal(key('ArrowRight', 1), null);
  assert.equal(key('toString', 0), null);
});

test('equal calls are unfolded; what they are is read as they come into sight, and nothing else is', () => {
  const comparison = fullRuns('ses_old', 'ses_new', 0);
  const many: ComparedCall[] = Array.from({ length: 10_000 }, (_, i) => ({
    status: 'equal',
    a: `call_a_z${i}`,
    b: `call_b_z${i}`,
    changed: [],
  }));
  const value = { ...comparison, diff: { ...comparison.diff, calls: [...comparison.diff.calls, ...many] } };
  const wish: Wish = { what: 'runs', a: 'ses_old', b: 'ses_new' };
  const runs = played(
    start(hello()),
    show({ view: 'compare', pair: { of: 'runs', a: 'ses_old', b: 'ses_new' } }),
    brought(wish, { what: 'runs', value }),
    { type: 'runsTab.chosen', tab: 'runs' },
  );
  const folded = comparedLines(value, runs.unfolded).length;
  const opened = played(runs, { type: 'compared.folded', key: 'call_b_z0', open: true });
  const lines = comparedLines(value, opened.unfolded);
  assert.equal(lines.length, folded + 10_000);
  const fold = lines[opened.comparedAt];
  assert.deepEqual(fold?.kind === 'fold' && [fold.key, fold.open, fold.count], ['call_b_z0', true, 10_000]);
  assert.deepEqual(asked(runs, opened), [], 'its first calls are not in sight yet');

  const at = opened.comparedAt + 5000;
  const seen = played(opened, { type: 'compared.seen', first: at, last: at + 20 });
  const wishes = asked(opened, seen).flatMap((one) => (one.what === 'heads' ? [one] : []));
  assert.ok(wishes.length >= 1 && wishes.length <= 3, `${wishes.length} questions`);
  for (const { calls } of wishes) assert.ok(calls.length <= HEADS_AT_ONCE);
  const line = lines[at];
  assert.ok(line?.kind === 'call' && line.call.status === 'equal');
  const side = (state: State) => shownHead(state, value, line, 'b');
  assert.equal(side(seen), 'awaited');
  const head = {
    server: 'filesystem',
    tool: 'read_file',
    summary: 'path: "x"',
    outcome: 'success',
    error_message: null,
    duration_ms: 3,
  };
  const heads = { [line.call.b ?? '']: { ...head, call_id: line.call.b ?? '' } };
  const answered = played(seen, ...wishes.map((one) => brought(one, { what: 'heads', value: { heads } })));
  assert.deepEqual(side(answered), heads[line.call.b ?? '']);
  assert.equal(shownHead(answered, value, line, 'a'), 'gone');
  assert.deepEqual(asked(seen, played(answered, { type: 'compared.seen', first: at + 1, last: at + 21 })), []);

  // Left from within goes to the stretch's line, once more folds it.
  const within = played(answered, { type: 'compared.moved', index: at });
  const left = { type: 'compared.key', key: 'ArrowLeft', shift: false, pageRows: 20 } as const;
  const back = played(within, left);
  assert.equal(back.comparedAt, opened.comparedAt);
  const closed = played(back, left, { type: 'compared.seen', first: 0, last: 20 });
  assert.equal(comparedLines(value, closed.unfolded).length, folded);
  assert.equal(
    [...closed.reads.values()].some((read) => read.wish.what === 'heads'),
    false,
    'what nobody looks at is let go',
  );
});

test('a comparison of captures is drawn from what it brought, not from another pair', () => {
  const first = played(start(hello()), show({ view: 'compare', pair: { of: 'captures', a: 'cap_1', b: 'cap_2' } }));
  const wish: Wish = { what: 'captures', a: 'cap_1', b: 'cap_2' };
  const moved = played(first, show({ view: 'compare', pair: { of: 'captures', a: 'cap_2', b: 'cap_1' } }));
  const late = played(moved, brought(wish, { what: 'captures', value: fullDiff('cap_1', 'cap_2') }));
  assert.equal(readOf(late, wish), null);
  assert.equal(readOf(late, { what: 'captures', a: 'cap_2', b: 'cap_1' })?.document, null);
});

test('the capture before one is of its own kind, where there is one', () => {
  const at = (minute: number) => `2026-11-20T14:0${minute}:00.000Z`;
  const mine = (id: string, minute: number) =>
    fakeCaptureHead(id, { origin: 'command', agent: 'unknown', captured_at: at(minute) });
  const running = fakeCaptureHead('cap_event', { origin: 'event', captured_at: at(2) });
  const elsewhere = { ...mine('cap_other', 3), root: '/elsewhere' };
  const head = mine('cap_new', 4);
  const before = (...captures: CaptureHead[]) => captureBefore({ captures, fresh: [] }, head)?.capture_id;
  assert.equal(before(head, elsewhere, running, mine('cap_old', 1)), 'cap_old');
  assert.equal(before(head, elsewhere, running), 'cap_event');
  assert.equal(before(head, elsewhere), undefined);
});

test('what is opened from outside is looked for in a list that is read anew', () => {
  const listed = played(
    start(hello()),
    show({ view: 'compare', pair: { of: 'fresh', fresh: 'fresh_1' } }),
    brought({ what: 'list' }, { what: 'list', value: fullList() }),
  );
  const view: View = { view: 'compare', pair: { of: 'fresh', fresh: 'fresh_2' } };
  const opened = played(listed, { type: 'address.changed', shown: { session: null, call: null, view } });
  assert.deepEqual(asked(listed, opened), [{ what: 'fresh', id: 'fresh_2' }, { what: 'list' }]);
});
