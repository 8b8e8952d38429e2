/** What was imported: whole records beside the rows that lists and trees are made from. */
export const IMPORT_TABLES = `
CREATE TABLE imports (
  import_id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL,
  at REAL NOT NULL,
  refused TEXT,
  record TEXT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX imports_by_session ON imports(session_id) WHERE refused IS NULL;
CREATE TABLE imported_calls (call INTEGER PRIMARY KEY, import_id TEXT NOT NULL, record TEXT NOT NULL, frames TEXT NOT NULL);
CREATE TABLE imported_captures (
  capture_id TEXT NOT NULL,
  session_id TEXT NOT NULL,
  at REAL NOT NULL,
  record TEXT NOT NULL,
  PRIMARY KEY (session_id, capture_id)
) WITHOUT ROWID;
CREATE TABLE imported_findings (
  finding_id TEXT NOT NULL,
  session_id TEXT NOT NULL,
  record TEXT NOT NULL,
  PRIMARY KEY (session_id, finding_id)
) WITHOUT ROWID;
ALTER TABLE connections ADD COLUMN imported INTEGER NOT NULL DEFAULT 0;
`;

/**
 * The record and the frames of a call that was imported since stand as one line of so many bytes in the import's journal,
 * where `frames` says: right before the texts. `record` is empty then.
 */
export const IMPORTED_LINE_COLUMN = 'ALTER TABLE imported_calls ADD COLUMN line_bytes INTEGER;';

/** Frames that belong to no call; a part is one record of the import's journal. */
export const IMPORTED_FRAMES_TABLE = `
CREATE TABLE imported_frames (
  import_id TEXT NOT NULL,
  part INTEGER NOT NULL,
  frames TEXT NOT NULL,
  PRIMARY KEY (import_id, part)
) WITHOUT ROWID;
`;
