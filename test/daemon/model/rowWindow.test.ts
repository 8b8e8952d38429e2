import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pieceOf, rowWindow, shownRows } from '../../../daemon/model/rowWindow.ts';
import { rowKey, type Subscribe, type TreeRow } from '../../../daemon/protocol/feed.ts';
import { callRow } from '../../support/heads.ts';

const wanted = (over: Partial<Subscribe> = {}): Subscribe => ({
  type: 'subscribe',
  id: 1,
  session_id: 'ses_1',
  filter: '',
  everything: false,
  collapsed: [],
  follow: false,
  from: 0,
  count: 100,
  ...over,
});
const turn: TreeRow = { kind: 'turn', turn_id: 't', calls: 3, started_at: 0, rev: 0 };
const ROWS: TreeRow[] = [
  turn,
  callRow({ call_id: 'a', turn_id: 't', children: 1, started_at: 100, duration_ms: 50 }),
  callRow({ call_id: 'b', turn_id: 't', depth: 1, tool: 'inner', started_at: 110, duration_ms: 900 }),
  callRow({ call_id: 'c', turn_id: 't', summary: 'path=secret.ts', started_at: 200, duration_ms: null }),
  callRow({ call_id: 'd', event: 'request', method: 'tools/list', tool: null, started_at: 300 }),
];
const keys = (rows: readonly TreeRow[] | undefined | null) => rows?.map(rowKey);

test('housekeeping is shown only where everything is asked for', () => {
  assert.deepEqual(keys(shownRows(ROWS, wanted())), ['turn:t', 'a', 'b', 'c']);
  assert.deepEqual(keys(shownRows(ROWS, wanted({ everything: true }))), ['turn:t', 'a', 'b', 'c', 'd']);
});

test('a folded call hides what it caused, a folded turn all of its calls', () => {
  assert.deepEqual(keys(shownRows(ROWS, wanted({ collapsed: ['a'] }))), ['turn:t', 'a', 'c']);
  assert.deepEqual(keys(shownRows(ROWS, wanted({ collapsed: ['turn:t'] }))), ['turn:t']);
});

test('a filter asks for calls; words are looked for in the full text too, also turned round', () => {
  assert.deepEqual(keys(shownRows(ROWS, wanted({ filter: 'tool:inner' }))), ['b']);
  const inBody = (id: string, words: string) => id === 'a' && words === 'token';
  assert.deepEqual(keys(shownRows(ROWS, wanted({ filter: 'token' }), inBody)), ['a']);
  assert.deepEqual(keys(shownRows(ROWS, wanted({ filter: '-token' }), inBody)), ['b', 'c']);
  assert.deepEqual(keys(shownRows(ROWS, wanted({ filter: 'secret' }))), ['c']);
  assert.equal(shownRows(ROWS, wanted({ filter: 'nonsense:' })), null);
});

test('the piece in sight: by place, around a call, at the end', () => {
  const rows = ROWS.slice(1, 4);
  assert.deepEqual(keys(pieceOf(rows, wanted({ from: 1, count: 1 })).rows), ['b']);
  assert.deepEqual(keys(pieceOf(rows, wanted({ around: 'c', count: 1 })).rows), ['c']);
  assert.deepEqual(keys(pieceOf(rows, wanted({ follow: true, count: 2 })).rows), ['b', 'c']);
  assert.equal(pieceOf(rows, wanted({ around: 'gone', from: 2, count: 5 })).from, 2);
});

test('the axis goes from the first start to the last end', () => {
  assert.deepEqual(rowWindow(ROWS, wanted())?.axis, { from: 100, to: 1010 });
  assert.deepEqual(rowWindow([turn], wanted())?.axis, { from: 0, to: 0 });
});
