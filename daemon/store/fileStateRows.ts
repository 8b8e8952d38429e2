/** Where the proxies' looks at files stand in the journal, and which calls were at one place at one time. */
import type { Span } from '../protocol/events.ts';
import type { FileStateRecord } from '../protocol/fileState.ts';
import { TODO } from './callRows.ts';
import type { Database } from './database.ts';
import * as rows from './rows.ts';

/** Keys stand for paths: nobody reads them out of the database. */
export interface LookedPlace {
  readonly own: string;
  readonly above: readonly string[];
}

/** A call that was given up may go on where it ran: for so long it counts as being there, in milliseconds. */
const GOES_ON_MS = 60_000;
const OTHERS = 20;

export function addLook(
  database: Database,
  call: number,
  stage: FileStateRecord['when'],
  { segment, offset, length }: Span,
  places: readonly LookedPlace[],
): void {
  database.sql('INSERT OR REPLACE INTO file_states VALUES (?, ?, ?, ?, ?)').run(call, stage, segment, offset, length);
  // Whoever is to be written counts as itself, though another path of the call may lie below.
  const add = database.sql('INSERT OR IGNORE INTO file_looks VALUES (?, ?, ?)');
  for (const { own } of places) add.run(own, call, 1);
  for (const { above } of places) for (const folder of above) add.run(folder, call, 0);
}

/** Null for one that was not taken, or not yet. */
export type Looks = Record<FileStateRecord['when'], Span | null>;

/** The looks of a call; null for none, as most have. */
export function looksOf(database: Database, call: number): Looks | null {
  const list = database.sql('SELECT * FROM file_states WHERE call = ?').all(call);
  if (list.length === 0) return null;
  const found: Looks = { before: null, after: null };
  for (const row of list)
    found[rows.word(row, 'stage', ['before', 'after'])] = {
      segment: rows.number(row, 'segment'),
      offset: rows.number(row, 'offset'),
      length: rows.number(row, 'length'),
    };
  return found;
}

/**
 * Other calls that were at one of its places, or above or below it, while it ran. On one connection the journal's order
 * tells (an answer's column begins with its ordinal), between two the clock, which is good to a millisecond. The order of
 * the tables is that of the question: few of a million calls look at anything.
 */
export function racesOf(database: Database, call: number): number[] {
  return database
    .sql(
      `SELECT DISTINCT o.n FROM calls c CROSS JOIN file_looks mine ON mine.call = c.n
         CROSS JOIN file_looks theirs ON theirs.place = mine.place AND theirs.call <> c.n AND (theirs.own OR mine.own)
         CROSS JOIN calls o ON o.n = theirs.call
       WHERE c.n = ? AND CASE WHEN o.connection = c.connection AND o.response IS NOT NULL AND c.response IS NOT NULL
         THEN o.ordinal < CAST(c.response AS INTEGER) AND c.ordinal < CAST(o.response AS INTEGER)
         ELSE o.started_at <= c.started_at + ${LASTED('c')} AND c.started_at <= o.started_at + ${LASTED('o')} END
       LIMIT ?`,
    )
    .all(call, OTHERS)
    .map((row) => rows.number(row, 'n'));
}

/**
 * Was there a call before it at one of its places that said that it had written, though nothing was there yet? Such a one
 * may write while this one runs.
 */
export function followsUnfinished(database: Database, call: number): boolean {
  return (
    database
      .sql(
        `SELECT 1 FROM calls c CROSS JOIN file_looks mine ON mine.call = c.n
           CROSS JOIN file_looks theirs ON theirs.place = mine.place AND theirs.call <> c.n AND (theirs.own OR mine.own)
           CROSS JOIN calls o ON o.n = theirs.call CROSS JOIN call_evidence e ON e.call = o.n
         WHERE c.n = ? AND e.error_rule = 'finding.malformed_success' AND o.started_at <= c.started_at
           AND o.started_at + coalesce(o.duration_ms, 0) + ${GOES_ON_MS} >= c.started_at LIMIT 1`,
      )
      .get(call) !== undefined
  );
}

/** Calls behind one that may still write are judged once more, where they were judged without knowing it. */
export function judgeFollowers(database: Database, call: number): void {
  database
    .sql(
      `UPDATE calls SET todo = todo | ${TODO.judge} WHERE n IN (SELECT o.n FROM calls c
         CROSS JOIN file_looks mine ON mine.call = c.n
         CROSS JOIN file_looks theirs ON theirs.place = mine.place AND theirs.call <> c.n AND (theirs.own OR mine.own)
         CROSS JOIN calls o ON o.n = theirs.call
         WHERE c.n = ? AND o.started_at BETWEEN c.started_at AND c.started_at + coalesce(c.duration_ms, 0) + ${GOES_ON_MS})`,
    )
    .run(call);
}

/** Until when a call may act: its answer; without one it goes on for a while, or is still running. */
const LASTED = (call: string) =>
  `CASE WHEN ${call}.outcome = 'running' THEN 1e15 WHEN ${call}.outcome IN ('success', 'error') THEN coalesce(${call}.duration_ms, 0)
   ELSE coalesce(${call}.duration_ms, 0) + ${GOES_ON_MS} END`;

/** Keeps that they met. Those that were judged without knowing it are judged again. To be run inside a commit. */
export function keepRaces(database: Database, call: number, others: readonly number[]): void {
  const add = database.sql('INSERT OR IGNORE INTO file_races VALUES (?, ?)');
  for (const other of others) {
    add.run(call, other);
    if (add.run(other, call).changes > 0)
      database.sql('UPDATE calls SET todo = todo | ? WHERE n = ?').run(TODO.judge, other);
  }
}

/** Has anybody met it? */
export function isRaced(database: Database, call: number): boolean {
  return database.sql('SELECT 1 FROM file_races WHERE call = ? LIMIT 1').get(call) !== undefined;
}
