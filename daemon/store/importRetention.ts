/** Imports that came to nothing: refused, or not whole. Nothing of them stays. */
import type { Database } from './database.ts';
import { connectionsOnlyOf, removeSessions } from './retention.ts';
import * as rows from './rows.ts';

export interface FailedImport {
  readonly import_id: string;
  /** Of which it is not told any more; null where it made none. */
  readonly session_id: string | null;
}

/** Those whose journals have ended. One without a row of its own was refused, too, and its session's rows are gone. */
export function failedImports(database: Database): FailedImport[] {
  return database
    .sql(
      `SELECT k.connection_id AS import_id, iif(i.refused IS NULL, i.session_id, NULL) AS session_id FROM connections k
         LEFT JOIN imports i ON i.import_id = k.connection_id
       WHERE k.connection_id GLOB 'imp_*' AND k.ended_at IS NOT NULL
         AND (i.import_id IS NULL OR i.refused IS NOT NULL OR k.ended_how <> 'exit')`,
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
