/** Rows of lines that did not pass as they came, and how a call finds its own. */
import type { Span } from '../protocol/events.ts';
import type { Database, SqlRow } from './database.ts';
import * as rows from './rows.ts';

export interface StoredAltered {
  /** Key of the line. */
  readonly frame: string;
  readonly why: 'denied' | 'list_filtered';
  /** Of the whole record in the connection's journal. */
  readonly place: Span;
  readonly surface: string | null;
  readonly hidden: number | null;
}

/** To be run inside a commit. @param connection the row's number */
export function addAltered(database: Database, connection: number, altered: StoredAltered): void {
  const { frame, why, place, surface, hidden } = altered;
  database
    .sql('INSERT OR IGNORE INTO altered VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
    .run(connection, frame, why, place.segment, place.offset, place.length, surface, hidden);
}

/** For a call `c`: what its shortened list came to. Asked of lists of tools only. */
export const ALTERED_COLUMNS = `CASE WHEN c.method = 'tools/list' AND c.response IS NOT NULL THEN
  (SELECT json_array(a.surface, a.hidden) FROM altered a WHERE a.connection = c.connection
   AND a.frame = substr(c.response, 1, instr(c.response, ' ') - 1)) END AS altered_list`;

/** Null where the list passed as it came, or the call is none. */
export function alteredList(row: SqlRow): { readonly surface: string | null; readonly hidden: number | null } | null {
  if (row.altered_list === null) return null;
  return rows.json(row, 'altered_list', (value) => {
    const [surface, hidden]: unknown[] = Array.isArray(value) ? value : [];
    return {
      surface: typeof surface === 'string' ? surface : null,
      hidden: typeof hidden === 'number' ? hidden : null,
    };
  });
}

/** @param frames keys of lines, any of which is the call's; null where none of them was altered */
export function alteredPlace(database: Database, connectionId: string, frames: readonly string[]): Span | null {
  const row = database
    .sql(
      `SELECT a.* FROM altered a JOIN connections k ON k.n = a.connection
       WHERE k.connection_id = ? AND a.frame IN (SELECT value FROM json_each(?)) LIMIT 1`,
    )
    .get(connectionId, JSON.stringify(frames));
  if (!row) return null;
  const [segment, offset, length] = ['segment', 'offset', 'length'].map((name) => rows.number(row, name));
  return { segment: segment ?? 0, offset: offset ?? 0, length: length ?? 0 };
}
