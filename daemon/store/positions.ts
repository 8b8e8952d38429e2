/** How far each journal has been read. Written by the writer's commit, in the transaction of the rows they stand for. */
import type { Database } from './database.ts';
import * as rows from './rows.ts';

/** How far a connection's journal is read, with the state that goes on from there. */
export interface Position {
  readonly connection_id: string;
  readonly segment: number;
  readonly offset: number;
  /** Chunks read so far and their bytes, stderr included. */
  readonly chunks: number;
  readonly bytes: number;
  /** Whatever the reader of the journal goes on from; sealed, because it holds the peers' own words. */
  readonly state: string;
}

export function readPosition(database: Database, connectionId: string): Position | null {
  const row = database.sql('SELECT * FROM positions WHERE connection_id = ?').get(connectionId);
  if (!row) return null;
  return {
    connection_id: connectionId,
    segment: rows.number(row, 'segment'),
    offset: rows.number(row, 'offset'),
    chunks: rows.number(row, 'chunks'),
    bytes: rows.number(row, 'bytes'),
    state: rows.text(row, 'state'),
  };
}

export function writePosition(database: Database, position: Position): void {
  const { connection_id, segment, offset, chunks, bytes, state } = position;
  database
    .sql(
      'INSERT OR REPLACE INTO positions (connection_id, segment, offset, chunks, bytes, state) VALUES (?, ?, ?, ?, ?, ?)',
    )
    .run(connection_id, segment, offset, chunks, bytes, state);
}

/** The journal was written anew: what was read of it ends here now. */
export function movePosition(database: Database, connectionId: string, segment: number, offset: number): void {
  database
    .sql('UPDATE positions SET segment = ?, offset = ? WHERE connection_id = ?')
    .run(segment, offset, connectionId);
}
