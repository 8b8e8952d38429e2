/** Answers of servers in whose place the proxy passed others on: where the journal says what passed. */
import type { Span } from '../protocol/events.ts';
import { TODO } from './callRows.ts';
import type { Database } from './database.ts';
import * as rows from './rows.ts';

/** @param frame key of the server's answer. To be run inside a commit */
export function addAltered(database: Database, connection: number, frame: string, place: Span): void {
  const { segment, offset, length } = place;
  database
    .sql('INSERT OR IGNORE INTO altered_answers VALUES (?, ?, ?, ?, ?)')
    .run(connection, frame, segment, offset, length);
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

/** `c` is the call: did its answer pass as another? */
export const ANSWER_ALTERED = `(c.method = 'tools/list' AND EXISTS (SELECT 1 FROM altered_answers a
  WHERE a.connection = c.connection AND a.frame = substr(c.response, 1, instr(c.response, ' ') - 1)))`;
