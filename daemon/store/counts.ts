/** How much stands in the database: what status shows. */
import type { Database } from './database.ts';
import * as rows from './rows.ts';
import { IS_COMING } from './sessionRecord.ts';

export interface Counts {
  readonly sessions: number;
  readonly calls: number;
  readonly open_connections: number;
}

export function countEverything(database: Database): Counts {
  const count = (sql: string) => rows.number(database.sql(`SELECT ${sql} AS count`).get() ?? {}, 'count');
  return {
    sessions: count(`(SELECT count(*) FROM sessions s WHERE NOT ${IS_COMING})`),
    calls: count(`(SELECT coalesce(sum(calls), 0) FROM sessions s WHERE NOT ${IS_COMING})`),
    open_connections: count('(SELECT count(*) FROM connections WHERE ended_at IS NULL AND imported = 0)'),
  };
}
