/**
 * Which rows a subscription shows, out of all rows of a session that are at hand: what the store answers by SQL, for
 * those who hold the rows themselves. A filter asks for calls; rows that are none stand only where there is no filter.
 */
import { rowKey, type Subscribe, type TreeRow, type WindowMessage } from '../protocol/feed.ts';
import { matches, parseFilter } from './filter.ts';

export type RowWindow = Pick<WindowMessage, 'total' | 'from' | 'rows' | 'axis'>;

/** @returns null where the filter is none */
export function rowWindow(all: readonly TreeRow[], wanted: Subscribe): RowWindow | null {
  const rows = shownRows(all, wanted);
  return rows === null ? null : { ...pieceOf(rows, wanted), axis: axisOf(all) };
}

/**
 * All that a subscription shows, in sight or not.
 * @param all in the order of the tree
 * @param hasWords whether the full text of a call holds these words, where one is at hand
 * @returns null where the filter is none
 */
export function shownRows(
  all: readonly TreeRow[],
  wanted: Pick<Subscribe, 'filter' | 'everything' | 'collapsed'>,
  hasWords?: (callId: string, words: string) => boolean,
): TreeRow[] | null {
  const parsed = parseFilter(wanted.filter);
  if (parsed.kind === 'error') return null;
  const plain = parsed.filter.length === 0;
  const collapsed = new Set(wanted.collapsed);
  let foldedDepth = Number.POSITIVE_INFINITY;
  let foldedTurn: string | null = null;
  return all.filter((row) => {
    if (row.kind === 'turn') foldedTurn = collapsed.has(rowKey(row)) ? row.turn_id : null;
    if (row.kind !== 'call') return plain;
    const { call } = row;
    if (call.depth <= foldedDepth) foldedDepth = Number.POSITIVE_INFINITY;
    const hidden = call.depth > foldedDepth || (foldedTurn !== null && call.turn_id === foldedTurn);
    if (collapsed.has(call.call_id)) foldedDepth = Math.min(foldedDepth, call.depth);
    if (hidden || !(wanted.everything || isShown(row))) return false;
    return parsed.filter.every(({ test, negated }) => {
      const found =
        matches([{ test, negated: false }], call) ||
        (test.kind === 'words' && (hasWords?.(call.call_id, test.value) ?? false));
      return found !== negated;
    });
  });
}

/** The part of the rows that a subscription wants to see. */
export function pieceOf(
  rows: readonly TreeRow[],
  wanted: Pick<Subscribe, 'around' | 'count' | 'follow' | 'from'>,
): Omit<RowWindow, 'axis'> {
  const at = wanted.around === undefined ? -1 : rows.findIndex((row) => rowKey(row) === wanted.around);
  const middle = Math.max(0, at - Math.floor(wanted.count / 2));
  const from = at >= 0 ? middle : wanted.follow ? Math.max(0, rows.length - wanted.count) : wanted.from;
  return { total: rows.length, from, rows: rows.slice(from, from + wanted.count) };
}

/** Housekeeping of the agent (handshakes, listings, notifications) stands there only where everything is asked for. */
export function isShown({ call }: Extract<TreeRow, { kind: 'call' }>): boolean {
  return call.event === 'tool_call' || call.depth > 0 || call.direction === 's2c';
}

/** From the first start to the last end of any call. */
function axisOf(all: readonly TreeRow[]): RowWindow['axis'] {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const row of all) {
    if (row.kind !== 'call') continue;
    const { started_at, duration_ms } = row.call;
    from = Math.min(from, started_at);
    to = Math.max(to, started_at + (duration_ms ?? 0));
  }
  return from <= to ? { from, to } : { from: 0, to: 0 };
}
