/** Which rows a subscription shows, out of all of a session's: the daemon's answer without a database. */
import { matches, parseFilter } from '../../daemon/model/filter.ts';
import { rowKey, type Subscribe, type TreeRow } from '../../daemon/protocol/feed.ts';

/** Null where the filter is none. */
export function fakeWindow(all: readonly TreeRow[], wanted: Subscribe) {
  const parsed = parseFilter(wanted.filter);
  if (parsed.kind === 'error') return null;
  const plain = parsed.filter.length === 0;
  let foldedDepth = Number.POSITIVE_INFINITY;
  let foldedTurn: string | null = null;
  const rows = all.filter((row) => {
    if (row.kind === 'gap' || row.kind === 'event') return plain;
    if (row.kind === 'turn') {
      foldedTurn = wanted.collapsed.includes(rowKey(row)) ? row.turn_id : null;
      return plain;
    }
    if (row.kind !== 'call') return plain;
    const { call } = row;
    if (call.depth <= foldedDepth) foldedDepth = Number.POSITIVE_INFINITY;
    const hidden = call.depth > foldedDepth || (foldedTurn !== null && call.turn_id === foldedTurn);
    if (wanted.collapsed.includes(call.call_id)) foldedDepth = Math.min(foldedDepth, call.depth);
    return (
      !hidden &&
      matches(parsed.filter, call) &&
      (wanted.everything || call.event === 'tool_call' || call.depth > 0 || call.direction === 's2c')
    );
  });
  const at = wanted.around === undefined ? -1 : rows.findIndex((row) => rowKey(row) === wanted.around);
  const middle = Math.max(0, at - Math.floor(wanted.count / 2));
  const from = at >= 0 ? middle : wanted.follow ? Math.max(0, rows.length - wanted.count) : wanted.from;
  const calls = all.flatMap((row) => (row.kind === 'call' ? [row.call] : []));
  const axis = calls.reduce(
    (span, call) => ({
      from: Math.min(span.from, call.started_at),
      to: Math.max(span.to, call.started_at + (call.duration_ms ?? 0)),
    }),
    { from: calls[0]?.started_at ?? 0, to: calls[0]?.started_at ?? 0 },
  );
  return { total: rows.length, from, rows: rows.slice(from, from + wanted.count), axis };
}
