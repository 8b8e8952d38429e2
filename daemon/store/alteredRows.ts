/** Answers of servers in whose place the proxy passed others on: where the journal says what passed. */
import type { Span } from '../protocol/events.ts';
import { TODO } from './callRows.ts';
import type { Database, SqlRow } from './database.ts';
import * as rows from './rows.ts';

export interface AlteredAnswer {
  /** Key of the server's answer. */
  readonly frame: string;
  /** Of the record that says what passed. */
  readonly place: Span;
  /** Of what the agent was shown, and how many tools it was not; null where the record does not say. */
  readonly surface: string | null;
  readonly hidden: number | null;
}

/** To be run inside a commit. @param connection the row's number */
export function addAltered(database: Database, connection: number, altered: AlteredAnswer): void {
  const { frame, place, surface, hidden } = altered;
  const { segment, offset, length } = place;
  database
    .sql(
      'INSERT OR IGNORE INTO altered_answers (connection, frame, segment, offset, length, surface, hidden) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    .run(connection, frame, segment, offset, length, surface, hidden);
  // Where the call was judged already, it was by what did not pass.
  database
    .sql(
      `UPDATE calls SET todo = todo | ${TODO.judge} WHERE connection = ? AND todo = 0 AND method = 'tools/list'
         AND substr(response, 1, instr(response, ' ') - 1) = ?`,
    )
    .run(connection, frame);
}

/** Null where the answer passed as it came. */
export function alteredAnswer(database: Database, connectionId: string, frame: string): Span | null {
  const row = database
    .sql(
      `SELECT a.* FROM connections k JOIN altered_answers a ON a.connection = k.n WHERE k.connection_id = ? AND a.frame = ?`,
    )
    .get(connectionId, frame);
  if (!row) return null;
  return {
    segment: rows.number(row, 'segment'),
    offset: rows.number(row, 'offset'),
    length: rows.number(row, 'length'),
  };
}

/** `c` is the call: as what its answer passed, where that was another; else null. For `alteredAs`. */
export const ANSWER_ALTERED = `CASE WHEN c.method = 'tools/list' AND c.response IS NOT NULL THEN
  (SELECT json_array(a.surface, a.hidden) FROM altered_answers a
   WHERE a.connection = c.connection AND a.frame = substr(c.response, 1, instr(c.response, ' ') - 1)) END`;

/** Null where the answer passed as it came. */
export function alteredAs(row: SqlRow): Pick<AlteredAnswer, 'surface' | 'hidden'> | null {
  if (row.answer_altered === null) return null;
  return rows.json(row, 'answer_altered', (value) => {
    const [surface, hidden]: unknown[] = Array.isArray(value) ? value : [];
    return {
      surface: typeof surface === 'string' ? surface : null,
      hidden: typeof hidden === 'number' ? hidden : null,
    };
  });
}
