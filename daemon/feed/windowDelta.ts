/**
 * What a viewer has on its screen against what a query found: the difference that is worth sending. It is told where the
 * query ran, so that rows that nobody needs go from no thread to another.
 */
import { rowKey, type TreeRow } from '../protocol/feed.ts';
import type { WindowResult } from './source.ts';

/** A window as it was last sent: keys and stamps, not the rows themselves. Plain JSON. */
export interface ShownWindow {
  readonly total: number;
  readonly from: number;
  readonly axis: { readonly from: number; readonly to: number };
  readonly order: readonly string[];
  /** Of each row, in that order. */
  readonly stamps: readonly string[];
}

export interface WindowNews {
  readonly shown: ShownWindow;
  /** The rows that are new or changed: all where nothing was shown before. Null where nothing at all differs. */
  readonly changed: readonly TreeRow[] | null;
}

/** @param before null: nothing is shown yet */
export function windowNews(before: ShownWindow | null, result: WindowResult): WindowNews {
  const { total, from, axis, rows } = result;
  const shown = { total, from, axis, order: rows.map(rowKey), stamps: rows.map(stampOf) };
  if (before === null) return { shown, changed: rows };
  const known = new Map(before.order.map((key, at) => [key, before.stamps[at]]));
  const changed = rows.filter((_, at) => known.get(shown.order[at] ?? '') !== shown.stamps[at]);
  const isSame =
    changed.length === 0 &&
    before.total === total &&
    before.from === from &&
    before.axis.from === axis.from &&
    before.axis.to === axis.to &&
    before.order.length === rows.length &&
    before.order.every((key, at) => key === shown.order[at]);
  return { shown, changed: isSame ? null : changed };
}

/** `rev` rises with the row; counts and depth are made up by the query and may change without it. */
function stampOf(row: TreeRow): string {
  switch (row.kind) {
    case 'call':
      return `${row.call.rev} ${row.call.children} ${row.call.depth}`;
    case 'turn':
      return `${row.rev} ${row.calls}`;
    default:
      return String(row.rev);
  }
}
