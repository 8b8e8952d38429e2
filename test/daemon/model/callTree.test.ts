import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BesideRow, callTree } from '../../../daemon/model/callTree.ts';
import { type CallHead, rowKey, type TreeRow } from '../../../daemon/protocol/feed.ts';
import { callHead } from '../../support/heads.ts';

const call = (id: string, at: number, over: Partial<CallHead> = {}) =>
  callHead({ call_id: id, started_at: at, ...over });
const gap = (id: string, at: number): BesideRow => ({
  kind: 'gap',
  gap_id: id,
  connection_id: 'con_1',
  at,
  lost_chunks: 1,
  bytes: 1,
  reason: 'EIO',
  rev: 0,
});
/** Keys, indented by depth. */
const drawn = (rows: TreeRow[]) =>
  rows.map((row) => (row.kind === 'call' ? `${'  '.repeat(row.call.depth)}${row.call.call_id}` : rowKey(row)));

test('children stand below what caused them, whatever came between', () => {
  const rows = callTree(
    [
      call('a', 1),
      call('b', 2),
      call('c', 3, { parent_call_id: 'a' }),
      call('d', 4, { parent_call_id: 'c' }),
      call('e', 5, { parent_call_id: 'a' }),
    ],
    [],
  );
  assert.deepEqual(drawn(rows), ['a', '  c', '    d', '  e', 'b']);
  assert.deepEqual(
    rows.flatMap((row) => (row.kind === 'call' ? [row.call.children] : [])),
    [2, 1, 0, 0, 0],
  );
});

test('the calls of a turn stand together below its heading, which counts what is shown', () => {
  const listing = { event: 'request', method: 'tools/list', tool: null } as const;
  const rows = callTree(
    [
      call('a', 1, { turn_id: 't1' }),
      call('b', 2),
      call('c', 3, { turn_id: 't1' }),
      call('d', 4, { turn_id: 't1', ...listing }),
    ],
    [],
  );
  assert.deepEqual(drawn(rows), ['turn:t1', 'a', 'c', 'd', 'b']);
  assert.equal(rows[0]?.kind === 'turn' && rows[0].calls, 2);
});

test('a turn of nothing but housekeeping has no heading', () => {
  const rows = callTree([call('a', 1, { turn_id: 't', event: 'request', method: 'tools/list', tool: null })], []);
  assert.deepEqual(drawn(rows), ['a']);
});

test('what is no call stands where its time is, and never inside of a call', () => {
  const calls = [call('a', 10), call('b', 20, { parent_call_id: 'a' }), call('c', 40)];
  assert.deepEqual(drawn(callTree(calls, [gap('first', 5), gap('within', 15), gap('last', 50)])), [
    'first',
    'a',
    '  b',
    'within',
    'c',
    'last',
  ]);
});

test('what the session woke up on is its first row, also where it was captured a moment later', () => {
  const bench: BesideRow = {
    kind: 'workbench',
    event_id: 'bench',
    at: 99,
    capture_id: 'cap_1',
    harness_id: 'hv_1',
    sentence: '',
    changes: null,
    rev: 0,
  };
  assert.deepEqual(drawn(callTree([call('a', 1)], [bench, gap('g', 5)])), ['bench', 'a', 'g']);
});

test('a parent that is not there, one that is itself, and a ring lose nobody', () => {
  const rows = callTree(
    [
      call('a', 1, { parent_call_id: 'gone' }),
      call('b', 2, { parent_call_id: 'b' }),
      call('c', 3, { parent_call_id: 'd' }),
      call('d', 4, { parent_call_id: 'c' }),
    ],
    [],
  );
  assert.deepEqual(
    drawn(rows)
      .map((key) => key.trim())
      .sort(),
    ['a', 'b', 'c', 'd'],
  );
});
