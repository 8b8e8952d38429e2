/**
 * The database's shape as a numbered list: what each version adds, its SQL in a file beside. A version that was released
 * is never edited; the database's own number is SQLite's `user_version`.
 */

import { ALTERED_COLUMNS } from './alteredColumns.ts';
import { CHECKPOINT_TABLES } from './checkpointTables.ts';
import { COMPARISON_COLUMNS, EVENT_TABLES, EXCHANGE_TABLES, HTTP_COLUMNS, PLACE_COLUMNS } from './connectionTables.ts';
import type { Database } from './database.ts';
import { ERROR_COLUMNS } from './errorColumns.ts';
import { EVIDENCE_TABLES, FILE_STATE_TABLES } from './evidenceTables.ts';
import { FIRST_TABLES } from './firstTables.ts';
import { DOUBT_COLUMNS, HARNESS_TABLES } from './harnessTables.ts';
import { IMPORT_TABLES, IMPORTED_FRAMES_TABLE, IMPORTED_LINE_COLUMN } from './importTables.ts';
import { ALTERED_TABLES, LANE_TABLES } from './laneTables.ts';
import { ONCE_TABLES } from './onceTables.ts';
import { POLICY_TABLES } from './policyTables.ts';
import { RECOVERY_COLUMNS } from './recoveryTables.ts';
import { REPEAT_COLUMNS } from './repeatTables.ts';
import { SUM_INDEXES } from './sumTables.ts';

/** Version n is made by the n-th entry. */
export const MIGRATIONS: readonly string[] = [
  FIRST_TABLES,
  HTTP_COLUMNS,
  PLACE_COLUMNS,
  EVENT_TABLES,
  EXCHANGE_TABLES,
  HARNESS_TABLES,
  COMPARISON_COLUMNS,
  POLICY_TABLES,
  DOUBT_COLUMNS,
  EVIDENCE_TABLES,
  ERROR_COLUMNS,
  CHECKPOINT_TABLES,
  LANE_TABLES,
  FILE_STATE_TABLES,
  IMPORT_TABLES,
  REPEAT_COLUMNS,
  ALTERED_TABLES,
  ALTERED_COLUMNS,
  ONCE_TABLES,
  IMPORTED_FRAMES_TABLE,
  RECOVERY_COLUMNS,
  SUM_INDEXES,
  IMPORTED_LINE_COLUMN,
];

export class NewerDatabaseError extends Error {
  readonly code = 'newer_database';
}

export function schemaVersion(database: Database): number {
  return Number(database.pragma('user_version'));
}

/**
 * Brings a database to the newest version, each step in a transaction of its own.
 * @throws NewerDatabaseError for a file that a later Callgrove wrote
 */
export function migrate(database: Database, migrations: readonly string[] = MIGRATIONS): void {
  const version = schemaVersion(database);
  if (version > migrations.length) {
    throw new NewerDatabaseError(
      `${database.file} has schema ${version}, but this Callgrove knows schemas up to ${migrations.length}: update Callgrove, or move that file away and it is rebuilt from the journal.`,
    );
  }
  for (let next = version; next < migrations.length; next++) {
    database.transaction(() => {
      database.exec(migrations[next]!);
      database.pragma(`user_version = ${next + 1}`);
    });
  }
}
