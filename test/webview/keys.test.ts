import assert from 'node:assert/strict';
import { test } from 'node:test';
import { treeKey } from '../../webview/keys.ts';
import { rowsOfWindow } from '../../webview/rowsReducer.ts';
import { initialTree, type Tree } from '../../webview/state.ts';
import { fullSession } from '../support/fakeSessions.ts';

const { rows } = fullSession('ses_1', 1e12);
const window = rowsOfWindow({
  type: 'window',
  seq: 1,
  id: 1,
  total: rows.length,
  from: 0,
  rows,
  axis: { from: 0, to: 1 },
});
const at = (index: number, collapsed: string[] = []): Tree => ({
  ...initialTree(1, false),
  rows: window,
  cursor: { index, key: window.keys[index] ?? null },
  collapsed: new Set(collapsed),
});

test('arrows, pages and ends move the cursor within the tree', () => {
  const last = rows.length - 1;
  const table: [string, number, number][] = [
    ['ArrowDown', -1, 0],
    ['ArrowUp', 0, -1],
    ['ArrowUp', -1, -1],
    ['ArrowDown', last, last],
    ['Home', 7, -1],
    ['End', 0, last],
    ['PageDown', 0, 9],
    ['PageUp', 4, -1],
  ];
  for (const [key, from, to] of table)
    assert.deepEqual(treeKey(key, at(from), 10), { type: 'cursor.moved', index: to }, `${key} from ${from}`);
});

test('right unfolds or goes in, left folds or goes to the parent', () => {
  assert.deepEqual(treeKey('ArrowLeft', at(0), 10), { type: 'row.folded', key: 'turn:turn-1', folded: true });
  assert.deepEqual(treeKey('ArrowRight', at(0, ['turn:turn-1']), 10), {
    type: 'row.folded',
    key: 'turn:turn-1',
    folded: false,
  });
  assert.deepEqual(treeKey('ArrowRight', at(0), 10), { type: 'cursor.moved', index: 1 });
  assert.deepEqual(treeKey('ArrowLeft', at(6), 10), { type: 'cursor.moved', index: 5 });
  assert.deepEqual(treeKey('ArrowLeft', at(2), 10), { type: 'cursor.moved', index: 0 });
  assert.equal(treeKey('ArrowRight', at(2), 10), null);
});

test('Enter opens, other keys are left alone', () => {
  assert.deepEqual(treeKey('Enter', at(3), 10), { type: 'row.opened', index: 3 });
  for (const key of ['a', 'Tab', 'Escape']) assert.equal(treeKey(key, at(3), 10), null);
});
