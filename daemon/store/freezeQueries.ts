/** Questions about freezes: which connections one concerns, and what it refused. */
import type { Freeze } from '../protocol/policy.ts';
import type { Database } from './database.ts';
import * as rows from './rows.ts';

export interface FrozenConnection {
  readonly connection_id: string;
  readonly session_id: string;
  readonly open: boolean;
}

const CONNECTIONS = `SELECT k.connection_id, k.ended_at, s.session_id FROM session_connections sc
  JOIN sessions s ON s.n = sc.session JOIN connections k ON k.n = sc.connection`;
const WHERE: Readonly<Record<Freeze['kind'], string>> = {
  server: 'k.ended_at IS NULL AND k.imported = 0 AND k.server = ?',
  session: 's.session_id = ?',
  // Which of them have the lane is not in the database.
  lane: 'k.ended_at IS NULL AND k.imported = 0 AND ? IS NOT NULL',
};

/** Running connections of a server, all of a session, or all that run. */
export function frozenConnections(database: Database, kind: Freeze['kind'], target: string): FrozenConnection[] {
  return database
    .sql(`${CONNECTIONS} WHERE ${WHERE[kind]} LIMIT 1000`)
    .all(target)
    .map((row) => ({
      connection_id: rows.text(row, 'connection_id'),
      session_id: rows.text(row, 'session_id'),
      open: row.ended_at === null,
    }));
}

/** Does the host name the session's conversation with each request? */
export function namesConversation(database: Database, sessionId: string): boolean {
  const row = database.sql('SELECT conversation_id FROM sessions WHERE session_id = ?').get(sessionId);
  return row !== undefined && row.conversation_id !== null;
}

/** A session's connections, the newest first. */
export function sessionConnections(
  database: Database,
  sessionId: string,
  limit: number,
): readonly { readonly connection_id: string; readonly server: string; readonly open: boolean }[] {
  return database
    .sql(
      `SELECT k.connection_id, k.server, k.ended_at FROM session_connections sc JOIN sessions s ON s.n = sc.session
       JOIN connections k ON k.n = sc.connection WHERE s.session_id = ? ORDER BY k.n DESC LIMIT ?`,
    )
    .all(sessionId, limit)
    .map((row) => ({
      connection_id: rows.text(row, 'connection_id'),
      server: rows.text(row, 'server'),
      open: row.ended_at === null,
    }));
}

const REFUSED: Readonly<Record<Freeze['kind'], string>> = {
  server: 'k.server = ?',
  session: 's.session_id = ?',
  lane: '? IS NOT NULL',
};

/** By server and tool, the most first. */
export function refusedSince(database: Database, { kind, target, at }: Freeze): { tool: string; calls: number }[] {
  return database
    .sql(
      `SELECT k.server || '/' || coalesce(c.tool, c.method) AS tool, count(*) AS calls
       FROM denials d JOIN calls c ON c.n = d.call JOIN connections k ON k.n = c.connection JOIN sessions s ON s.n = d.session
       WHERE d.decision = 'deny' AND d.reason = ? AND d.at >= ? AND ${REFUSED[kind]} GROUP BY 1 ORDER BY calls DESC, tool LIMIT 100`,
    )
    .all(`${kind}_frozen`, Date.parse(at), target)
    .map((row) => ({ tool: rows.text(row, 'tool'), calls: rows.number(row, 'calls') }));
}
