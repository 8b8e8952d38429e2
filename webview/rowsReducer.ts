/**
 * Keeps the window of rows: a whole window replaces it, a delta reorders it and brings what changed. Pure; a delta
 * that names rows never seen leaves holes, which are drawn as loading until the next window.
 */
import { type DeltaMessage, rowKey, type TreeRow, type WindowMessage } from '../daemon/protocol/feed.ts';
import type { Rows, Tree } from './state.ts';

export function rowsOfWindow(message: WindowMessage): Rows {
  const byKey = new Map<string, TreeRow>();
  const keys = message.rows.map((row) => {
    const key = rowKey(row);
    byKey.set(key, row);
    return key;
  });
  return { total: message.total, from: message.from, keys, byKey, axis: message.axis };
}

export function rowsAfterDelta(rows: Rows | null, message: DeltaMessage): Rows {
  const fresh = new Map(message.changed.map((row) => [rowKey(row), row]));
  const byKey = new Map<string, TreeRow>();
  for (const key of message.order) {
    const row = newest(fresh.get(key), rows?.byKey.get(key));
    if (row) byKey.set(key, row);
  }
  return { total: message.total, from: message.from, keys: message.order, byKey, axis: message.axis };
}

/** Puts new rows under the tree: the cursor stays with its row, or at its index where the row is not in sight. */
export function treeWithRows(tree: Tree, rows: Rows): Tree {
  const at = tree.cursor.key === null ? -1 : rows.keys.indexOf(tree.cursor.key);
  const index = at >= 0 ? rows.from + at : Math.min(tree.cursor.index, rows.total - 1);
  const key = tree.cursor.key ?? (index >= 0 ? (rows.keys[index - rows.from] ?? null) : null);
  const kept = index === tree.cursor.index && key === tree.cursor.key ? tree.cursor : { index, key };
  // The rows that are asked for must lie in the tree, also after a filter made it shorter.
  const span =
    tree.span.from > 0 && tree.span.from >= rows.total
      ? { ...tree.span, from: Math.max(0, rows.total - tree.span.count) }
      : tree.span;
  const totalAtPause = tree.follow ? rows.total : Math.min(tree.totalAtPause, rows.total);
  return { ...tree, rows, cursor: kept, span, totalAtPause, stale: false, failure: null };
}

/** Rows asked for around what is seen, in steps of 50, so that scrolling by a row asks for nothing. */
export function spanAround(tree: Tree, first: number, last: number): Tree['span'] {
  const { from, count } = tree.span;
  const total = tree.rows?.total ?? Number.POSITIVE_INFINITY;
  const enoughBefore = first - from >= 40 || from === 0;
  const enoughAfter = from + count - last >= 40 || from + count >= total;
  if (enoughBefore && enoughAfter && first >= from && last < from + count) return tree.span;
  const wanted = Math.max(0, Math.floor((first - 125) / 50) * 50);
  return { from: wanted, count: Math.min(500, Math.max(300, Math.ceil((last - wanted + 125) / 50) * 50)) };
}

function newest(a: TreeRow | undefined, b: TreeRow | undefined): TreeRow | undefined {
  if (!a || !b) return a ?? b;
  return revOf(a) >= revOf(b) ? a : b;
}

function revOf(row: TreeRow): number {
  return row.kind === 'call' ? row.call.rev : row.rev;
}
