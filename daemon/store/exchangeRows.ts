/** The HTTP requests of servers that are reached by URL, by the JSON-RPC request that each of them carried. */
import { TODO } from './callRows.ts';
import type { Database } from './database.ts';
import * as rows from './rows.ts';

export interface ExchangeRow {
  /** Stands for the JSON-RPC id: ids are the peers' own words, which are not stored. */
  readonly id_key: string;
  /** When it was sent, in the journal's monotonic ms. */
  readonly mono: number;
  readonly method: 'POST' | 'GET' | 'DELETE';
  readonly status: number | null;
  readonly headers_ms: number | null;
  readonly end_ms: number;
  readonly reconnects: number;
  readonly error_class: string | null;
  /** Redacted and bounded by whoever hands it in. */
  readonly message: string | null;
  /** Headers of a refusal that say why, likewise; empty where it had none. */
  readonly headers: Readonly<Record<string, string>>;
}

/** No call is shown with more. */
const OF_A_CALL = 20;
/** Clocks of two records of one process are rounded apart. */
const SLACK_MS = 1;

export function addExchange(database: Database, connection: number, exchange: ExchangeRow): void {
  const { id_key, mono, method, status, headers_ms, end_ms, reconnects, error_class, message, headers } = exchange;
  database
    .sql('INSERT OR IGNORE INTO exchanges VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    .run(connection, id_key, mono, method, status, headers_ms, end_ms, reconnects, error_class, message, json(headers));
}

/** The request that carried a call, and those that took its broken answer up again; an id that comes back is another call's. */
export function exchangesOf(database: Database, connectionId: string, idKey: string, fromMono: number): ExchangeRow[] {
  const list = database
    .sql(
      `SELECT x.* FROM connections k JOIN exchanges x ON x.connection = k.n
       WHERE k.connection_id = ? AND x.id_key = ? AND x.mono >= ? ORDER BY x.mono LIMIT ?`,
    )
    .all(connectionId, idKey, fromMono - SLACK_MS, OF_A_CALL)
    .map((row) => ({
      id_key: rows.text(row, 'id_key'),
      mono: rows.number(row, 'mono'),
      method: rows.word(row, 'method', ['POST', 'GET', 'DELETE']),
      status: rows.numberOrNull(row, 'status'),
      headers_ms: rows.numberOrNull(row, 'headers_ms'),
      end_ms: rows.number(row, 'end_ms'),
      reconnects: rows.number(row, 'reconnects'),
      error_class: rows.textOrNull(row, 'error_class'),
      message: rows.textOrNull(row, 'message'),
      headers: row.headers === null ? {} : rows.json(row, 'headers', strings),
    }));
  const next = list.findIndex(({ method }, index) => index > 0 && method === 'POST');
  return next < 0 ? list : list.slice(0, next);
}

/** Of the connection's newest calls so many are looked through. */
const NEWEST = 500;
/** Between the record of a request and its being sent, in milliseconds; clocks are rounded, too. */
const SENDING_MS = 100;

/**
 * Has failed calls judged once more that were under way when a request was sent: one of them is what it carried. Their ids
 * are not stored, so that it may be more than that one. To be run inside a commit, when its calls are written.
 * @param sentAt epoch ms
 */
export function judgeFailedAround(database: Database, connection: number, sentAt: number): void {
  database
    .sql(
      `UPDATE calls SET todo = todo | ${TODO.judge} WHERE n IN (SELECT n FROM
         (SELECT n, event, outcome, started_at, duration_ms FROM calls WHERE connection = ? ORDER BY ordinal DESC LIMIT ${NEWEST})
       WHERE event <> 'notification' AND outcome NOT IN ('success', 'running')
         AND started_at <= ? AND started_at + coalesce(duration_ms, 0) >= ?)`,
    )
    .run(connection, sentAt + SENDING_MS, sentAt - SENDING_MS);
}

function json(headers: Readonly<Record<string, string>>): string | null {
  return Object.keys(headers).length === 0 ? null : JSON.stringify(headers);
}

function strings(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** Where the connection's server is; null for one that runs here. */
export function urlOf(database: Database, connectionId: string): string | null {
  const row = database.sql('SELECT url FROM connections WHERE connection_id = ?').get(connectionId);
  return row ? rows.textOrNull(row, 'url') : null;
}
