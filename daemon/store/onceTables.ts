/** Tables of what the user allowed once. */

/**
 * One row for each grant. Calls are named by their ids, because what is read of them may come in any order: what the
 * daemon's own journal says stays null until that is read, `passed` until a call passed by it.
 */
export const ONCE_TABLES = `
CREATE TABLE onces (
  once_id TEXT PRIMARY KEY,
  refused TEXT,
  by TEXT,
  at TEXT,
  until TEXT,
  passed TEXT
) WITHOUT ROWID;
CREATE INDEX onces_by_refused ON onces(refused) WHERE refused IS NOT NULL;
CREATE INDEX onces_by_passed ON onces(passed) WHERE passed IS NOT NULL;
`;
