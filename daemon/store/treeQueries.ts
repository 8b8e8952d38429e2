/**
 * Questions about a session's tree: a window of it by index, and all of it in order. Rows come from five tables that
 * are merged by their place; with no filter and nothing folded a window is one range of an index.
 */
import type { TreeRow } from '../protocol/feed.ts';
import { CALL_COLUMNS, CALL_TABLES, toCallHead } from './callRecord.ts';
import { END_COLUMNS, readEnd } from './connectionRows.ts';
import type { Database, SqlRow, SqlValue } from './database.ts';
import { placeEnd } from './frameColumns.ts';
import { oncesOf } from './onceRows.ts';
import { callPlace } from './resolve.ts';
import * as rows from './rows.ts';
import { toTrailRow } from './trailQueries.ts';

/** A condition on calls: `c` is the call, `k` its connection. Empty `sql` means all. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

export interface TreeQuestion {
  readonly session_id: string;
  readonly everything: boolean;
  readonly condition: Condition;
}

export interface WindowQuestion extends TreeQuestion {
  readonly collapsed: readonly string[];
  readonly from: number;
  readonly count: number;
  readonly follow: boolean;
  /** A call: the window is laid around its row, or around what it is folded into. */
  readonly around?: string | undefined;
}

export interface WindowAnswer {
  readonly total: number;
  readonly from: number;
  readonly rows: TreeRow[];
  readonly axis: { readonly from: number; readonly to: number };
}

/** Places above `low` up to and with `high`. */
interface Range {
  readonly low: string;
  readonly high: string;
}

const ALL: Range = { low: '', high: '~' };

/** Null where there is no such session. */
export function treeWindow(database: Database, question: WindowQuestion): WindowAnswer | null {
  return database.snapshot(() => {
    const session = database.sql('SELECT * FROM sessions WHERE session_id = ?').get(question.session_id);
    if (!session) return null;
    const n = rows.number(session, 'n');
    const ranges = visibleRanges(database, n, question.collapsed);
    const counted = ranges.map((range) => ({ range, count: countRows(database, session, question, range) }));
    const total = counted.reduce((sum, { count }) => sum + count, 0);
    const at = question.around === undefined ? null : indexOf(database, session, question, counted, question.around);
    const wanted = at === null ? question.from : Math.min(at - Math.floor(question.count / 2), total - question.count);
    const from = Math.max(0, question.follow && at === null ? total - question.count : Math.min(wanted, total));
    const list: TreeRow[] = [];
    let skip = from;
    for (const { range, count } of counted) {
      const missing = question.count - list.length;
      if (missing <= 0) break;
      if (skip < count)
        list.push(...readRows(database, n, question, range, skip, Math.min(missing, count - skip), count));
      skip = Math.max(0, skip - count);
    }
    const axis = { from: rows.number(session, 'started_at'), to: rows.number(session, 'last_at') };
    return { total, from, rows: list, axis };
  });
}

/** The next rows of the whole tree after a place; `place` of the last is where to go on. */
export function treeAfter(
  database: Database,
  question: TreeQuestion,
  after: string,
  limit: number,
): { rows: TreeRow[]; place: string | null } {
  return database.snapshot(() => {
    const session = database.sql('SELECT n FROM sessions WHERE session_id = ?').get(question.session_id);
    if (!session) return { rows: [], place: null };
    const { text, values } = merged(rows.number(session, 'n'), question, { low: after, high: '~' });
    const refs = database.once(`SELECT kind, n, sort FROM (${text}) ORDER BY sort LIMIT ?`).all(...values, limit);
    const last = refs.at(-1);
    return { rows: fill(database, refs), place: last && refs.length === limit ? rows.text(last, 'sort') : null };
  });
}

/** What is left of the tree when the rows below the folded ones are taken out. */
function visibleRanges(database: Database, session: number, collapsed: readonly string[]): Range[] {
  const places = collapsed.flatMap((key) => placeOf(database, session, key) ?? []).sort();
  const ranges: Range[] = [];
  let low = ALL.low;
  for (const place of places) {
    if (place < low) continue;
    ranges.push({ low, high: place });
    low = placeEnd(place);
  }
  return [...ranges, { low, high: ALL.high }];
}

/** Rows that stand before a call's, whether or not it has one of its own; null where it is no call of the session. */
function indexOf(
  database: Database,
  session: SqlRow,
  question: WindowQuestion,
  counted: readonly { range: Range; count: number }[],
  callId: string,
): number | null {
  const place = callPlace(database, rows.number(session, 'n'), callId);
  if (place === null) return null;
  let before = 0;
  for (const { range, count } of counted) {
    if (place <= range.low) break;
    before += place > range.high ? count : countRows(database, session, question, { low: range.low, high: place });
  }
  return Math.max(0, before - 1);
}

function placeOf(database: Database, session: number, key: string): string | null {
  if (key.startsWith('call_')) return callPlace(database, session, key);
  const turnId = key.startsWith('turn:') ? key.slice('turn:'.length) : key;
  const row = database.sql('SELECT sort FROM turns WHERE session = ? AND turn_id = ?').get(session, turnId);
  return row ? rows.text(row, 'sort') : null;
}

function countRows(database: Database, session: SqlRow, question: WindowQuestion, range: Range): number {
  const whole = range.low === ALL.low && range.high === ALL.high && question.condition.sql === '';
  if (whole && rows.number(session, 'turns') === 0) {
    const calls = rows.number(session, question.everything ? 'all_calls' : 'calls');
    const events = rows.number(session, question.everything ? 'all_events' : 'events');
    return calls + rows.number(session, 'gaps') + events + trailRows(database, question.session_id);
  }
  const { text, values } = merged(rows.number(session, 'n'), question, range);
  return rows.number(database.once(`SELECT count(*) AS count FROM (${text})`).get(...values) ?? {}, 'count');
}

function trailRows(database: Database, sessionId: string): number {
  const row = database.sql('SELECT count(*) AS count FROM trail WHERE session_id = ?').get(sessionId);
  return rows.number(row ?? {}, 'count');
}

/** Rows `skip` to `skip + take` of a range with `count` rows, read from whichever end is nearer. */
function readRows(
  database: Database,
  session: number,
  question: TreeQuestion,
  range: Range,
  skip: number,
  take: number,
  count: number,
): TreeRow[] {
  const { text, values } = merged(session, question, range);
  const fromEnd = skip > count / 2;
  const refs = database
    .once(`SELECT kind, n, sort FROM (${text}) ORDER BY sort ${fromEnd ? 'DESC' : 'ASC'} LIMIT ? OFFSET ?`)
    .all(...values, take, fromEnd ? count - skip - take : skip);
  return fill(database, fromEnd ? refs.reverse() : refs);
}

/**
 * Calls, headings of turns, gaps, events and the trail of a range, as (kind, n, sort): the database merges them in order
 * of `sort`. A filter asks for calls: then nothing of the trail.
 */
function merged(
  session: number,
  { session_id, everything, condition }: TreeQuestion,
  range: Range,
): { text: string; values: SqlValue[] } {
  const filtered = condition.sql !== '';
  const isShown = `${everything ? '' : ' AND c.folded = 0'}${filtered ? ` AND (${condition.sql})` : ''}`;
  const from = filtered ? 'calls c JOIN connections k ON k.n = c.connection' : 'calls c';
  const place: SqlValue[] = [session, range.low, range.high];
  const inTurn = filtered
    ? ` AND EXISTS (SELECT 1 FROM ${from} WHERE c.session = t.session AND c.sort > t.sort AND c.sort < t.sort || '~' ${isShown})`
    : everything
      ? ''
      : ' AND t.calls > 0';
  return {
    text: `SELECT 'call' AS kind, c.n, c.sort FROM ${from} WHERE c.session = ? AND c.sort > ? AND c.sort <= ?${isShown} AND within(c.n)
      UNION ALL SELECT 'turn', t.n, t.sort FROM turns t WHERE t.session = ? AND t.sort > ? AND t.sort <= ?${inTurn}
      UNION ALL SELECT 'gap', g.n, g.sort FROM gaps g WHERE g.session = ? AND g.sort > ? AND g.sort <= ?
      UNION ALL SELECT 'event', e.n, e.sort FROM events e WHERE e.session = ? AND e.sort > ? AND e.sort <= ?${everything ? '' : ' AND e.folded = 0'}
      UNION ALL SELECT 'trail', e.n, e.sort FROM trail e WHERE e.session_id = ? AND e.sort > ? AND e.sort <= ? AND ?`,
    values: [
      ...place,
      ...condition.values,
      ...place,
      ...(filtered ? condition.values : []),
      ...place,
      ...place,
      ...[session_id, range.low, range.high],
      filtered ? 0 : 1,
    ],
  };
}

/** The rows behind (kind, n), in the order given. */
function fill(database: Database, refs: readonly SqlRow[]): TreeRow[] {
  const wanted = JSON.stringify(refs.filter((ref) => ref.kind === 'call').map((ref) => ref.n));
  const calls = new Map<number, TreeRow>();
  const found = database
    .sql(`SELECT ${CALL_COLUMNS} FROM ${CALL_TABLES} WHERE c.n IN (SELECT value FROM json_each(?))`)
    .all(wanted);
  const heads = found.map((row) => toCallHead(row));
  const onces = oncesOf(
    database,
    heads.map(({ call_id }) => call_id),
  );
  for (const [at, row] of found.entries()) {
    const call = heads[at];
    if (call)
      calls.set(rows.number(row, 'n'), { kind: 'call', call: { ...call, once: onces.get(call.call_id) ?? null } });
  }
  return refs.flatMap((ref) => {
    const n = rows.number(ref, 'n');
    if (ref.kind === 'call') return calls.get(n) ?? [];
    if (ref.kind === 'turn') return readTurn(database, n);
    if (ref.kind === 'trail') return database.sql('SELECT * FROM trail WHERE n = ?').all(n).map(toTrailRow);
    return ref.kind === 'gap' ? readGap(database, n) : readEvent(database, n);
  });
}

function readTurn(database: Database, n: number): TreeRow[] {
  return database
    .sql('SELECT * FROM turns WHERE n = ?')
    .all(n)
    .map((row) => ({
      kind: 'turn' as const,
      turn_id: rows.text(row, 'turn_id'),
      calls: rows.number(row, 'calls'),
      started_at: rows.number(row, 'started_at'),
      rev: rows.number(row, 'rev'),
    }));
}

function readGap(database: Database, n: number): TreeRow[] {
  return database
    .sql('SELECT g.*, k.connection_id FROM gaps g JOIN connections k ON k.n = g.connection WHERE g.n = ?')
    .all(n)
    .map((row) => ({
      kind: 'gap' as const,
      gap_id: rows.text(row, 'gap_id'),
      connection_id: rows.text(row, 'connection_id'),
      at: rows.number(row, 'at'),
      lost_chunks: rows.number(row, 'lost_chunks'),
      bytes: rows.number(row, 'bytes'),
      reason: rows.text(row, 'reason'),
      rev: rows.number(row, 'rev'),
    }));
}

function readEvent(database: Database, n: number): TreeRow[] {
  return database
    .sql(
      `SELECT e.*, k.connection_id, k.server, k.lost_calls, ${END_COLUMNS} FROM events e JOIN connections k ON k.n = e.connection WHERE e.n = ?`,
    )
    .all(n)
    .flatMap((row) => {
      const end = readEnd(row);
      if (!end) return [];
      return {
        kind: 'event' as const,
        event_id: rows.text(row, 'event_id'),
        event: 'disconnected' as const,
        connection_id: rows.text(row, 'connection_id'),
        server: rows.text(row, 'server'),
        at: rows.number(row, 'at'),
        ...end,
        lost_calls: rows.number(row, 'lost_calls'),
        rev: rows.number(row, 'rev'),
      };
    });
}
