/** The rows of the tree that are no calls: gaps in the record, and how servers ended. Counted in the session they stand in. */
import type { ConnectionRow } from './connectionRows.ts';
import type { Database } from './database.ts';
import { placeStep } from './frameColumns.ts';
import { countEvent, type SessionRow } from './sessionRows.ts';

export interface GapFacts {
  readonly ordinal: number;
  readonly at: number;
  readonly lost_chunks: number;
  readonly bytes: number;
  readonly reason: string;
}

/** A connection's end comes after all that was seen of it in the same millisecond. */
const LAST_ORDINAL = 36 ** 6 - 1;

/** @param session null while the connection had no call: the first session that comes adopts it */
export function addGap(
  database: Database,
  connection: ConnectionRow,
  session: SessionRow | null,
  gap: GapFacts,
  rev: number,
): void {
  database
    .sql(
      'INSERT OR IGNORE INTO gaps (gap_id, connection, session, sort, at, lost_chunks, bytes, reason, rev) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    )
    .run(
      `gap_${connection.connection_id.slice(4)}_${gap.ordinal}`,
      connection.n,
      session?.n ?? null,
      placeStep(gap.at, connection.n, gap.ordinal, 0),
      gap.at,
      gap.lost_chunks,
      gap.bytes,
      gap.reason,
      rev,
    );
  if (session) countGap(session, gap.lost_chunks);
}

/** Gaps of a connection that had no call yet belong to the first session that comes. */
export function adoptGaps(database: Database, connection: ConnectionRow, session: SessionRow): void {
  for (const row of database
    .sql('SELECT lost_chunks FROM gaps WHERE connection = ? AND session IS NULL')
    .all(connection.n)) {
    countGap(session, Number(row.lost_chunks));
  }
  database.sql('UPDATE gaps SET session = ? WHERE connection = ? AND session IS NULL').run(session.n, connection.n);
}

/** @param shown false where it ended as it should: then only a tree of everything has its row */
export function addEnd(
  database: Database,
  connection: ConnectionRow,
  session: SessionRow,
  at: number,
  shown: boolean,
  rev: number,
): void {
  const { changes } = database
    .sql(
      'INSERT OR IGNORE INTO events (event_id, connection, session, sort, at, folded, rev) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    .run(
      `evt_${connection.connection_id.slice(4)}_end`,
      connection.n,
      session.n,
      placeStep(at, connection.n, LAST_ORDINAL, 0),
      at,
      shown ? 0 : 1,
      rev,
    );
  if (changes > 0) countEvent(session, connection.server, at, shown);
}

function countGap(session: SessionRow, lostChunks: number): void {
  session.counts.gaps++;
  session.counts.frames_lost += lostChunks;
  session.changed = true;
}
