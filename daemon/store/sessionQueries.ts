/** Questions about sessions: the list of a workspace, and heads by id. */
import type { SessionHead } from '../protocol/feed.ts';
import type { Database, SqlValue } from './database.ts';
import * as rows from './rows.ts';
import { IS_FOLDED, IS_LISTED, SESSION_COLUMNS, SESSION_TABLES, type TitleOf, toSessionHead } from './sessionRecord.ts';

/** Which sessions a question is about. */
export interface SessionScope {
  /** null with `all`. */
  readonly workspace: string | null;
  readonly all: boolean;
}

/** The scope as a condition on sessions, `s`: one that worked in several folders is in the list of each. */
export function sessionScope(scope: SessionScope): { sql: string; values: SqlValue[] } {
  if (scope.all || scope.workspace === null) return { sql: IS_LISTED, values: [] };
  const here = `s.n IN (SELECT sc.session FROM connections c JOIN session_connections sc ON sc.connection = c.n
    WHERE c.listed_under = ? AND c.only_probed = 0) AND NOT ${IS_FOLDED}`;
  return { sql: here, values: [scope.workspace] };
}

/** The scope as a condition on calls, with `k` their connection and `s` their session: each is in one folder's list. */
export function callScope(scope: SessionScope): { sql: string; values: SqlValue[] } {
  if (scope.all || scope.workspace === null) return { sql: IS_LISTED, values: [] };
  return { sql: `k.listed_under = ? AND ${IS_LISTED}`, values: [scope.workspace] };
}

/** Oldest first. With `limit` the newest so many, and the pinned ones always. */
export function listSessions(
  database: Database,
  scope: SessionScope,
  limit: number | null,
  titleOf: TitleOf,
): { sessions: SessionHead[]; total: number } {
  return database.snapshot(() => {
    const { sql, values } = sessionScope(scope);
    const total = rows.number(
      database.sql(`SELECT count(*) AS total FROM sessions s WHERE ${sql} AND within(s.n)`).get(...values) ?? {},
      'total',
    );
    const chosen = `SELECT s.n FROM sessions s WHERE ${sql} ORDER BY s.started_at DESC, s.n DESC LIMIT ?`;
    const pinned = `SELECT s.n FROM marks JOIN sessions s ON s.session_id = marks.session_id WHERE marks.pinned = 1 AND ${sql}`;
    const list = database
      .sql(
        `SELECT ${SESSION_COLUMNS} FROM ${SESSION_TABLES} WHERE s.n IN (${chosen}) OR s.n IN (${pinned}) ORDER BY s.started_at, s.n`,
      )
      .all(...values, limit ?? -1, ...values);
    return { sessions: list.map((row) => toSessionHead(database, row, titleOf)), total };
  });
}

/** The heads of these sessions, in no particular order; unknown ids are left out. */
export function sessionHeads(
  database: Database,
  ids: readonly string[],
  titleOf: TitleOf,
  listLimit?: number,
): SessionHead[] {
  return database
    .sql(`SELECT ${SESSION_COLUMNS} FROM ${SESSION_TABLES} WHERE s.session_id IN (SELECT value FROM json_each(?))`)
    .all(JSON.stringify(ids))
    .map((row) => toSessionHead(database, row, titleOf, listLimit));
}
