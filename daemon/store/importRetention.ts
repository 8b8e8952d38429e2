/** Imports that came to nothing: refused, or not whole. Nothing of them stays. */
import type { Database } from './database.ts';
import { connectionsOnlyOf, removeSessions } from './retention.ts';
import * as rows from './rows.ts';

export interface FailedImport {
  readonly import_id: string;
  /** Of which it is not told any more; null where it made none. */
  readonly session_id: string | null;
}

/** Those whose journals have ended. */
export function failedImports(database: Database): FailedImport[] {
  return database
    .sql(
      `SELECT i.import_id, iif(i.refused IS NULL, i.session_id, NULL) AS session_id FROM imports i
         JOIN connections k ON k.connection_id = i.import_id
       WHERE k.ended_at IS NOT NULL AND (i.refused IS NOT NULL OR k.ended_how <> 'exit')`,
    )
    .all()
    .map((row) => ({ import_id: rows.text(row, 'import_id'), session_id: rows.textOrNull(row, 'session_id') }));
}

/** @returns the connections that went with it, its journal's first. To be run in a transaction. */
export function removeImport(database: Database, { import_id, session_id }: FailedImport): string[] {
  const row = database.sql('SELECT n FROM sessions WHERE session_id = ?').get(session_id);
  const sessions = row ? [rows.number(row, 'n')] : [];
  const its = new Set(
    database
      .sql(
        'SELECT c.connection_id FROM connections c JOIN session_connections sc ON sc.connection = c.n WHERE sc.session = ?',
      )
      .all(sessions[0] ?? null)
      .map((one) => rows.text(one, 'connection_id')),
  );
  const others = connectionsOnlyOf(database, sessions).filter((id) => its.has(id) && id !== import_id);
  const connections = [import_id, ...others];
  removeSessions(database, sessions, connections);
  for (const table of ['trail', 'findings']) database.sql(`DELETE FROM ${table} WHERE session_id = ?`).run(session_id);
  database.sql('DELETE FROM imports WHERE import_id = ?').run(import_id);
  return connections;
}
