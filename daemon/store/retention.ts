/**
 * What may be thrown away and what is thrown away of the database: sessions that are over, not pinned and not touched
 * for long, oldest first. Which files follow is decided by journal/prune.ts.
 */
import type { Database } from './database.ts';
import * as rows from './rows.ts';

export interface OldSession {
  readonly n: number;
  readonly session_id: string;
  readonly calls: number;
  readonly last_at: number;
}

/** Sessions without an open connection that are not pinned, oldest first. */
export function removableSessions(database: Database): OldSession[] {
  return database
    .sql(
      `SELECT s.n, s.session_id, s.all_calls,
         coalesce((SELECT max(i.at) FROM imports i WHERE i.session_id = s.session_id AND i.refused IS NULL), s.last_at) AS last_at FROM sessions s LEFT JOIN marks m ON m.session_id = s.session_id
       WHERE coalesce(m.pinned, 0) = 0 AND NOT EXISTS (SELECT 1 FROM session_connections sc JOIN connections c ON c.n = sc.connection
         WHERE sc.session = s.n AND c.ended_at IS NULL)
       ORDER BY last_at`,
    )
    .all()
    .map((row) => ({
      n: rows.number(row, 'n'),
      session_id: rows.text(row, 'session_id'),
      calls: rows.number(row, 'all_calls'),
      last_at: rows.number(row, 'last_at'),
    }));
}

/** Connections that only these sessions use. */
export function connectionsOnlyOf(database: Database, sessions: readonly number[]): string[] {
  return database
    .sql(
      `SELECT c.connection_id FROM connections c WHERE c.ended_at IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM session_connections sc WHERE sc.connection = c.n
           AND sc.session NOT IN (SELECT value FROM json_each(?)))`,
    )
    .all(JSON.stringify(sessions))
    .map((row) => rows.text(row, 'connection_id'));
}

/** Connections that a pinned session uses: all of their journal is kept. */
export function pinnedConnections(database: Database): Set<string> {
  const list = database
    .sql(
      `SELECT DISTINCT c.connection_id FROM marks m JOIN sessions s ON s.session_id = m.session_id
       JOIN session_connections sc ON sc.session = s.n JOIN connections c ON c.n = sc.connection WHERE m.pinned = 1`,
    )
    .all();
  return new Set(list.map((row) => rows.text(row, 'connection_id')));
}

/** Ended connections by when they ended; those that no session knows are among them. */
export function endedConnections(database: Database): Map<string, number> {
  const list = database.sql('SELECT connection_id, ended_at FROM connections WHERE ended_at IS NOT NULL').all();
  return new Map(list.map((row) => [rows.text(row, 'connection_id'), rows.number(row, 'ended_at')]));
}

/** Removes sessions with everything below them, and connections that are left without one. To be run in a transaction. */
export function removeSessions(database: Database, sessions: readonly number[], connections: readonly string[]): void {
  const these = JSON.stringify(sessions);
  const inThese = 'IN (SELECT value FROM json_each(?))';
  const calls = `SELECT n FROM calls WHERE session ${inThese}`;
  database.sql(`DELETE FROM words WHERE rowid IN (SELECT n * 2 FROM calls WHERE session ${inThese})`).run(these);
  database.sql(`DELETE FROM words WHERE rowid IN (SELECT n * 2 + 1 FROM calls WHERE session ${inThese})`).run(these);
  database
    .sql(
      `DELETE FROM imported_frames WHERE import_id IN
         (SELECT import_id FROM imports WHERE refused IS NULL AND session_id IN (SELECT session_id FROM sessions WHERE n ${inThese}))`,
    )
    .run(these);
  database
    .sql(
      `DELETE FROM onces WHERE substr(once_id, 1, instr(once_id, '/') - 1) IN
         (SELECT session_id FROM sessions WHERE n ${inThese})`,
    )
    .run(these);
  const sessionIds = `SELECT session_id FROM sessions WHERE n ${inThese}`;
  // One that was refused has none of its rows; it goes when its journal has ended.
  database.sql(`DELETE FROM imports WHERE refused IS NULL AND session_id IN (${sessionIds})`).run(these);
  for (const table of ['imported_captures', 'imported_findings'])
    database.sql(`DELETE FROM ${table} WHERE session_id IN (${sessionIds})`).run(these);
  database.sql(`DELETE FROM imported_calls WHERE call IN (${calls})`).run(these);
  for (const table of ['call_frames', 'call_evidence', 'file_states', 'file_looks', 'file_races'])
    database.sql(`DELETE FROM ${table} WHERE call IN (${calls})`).run(these);
  for (const table of ['turns', 'gaps', 'events', 'session_connections', 'lanes_seen', 'denials', 'calls']) {
    database.sql(`DELETE FROM ${table} WHERE session ${inThese}`).run(these);
  }
  database.sql(`DELETE FROM marks WHERE session_id IN (SELECT session_id FROM sessions WHERE n ${inThese})`).run(these);
  database.sql(`DELETE FROM sessions WHERE n ${inThese}`).run(these);
  const gone = JSON.stringify(connections);
  const connectionNumbers = `SELECT n FROM connections WHERE connection_id ${inThese}`;
  for (const table of [
    'strays',
    'gaps',
    'events',
    'exchanges',
    'altered_answers',
    'lanes_seen',
    'session_connections',
  ]) {
    database.sql(`DELETE FROM ${table} WHERE connection IN (${connectionNumbers})`).run(gone);
  }
  database.sql(`DELETE FROM positions WHERE connection_id ${inThese}`).run(gone);
  database.sql(`DELETE FROM connections WHERE connection_id ${inThese}`).run(gone);
}

/** Hashes of artifacts that a row still names. */
export function namedArtifacts(database: Database): Set<string> {
  const hashes = new Set<string>();
  const columns = [
    'SELECT request AS frame FROM calls WHERE request_bytes > 262144',
    'SELECT response AS frame FROM calls WHERE response_bytes > 262144',
    'SELECT frame FROM call_frames WHERE length(frame) > 100',
    'SELECT frame FROM strays WHERE length(frame) > 100',
  ];
  for (const column of columns) {
    for (const row of database.once(column).iterate()) {
      for (const [hash] of rows.text(row, 'frame').matchAll(/\b[0-9a-f]{64}\b/g)) hashes.add(hash);
    }
  }
  return hashes;
}

/** Gives freed pages back to the disk, a bounded number at a time. */
export function giveBack(database: Database): void {
  database.pragma('incremental_vacuum(2000)');
  database.pragma('wal_checkpoint(TRUNCATE)');
}
