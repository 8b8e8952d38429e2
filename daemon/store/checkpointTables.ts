/** One step of the database's shape (migrations.ts): checkpoints that a command took. Light ones follow from calls. */
export const CHECKPOINT_TABLES = `
CREATE TABLE checkpoints (
  checkpoint_id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL,
  at REAL NOT NULL,
  passed INTEGER NOT NULL,
  record TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX checkpoints_by_session ON checkpoints(session_id, at);
`;
