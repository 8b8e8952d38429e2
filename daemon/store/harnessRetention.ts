/**
 * What of captures goes with time: those of sessions that are gone, those that commands took long ago, and then every
 * version, contract and text that nothing names any more.
 */
import { digestsIn } from './captureQueries.ts';
import type { Database } from './database.ts';
import * as rows from './rows.ts';

/** Captures outside of sessions: the newest so many stay, however young the others are. */
const BY_COMMAND = 200;

/** To be run in a transaction. @param oldest epoch ms: what commands captured before goes */
export function sweepHarness(database: Database, oldest: number): void {
  // Nothing is in no list, says SQL: without sessions that would be all that commands captured.
  const gone = 'session_id IS NOT NULL AND session_id NOT IN (SELECT session_id FROM sessions)';
  database.sql(`DELETE FROM captures WHERE ${gone}`).run();
  database.sql(`DELETE FROM trail WHERE ${gone}`).run();
  database.sql(`DELETE FROM findings WHERE ${gone}`).run();
  database.sql(`DELETE FROM checkpoints WHERE ${gone}`).run();
  database
    .sql(
      `DELETE FROM captures WHERE session_id IS NULL AND (at < ? OR n NOT IN
         (SELECT n FROM captures WHERE session_id IS NULL ORDER BY at DESC LIMIT ?))`,
    )
    .run(oldest, BY_COMMAND);
  database.sql('DELETE FROM fresh_results WHERE at < ? OR warm NOT IN (SELECT capture_id FROM captures)').run(oldest);
  database.sql('DELETE FROM harnesses WHERE harness_id NOT IN (SELECT harness_id FROM captures)').run();
  database.sql('DELETE FROM listed_contracts WHERE connection NOT IN (SELECT n FROM connections)').run();
  database
    .sql(
      'DELETE FROM contracts WHERE contract NOT IN (SELECT contract FROM listed_contracts UNION SELECT contract FROM accepted)',
    )
    .run();
  const named = JSON.stringify([...namedTexts(database)]);
  for (const table of ['harness_texts', 'tool_facts', 'definition_costs'])
    database.sql(`DELETE FROM ${table} WHERE sha256 NOT IN (SELECT value FROM json_each(?))`).run(named);
}

function namedTexts(database: Database): Set<string> {
  const named = new Set<string>();
  for (const text of ['SELECT version AS json FROM harnesses', 'SELECT tools AS json FROM contracts'])
    for (const row of database.once(text).iterate())
      for (const digest of digestsIn(rows.text(row, 'json'))) named.add(digest);
  return named;
}

/** Everything that the daemon's journal has to go on holding so that a rebuild gives the same captures. */
export function keptHarness(database: Database): {
  captures: Set<string>;
  versions: Set<string>;
  texts: Set<string>;
  fresh: Set<string>;
  sessions: Set<string>;
} {
  const all = (text: string) =>
    new Set(
      database
        .once(text)
        .all()
        .map((row) => rows.text(row, 'id')),
    );
  return {
    captures: all('SELECT capture_id AS id FROM captures'),
    versions: all('SELECT harness_id AS id FROM harnesses'),
    texts: all('SELECT sha256 AS id FROM harness_texts'),
    fresh: all('SELECT fresh_id AS id FROM fresh_results'),
    sessions: all('SELECT session_id AS id FROM sessions'),
  };
}
