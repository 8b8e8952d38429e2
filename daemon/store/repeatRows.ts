/** The calls that a call is compared with, to see whether it is a repetition. */
import { Outcome, Source } from '../protocol/record.ts';
import { TODO } from './callRows.ts';
import type { Database, SqlRow } from './database.ts';
import { callIdOfRow } from './resolve.ts';
import * as rows from './rows.ts';

const PLACE = 'k.connection_id, c.ordinal, c.part';

export interface EqualRow {
  readonly call_id: string;
  readonly started_at: number;
  readonly outcome: Outcome;
  readonly attempt: number | null;
  readonly retry_safe: boolean | null;
  /** Who says that it is not safe; null where nobody does. */
  readonly retry_source: Source | null;
  readonly demanded: boolean;
}

export interface RecentRow {
  readonly key: string;
  readonly result: string | null;
  readonly outcome: Outcome;
  readonly name: string;
}

/** Which call it is among those of its session. */
export interface RepeatPlace {
  readonly call: number;
  readonly session: number;
  readonly started_at: number;
  readonly key: string;
}

/** Has the session another call like it? Most have none, and are asked nothing more. */
export function hasEqual(database: Database, { call, session, key }: RepeatPlace): boolean {
  return database.sql(HAS_EQUAL).get(session, key, call) !== undefined;
}

const HAS_EQUAL = `SELECT 1 FROM calls INDEXED BY calls_by_exact_key WHERE session = ? AND exact_key = ? AND n <> ? LIMIT 1`;

/**
 * Equal calls of the session before this one, the newest first. Row values are compared, because only then the index leads
 * to the place: with thousands of equal calls a search from their beginning would cost each of them all before it.
 */
export function equalCalls(
  database: Database,
  { call, session, started_at, key }: RepeatPlace,
  limit: number,
): EqualRow[] {
  return database
    .sql(
      `SELECT ${PLACE}, c.started_at, c.outcome, e.attempt, e.retry_safe, e.payment,
         iif(e.retry_safe = 0, json_extract(e.record, '$.sources.retry_safe'), NULL) AS source
       FROM calls c JOIN connections k ON k.n = c.connection LEFT JOIN call_evidence e ON e.call = c.n
       WHERE c.session = ? AND c.exact_key = ? AND (c.started_at, c.n) < (?, ?)
       ORDER BY c.started_at DESC, c.n DESC LIMIT ?`,
    )
    .all(session, key, started_at, call, limit)
    .map((row) => ({
      call_id: callIdOfRow(row),
      started_at: rows.number(row, 'started_at'),
      outcome: rows.word(row, 'outcome', Outcome.options),
      attempt: rows.numberOrNull(row, 'attempt'),
      retry_safe: row.retry_safe === null ? null : rows.flag(row, 'retry_safe'),
      retry_source: sourceOf(row),
      demanded: row.payment !== null,
    }));
}

function sourceOf(row: SqlRow): Source | null {
  return row.source === null ? null : rows.word(row, 'source', Source.options);
}

/** The newest tool calls of the session up to this one. */
export function recentCalls(database: Database, { session, started_at }: RepeatPlace, limit: number): RecentRow[] {
  return database
    .sql(
      `SELECT c.exact_key, c.result_key, c.outcome, c.tool, k.server FROM calls c INDEXED BY calls_by_time
       JOIN connections k ON k.n = c.connection
       WHERE c.session = ? AND c.started_at <= ? AND c.exact_key IS NOT NULL ORDER BY c.started_at DESC, c.n DESC LIMIT ?`,
    )
    .all(session, started_at, limit)
    .map((row) => ({
      key: rows.text(row, 'exact_key'),
      result: rows.textOrNull(row, 'result_key'),
      outcome: rows.word(row, 'outcome', Outcome.options),
      name: `${rows.text(row, 'server')}/${rows.textOrNull(row, 'tool') ?? '?'}`,
    }));
}

/** The attempt that this call was judged to be before; null where it was not. */
export function judgedAttempt(database: Database, call: number): number | null {
  const row = database.sql('SELECT attempt FROM call_evidence WHERE call = ?').get(call);
  return row ? rows.numberOrNull(row, 'attempt') : null;
}

/** The equal call right after this one counts on from it. To be run inside a commit. */
export function judgeNext(database: Database, { call, session, started_at, key }: RepeatPlace): void {
  const next = database
    .sql(
      `SELECT n FROM calls INDEXED BY calls_by_exact_key
       WHERE session = ? AND exact_key = ? AND (started_at, n) > (?, ?) ORDER BY started_at, n LIMIT 1`,
    )
    .get(session, key, started_at, call);
  if (next) database.sql('UPDATE calls SET todo = todo | ? WHERE n = ?').run(TODO.judge, rows.number(next, 'n'));
}
