/** One step of the database's shape (migrations.ts): what is kept of captures, tool contracts, the trail and findings. */

/**
 * Captures and what follows from them. Texts and versions are named by their content and shared by captures; a
 * capture's agent and root say which of them are compared. `sort` places a row of the trail in its session's tree.
 */
export const HARNESS_TABLES = `
CREATE TABLE harness_texts (sha256 TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE harnesses (harness_id TEXT PRIMARY KEY, version TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE captures (
  n INTEGER PRIMARY KEY,
  capture_id TEXT NOT NULL UNIQUE,
  session_id TEXT,
  origin TEXT NOT NULL,
  harness_id TEXT NOT NULL,
  at REAL NOT NULL,
  root TEXT NOT NULL,
  agent TEXT NOT NULL,
  workbench TEXT NOT NULL,
  compared_with TEXT,
  sentence TEXT,
  changes INTEGER
);
CREATE INDEX captures_by_session ON captures(session_id, at);
CREATE INDEX captures_by_place ON captures(root, agent, at);
CREATE INDEX captures_by_version ON captures(harness_id, at);

CREATE TABLE fresh_results (
  fresh_id TEXT PRIMARY KEY,
  at REAL NOT NULL,
  root TEXT NOT NULL,
  warm TEXT NOT NULL,
  fresh TEXT NOT NULL,
  result TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE contracts (contract TEXT PRIMARY KEY, tools TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE listed_contracts (
  connection INTEGER NOT NULL,
  at REAL NOT NULL,
  contract TEXT NOT NULL,
  PRIMARY KEY (connection, at)
) WITHOUT ROWID;

CREATE TABLE trail (
  n INTEGER PRIMARY KEY,
  event_id TEXT NOT NULL UNIQUE,
  session_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  at REAL NOT NULL,
  sort TEXT NOT NULL,
  server TEXT,
  before TEXT,
  after TEXT NOT NULL,
  harness_id TEXT,
  sentence TEXT NOT NULL,
  changes INTEGER,
  failed_call INTEGER,
  retry_call INTEGER,
  widened TEXT,
  rev INTEGER NOT NULL
);
CREATE INDEX trail_in_order ON trail(session_id, sort);
CREATE INDEX trail_to_link ON trail(n) WHERE kind = 'harness_changed' AND widened IS NULL;

CREATE TABLE findings (
  finding_id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  severity TEXT NOT NULL,
  call INTEGER,
  session_id TEXT NOT NULL,
  evidence TEXT NOT NULL,
  since REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX findings_by_session ON findings(session_id, since);
`;

/** Comparisons of starts that are to be made anew. Those made before it was known which sessions are handshakes are. */
export const DOUBT_COLUMNS = `
ALTER TABLE captures ADD COLUMN in_doubt INTEGER NOT NULL DEFAULT 0;
UPDATE captures SET in_doubt = 1 WHERE origin = 'session';
CREATE INDEX captures_in_doubt ON captures(n) WHERE in_doubt = 1;
`;
