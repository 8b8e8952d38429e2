/** Rows of what the user allowed once: who did so for which call, and which call passed by it. Either may be read first. */
import type { Once, OnceMark } from '../protocol/policy.ts';
import type { Database, SqlRow } from './database.ts';
import { foreignId } from './importedTrail.ts';
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

/** Of calls of a session, in the order of the grants. @param range of the calls' numbers, the first left out */
export function sessionOnces(
  database: Database,
  session: number,
  range: { readonly from: number; readonly to: number },
): OnceMark[] {
  const isIn = (callId: string | null): boolean => {
    const call = callId === null ? null : callNumber(database, callId);
    if (call === null || call <= range.from || call > range.to) return false;
    return database.sql('SELECT 1 FROM calls WHERE n = ? AND session = ?').get(call, session) !== undefined;
  };
  return database
    .sql('SELECT * FROM onces ORDER BY once_id')
    .all()
    .map(toMark)
    .filter(({ refused, passed }) => isIn(refused) || isIn(passed));
}

/** What a bundle tells of its session. @param isIts says of a call's id whether it is one of the import's */
export function addImportedOnces(
  database: Database,
  sessionId: string,
  marks: readonly OnceMark[],
  isIts: (callId: string) => boolean,
): void {
  const its = (callId: string | null) => (callId !== null && isIts(callId) ? callId : null);
  for (const { once_id, refused, by, at, until, passed } of marks)
    database
      .sql('INSERT OR IGNORE INTO onces VALUES (?, ?, ?, ?, ?, ?)')
      .run(foreignId(sessionId, once_id), its(refused), by, at, until, its(passed));
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
    // Of an import it stands behind the session's (foreignId).
    once_id: rows.text(row, 'once_id').replace(/^.*\//s, ''),
    refused: rows.textOrNull(row, 'refused'),
    by: rows.textOrNull(row, 'by'),
    at: rows.textOrNull(row, 'at'),
    until: rows.textOrNull(row, 'until'),
    passed: rows.textOrNull(row, 'passed'),
  };
}
