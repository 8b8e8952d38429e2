/** The roots of recorded workspaces, and the sessions that run there. */
import type { Database } from './database.ts';
import { findingIdOf } from './findingRows.ts';
import * as rows from './rows.ts';

/** The newest so many, newest first. What was imported names folders of another machine. */
export function workspaceRoots(database: Database, limit: number): string[] {
  return database
    .sql(
      `SELECT workspace FROM sessions s WHERE workspace IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM imports i WHERE i.session_id = s.session_id AND i.refused IS NULL)
       GROUP BY workspace ORDER BY max(last_at) DESC LIMIT ?`,
    )
    .all(limit)
    .map((row) => rows.text(row, 'workspace'));
}

/** Sessions with an open connection that work in a root. */
export function sessionsIn(database: Database, root: string): string[] {
  return database
    .sql(
      `SELECT DISTINCT s.session_id FROM sessions s JOIN session_connections sc ON sc.session = s.n
       JOIN connections c ON c.n = sc.connection WHERE s.workspace = ? AND c.ended_at IS NULL AND c.imported = 0`,
    )
    .all(root)
    .map((row) => rows.text(row, 'session_id'));
}

/** Whether a session's findings have it already. */
export function toldOfWidening(database: Database, sessionId: string, item: string): boolean {
  return (
    database.sql('SELECT 1 FROM findings WHERE finding_id = ?').get(findingIdOf(sessionId, 'policy_widening', item)) !==
    undefined
  );
}
