/** Finds what a person typed: an id, the unique beginning of one, `last` or `last~N`. */
import { callIdOf, connectionIdOfCall } from '../base/ids.ts';
import type { Database } from './database.ts';
import { keyOfParts, keyParts } from './frameColumns.ts';
import * as rows from './rows.ts';
import { callScope, type SessionScope, sessionScope } from './sessionQueries.ts';

export type Found =
  | { readonly kind: 'found'; readonly id: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'ambiguous'; readonly candidates: readonly string[] };

/** So many candidates are named. */
const CANDIDATES = 10;

export function resolveSession(database: Database, text: string, scope: SessionScope): Found {
  const back = lastOf(text);
  if (back !== null) {
    const { sql, values } = sessionScope(scope);
    const row = database
      .sql(`SELECT s.session_id FROM sessions s WHERE ${sql} ORDER BY s.started_at DESC, s.n DESC LIMIT 1 OFFSET ?`)
      .get(...values, back);
    return row ? { kind: 'found', id: rows.text(row, 'session_id') } : { kind: 'none' };
  }
  const prefix = text.startsWith('ses_') ? text : `ses_${text}`;
  const list = database
    .sql('SELECT session_id FROM sessions WHERE session_id >= ? AND session_id < ? ORDER BY session_id LIMIT ?')
    .all(prefix, after(prefix), CANDIDATES)
    .map((row) => rows.text(row, 'session_id'));
  return oneOf(list, prefix);
}

export function resolveCall(database: Database, text: string, scope: SessionScope): Found {
  const back = lastOf(text);
  if (back !== null) {
    const { sql, values } = callScope(scope);
    const row = database
      .sql(
        `SELECT k.connection_id, c.ordinal, c.part FROM calls c JOIN sessions s ON s.n = c.session JOIN connections k ON k.n = c.connection
         WHERE c.folded = 0 AND within(c.n) AND ${sql} ORDER BY c.n DESC LIMIT 1 OFFSET ?`,
      )
      .get(...values, back);
    return row ? { kind: 'found', id: callIdOfRow(row) } : { kind: 'none' };
  }
  const prefix = text.startsWith('call_') ? text : `call_${text}`;
  const connection = `con_${prefix.slice(5, 31)}`;
  const key = prefix.slice(32);
  const list: string[] = [];
  const found = database
    .sql(
      `SELECT k.connection_id, c.ordinal, c.part FROM connections k JOIN calls c ON c.connection = k.n
       WHERE k.connection_id >= ? AND k.connection_id < ? AND CAST(c.ordinal AS TEXT) LIKE ? AND within(c.n)
       ORDER BY k.connection_id, c.ordinal, c.part`,
    )
    .iterate(connection, after(connection), `${/^\d*/.exec(key)?.[0] ?? ''}%`);
  for (const row of found) {
    const id = callIdOfRow(row);
    if (id === prefix) return { kind: 'found', id };
    if (id.startsWith(prefix) && list.length < CANDIDATES) list.push(id);
    if (list.length === CANDIDATES && key === '') break;
  }
  return oneOf(list, prefix);
}

/** A capture, a version or a session: whatever leads to a capture. `last` is the newest capture of a workspace. */
export function resolveHarness(database: Database, text: string, scope: SessionScope): Found {
  const back = lastOf(text);
  if (back !== null) {
    const row = database
      .sql(
        `SELECT capture_id FROM captures WHERE origin <> 'fresh' AND (? OR root = ?) ORDER BY at DESC, n DESC LIMIT 1 OFFSET ?`,
      )
      .get(scope.all || scope.workspace === null ? 1 : 0, scope.workspace, back);
    return row ? { kind: 'found', id: rows.text(row, 'capture_id') } : { kind: 'none' };
  }
  if (text.startsWith('ses_')) return resolveSession(database, text, scope);
  const list = ['capture_id', 'harness_id'].flatMap((column) => {
    const kind = column === 'capture_id' ? 'cap_' : 'hv_';
    const prefix = text.startsWith('cap_') || text.startsWith('hv_') ? text : `${kind}${text}`;
    return database
      .sql(`SELECT DISTINCT ${column} AS id FROM captures WHERE ${column} >= ? AND ${column} < ? ORDER BY id LIMIT ?`)
      .all(prefix, after(prefix), CANDIDATES)
      .map((row) => rows.text(row, 'id'));
  });
  return oneOf(list, text);
}

/** The integer that a call's rows refer to, or null. */
export function callNumber(database: Database, callId: string): number | null {
  const row = callRef(database, callId);
  return row ? rows.number(row, 'n') : null;
}

/** Where a call stands in this session's tree, or null. */
export function callPlace(database: Database, session: number, callId: string): string | null {
  const row = callRef(database, callId);
  return row && row.session === session ? rows.text(row, 'sort') : null;
}

function callRef(database: Database, callId: string) {
  const connection = connectionIdOfCall(callId);
  if (!connection) return null;
  const { ordinal, part } = keyParts(callId.slice(callId.lastIndexOf('_') + 1));
  return database
    .sql(
      `SELECT c.n, c.session, c.sort FROM connections k JOIN calls c ON c.connection = k.n
       WHERE k.connection_id = ? AND c.ordinal = ? AND c.part = ?`,
    )
    .get(connection, ordinal, part);
}

/** The id of a call's row with its connection's id. */
export function callIdOfRow(row: Parameters<typeof rows.text>[0]): string {
  return callIdOf(rows.text(row, 'connection_id'), keyOfParts(rows.number(row, 'ordinal'), rows.number(row, 'part')));
}

/** `last` is 0, `last~N` is N; null for what is neither. */
function lastOf(text: string): number | null {
  const match = /^last(?:~(\d{1,9}))?$/.exec(text);
  return match ? Number(match[1] ?? 0) : null;
}

function oneOf(list: readonly string[], text: string): Found {
  const [first] = list;
  if (first === undefined) return { kind: 'none' };
  if (list.length === 1 || first === text) return { kind: 'found', id: first };
  return { kind: 'ambiguous', candidates: list };
}

/** Ids are ASCII, so every id that begins with `prefix` is smaller than this. */
function after(prefix: string): string {
  return `${prefix}\u007f`;
}
