/** Rows of what the user allowed once: who did so for which call, and which call passed by it. Either may be read first. */
import type { Once, OnceMark } from '../protocol/policy.ts';
import type { Database, SqlRow } from './database.ts';
import { callIdOfRow, callNumber } from './resolve.ts';
import * as rows from './rows.ts';

/** To be run inside a commit. @returns the session whose refused call shows it; null while that is not read */
export function addOnce(database: Database, { once_id, call_id, by, at, until }: Once, rev: number): string | null {
  database
    .sql(
      `INSERT INTO onces VALUES (?, ?, ?, ?, ?, NULL) ON CONFLICT (once_id) DO UPDATE
       SET refused = excluded.refused, by = excluded.by, at = excluded.at, until = excluded.until`,
    )
    .run(once_id, call_id, by, at, until);
  return showAnew(database, call_id, rev);
}

/** To be run inside a commit. @param call the number of the one that passed */
export function addPassed(database: Database, onceId: string, call: number, rev: number): void {
  const row = database
    .sql(
      'SELECT k.connection_id, c.ordinal, c.part FROM calls c JOIN connections k ON k.n = c.connection WHERE c.n = ?',
    )
    .get(call);
  if (!row) return;
  database
    .sql(
      `INSERT INTO onces (once_id, passed) VALUES (?, ?) ON CONFLICT (once_id) DO UPDATE SET passed = excluded.passed`,
    )
    .run(onceId, callIdOfRow(row));
  const grant = database.sql('SELECT refused FROM onces WHERE once_id = ?').get(onceId);
  const refused = grant ? rows.textOrNull(grant, 'refused') : null;
  if (refused !== null) showAnew(database, refused, rev);
}

/** By the call that they concern; of several grants for one the newest. */
export function oncesOf(database: Database, callIds: readonly string[]): Map<string, OnceMark> {
  const found = new Map<string, OnceMark>();
  if (callIds.length === 0 || !database.sql('SELECT 1 FROM onces LIMIT 1').get()) return found;
  const ids = JSON.stringify(callIds);
  const list = database
    .sql(
      `SELECT * FROM onces WHERE refused IN (SELECT value FROM json_each(?))
       UNION SELECT * FROM onces WHERE passed IN (SELECT value FROM json_each(?)) ORDER BY once_id`,
    )
    .all(ids, ids)
    .map(toMark);
  const wanted = new Set(callIds);
  for (const mark of list)
    for (const id of [mark.passed, mark.refused]) if (id !== null && wanted.has(id)) found.set(id, mark);
  return found;
}

/** Its row says something new. @returns its session */
function showAnew(database: Database, callId: string, rev: number): string | null {
  const call = callNumber(database, callId);
  if (call === null) return null;
  database.sql('UPDATE calls SET rev = ? WHERE n = ?').run(rev, call);
  const row = database
    .sql('SELECT s.session_id FROM calls c JOIN sessions s ON s.n = c.session WHERE c.n = ?')
    .get(call);
  return row ? rows.text(row, 'session_id') : null;
}

function toMark(row: SqlRow): OnceMark {
  return {
    once_id: rows.text(row, 'once_id'),
    refused: rows.textOrNull(row, 'refused'),
    by: rows.textOrNull(row, 'by'),
    at: rows.textOrNull(row, 'at'),
    until: rows.textOrNull(row, 'until'),
    passed: rows.textOrNull(row, 'passed'),
  };
}
