/** What a viewer has on its screen against what a query just said: the difference that is worth sending. */
import { rowKey, type TreeRow } from '../protocol/feed.ts';
import type { WindowResult } from './source.ts';

/** A window as it was last sent: keys and stamps, not the rows themselves. */
export interface ShownWindow {
  readonly total: number;
  readonly from: number;
  readonly axis: { readonly from: number; readonly to: number };
  readonly order: readonly string[];
  readonly stamps: ReadonlyMap<string, string>;
}

export function shownWindow(result: WindowResult): ShownWindow {
  const order = result.rows.map(rowKey);
  const stamps = new Map(result.rows.map((row) => [rowKey(row), stampOf(row)]));
  return { total: result.total, from: result.from, axis: result.axis, order, stamps };
}

/** The rows that are new or changed, or null where nothing at all differs. */
export function windowDelta(shown: ShownWindow, result: WindowResult): readonly TreeRow[] | null {
  const changed = result.rows.filter((row) => shown.stamps.get(rowKey(row)) !== stampOf(row));
  const same =
    changed.length === 0 &&
    shown.total === result.total &&
    shown.from === result.from &&
    shown.axis.from === result.axis.from &&
    shown.axis.to === result.axis.to &&
    shown.order.length === result.rows.length &&
    result.rows.every((row, i) => shown.order[i] === rowKey(row));
  return same ? null : changed;
}

/** `rev` rises with the row; counts and depth are made up by the query and may change without it. */
function stampOf(row: TreeRow): string {
  switch (row.kind) {
    case 'call':
      return `${row.call.rev} ${row.call.children} ${row.call.depth}`;
    case 'turn':
      return `${row.rev} ${row.calls}`;
    case 'gap':
    case 'event':
      return String(row.rev);
    default:
      return row satisfies never;
  }
}
