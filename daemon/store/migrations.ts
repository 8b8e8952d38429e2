/**
 * The database's shape as a numbered list: what each version adds. A version that was released is never edited; the
 * database's own number is SQLite's `user_version`.
 */
import type { Database } from './database.ts';
import { HARNESS_TABLES } from './harnessTables.ts';

/**
 * Heads, index and places of bodies; no bodies. Rows refer to one another by the integers `n`, which differ from one
 * rebuild to the next; ids of text are derived from the journal and stay. `sort` is a row's place in its session's
 * tree: the parent's, then its own start and frame, so that a tree in order is one range of an index.
 */
const FIRST = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE connections (
  n INTEGER PRIMARY KEY,
  connection_id TEXT NOT NULL UNIQUE,
  opened_at REAL NOT NULL,
  ended_at REAL,
  ended_how TEXT,
  exit TEXT,
  server TEXT NOT NULL,
  server_name TEXT,
  server_version TEXT,
  protocol_version TEXT,
  agent TEXT NOT NULL,
  proxy_pid INTEGER NOT NULL,
  proxy_start TEXT,
  child_pid INTEGER,
  child_start TEXT,
  boot_id TEXT,
  callgrove TEXT,
  only_probed INTEGER NOT NULL DEFAULT 1,
  session INTEGER
);
CREATE INDEX connections_open ON connections(n) WHERE ended_at IS NULL;

CREATE TABLE sessions (
  n INTEGER PRIMARY KEY,
  session_id TEXT NOT NULL UNIQUE,
  conversation_id TEXT,
  split TEXT,
  agent_id TEXT NOT NULL,
  principal TEXT NOT NULL,
  workspace TEXT,
  listed_under TEXT,
  repo TEXT,
  branch TEXT,
  commit_id TEXT,
  started_at REAL NOT NULL,
  last_at REAL NOT NULL,
  all_calls INTEGER NOT NULL,
  calls INTEGER NOT NULL,
  running_calls INTEGER NOT NULL,
  tool_calls INTEGER NOT NULL,
  successful_calls INTEGER NOT NULL,
  failed_calls INTEGER NOT NULL,
  denied_calls INTEGER NOT NULL,
  cancelled_calls INTEGER NOT NULL,
  lost_calls INTEGER NOT NULL,
  turns INTEGER NOT NULL,
  gaps INTEGER NOT NULL,
  frames_lost INTEGER NOT NULL,
  first_failing_call TEXT,
  first_tools TEXT NOT NULL,
  servers TEXT NOT NULL,
  rev INTEGER NOT NULL
);
CREATE INDEX sessions_by_start ON sessions(started_at);
CREATE INDEX sessions_by_place ON sessions(listed_under, started_at);

CREATE TABLE session_connections (session INTEGER NOT NULL, connection INTEGER NOT NULL, PRIMARY KEY (session, connection)) WITHOUT ROWID;
CREATE INDEX connection_sessions ON session_connections(connection, session);

CREATE TABLE marks (session_id TEXT PRIMARY KEY, label TEXT, pinned INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE turns (
  n INTEGER PRIMARY KEY,
  session INTEGER NOT NULL,
  turn_id TEXT NOT NULL,
  started_at REAL NOT NULL,
  calls INTEGER NOT NULL,
  sort TEXT NOT NULL,
  rev INTEGER NOT NULL,
  UNIQUE (session, turn_id)
);
CREATE INDEX turns_in_order ON turns(session, sort);

CREATE TABLE calls (
  n INTEGER PRIMARY KEY,
  connection INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  part INTEGER NOT NULL,
  session INTEGER NOT NULL,
  sort TEXT NOT NULL,
  folded INTEGER NOT NULL,
  depth INTEGER NOT NULL,
  parent INTEGER,
  parent_candidates TEXT,
  turn_id TEXT,
  children INTEGER NOT NULL DEFAULT 0,
  event TEXT NOT NULL,
  direction TEXT NOT NULL,
  method TEXT NOT NULL,
  tool TEXT,
  trace_id TEXT,
  span_id TEXT,
  join_keys TEXT,
  protocol_version TEXT,
  started_at REAL NOT NULL,
  duration_ms REAL,
  outcome TEXT NOT NULL,
  note TEXT,
  layers TEXT NOT NULL,
  error_code INTEGER,
  error_message TEXT,
  summary TEXT,
  redacted INTEGER,
  redaction_rule TEXT,
  request_bytes INTEGER NOT NULL,
  response_bytes INTEGER,
  rounds INTEGER NOT NULL DEFAULT 1,
  progress_count INTEGER NOT NULL DEFAULT 0,
  progress REAL,
  progress_total REAL,
  progress_message TEXT,
  late_answer_ms REAL,
  request TEXT NOT NULL,
  response TEXT,
  todo INTEGER NOT NULL,
  rev INTEGER NOT NULL,
  UNIQUE (connection, ordinal, part)
);
CREATE INDEX calls_in_order ON calls(session, sort, folded);
CREATE INDEX calls_by_session ON calls(session);
CREATE INDEX calls_todo ON calls(todo) WHERE todo > 0;

CREATE TABLE call_frames (
  call INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  part INTEGER NOT NULL,
  role TEXT NOT NULL,
  frame TEXT NOT NULL,
  PRIMARY KEY (call, ordinal, part)
) WITHOUT ROWID;

CREATE TABLE strays (
  connection INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  part INTEGER NOT NULL,
  kind TEXT NOT NULL,
  method TEXT,
  reason TEXT,
  frame TEXT NOT NULL,
  PRIMARY KEY (connection, ordinal, part)
) WITHOUT ROWID;

CREATE TABLE gaps (
  n INTEGER PRIMARY KEY,
  gap_id TEXT NOT NULL UNIQUE,
  connection INTEGER NOT NULL,
  session INTEGER,
  sort TEXT NOT NULL,
  at REAL NOT NULL,
  lost_chunks INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  reason TEXT NOT NULL,
  rev INTEGER NOT NULL
);
CREATE INDEX gaps_in_order ON gaps(session, sort);

CREATE TABLE positions (
  connection_id TEXT PRIMARY KEY,
  segment INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  chunks INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  state TEXT NOT NULL
) WITHOUT ROWID;

CREATE VIRTUAL TABLE words USING fts5(text, content='', contentless_delete=1);
`;

/** Servers reached by HTTP: where, and how the newest request was answered. */
const HTTP = `
ALTER TABLE connections ADD COLUMN url TEXT;
ALTER TABLE connections ADD COLUMN http_status INTEGER;
`;

/** One agent may work in several folders: each of its connections says where. Older ones are where their session was. */
const PLACES = `
ALTER TABLE connections ADD COLUMN listed_under TEXT;
UPDATE connections SET listed_under = (SELECT s.listed_under FROM sessions s WHERE s.n = connections.session);
CREATE INDEX connections_by_place ON connections(listed_under);
DROP INDEX sessions_by_place;
`;

/** Events that are no calls: how servers ended. `folded` ones are as they should be. */
const EVENTS = `
ALTER TABLE connections ADD COLUMN stopped INTEGER NOT NULL DEFAULT 0;
ALTER TABLE connections ADD COLUMN lost_calls INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN events INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN all_events INTEGER NOT NULL DEFAULT 0;
CREATE TABLE events (
  n INTEGER PRIMARY KEY,
  event_id TEXT NOT NULL UNIQUE,
  connection INTEGER NOT NULL,
  session INTEGER NOT NULL,
  sort TEXT NOT NULL,
  at REAL NOT NULL,
  folded INTEGER NOT NULL,
  rev INTEGER NOT NULL
);
CREATE INDEX events_in_order ON events(session, sort, folded);
`;

/** How each call travelled to a server that is reached by URL. */
const EXCHANGES = `
CREATE TABLE exchanges (
  connection INTEGER NOT NULL,
  id_key TEXT NOT NULL,
  mono REAL NOT NULL,
  method TEXT NOT NULL,
  status INTEGER,
  headers_ms REAL,
  end_ms REAL NOT NULL,
  reconnects INTEGER NOT NULL,
  error_class TEXT,
  message TEXT,
  PRIMARY KEY (connection, id_key, mono)
) WITHOUT ROWID;
`;

/** Keyed hashes that two runs are compared by. Bodies that are still there are read once more for them. */
const COMPARISON = `
ALTER TABLE calls ADD COLUMN args_key TEXT;
ALTER TABLE calls ADD COLUMN result_key TEXT;
UPDATE calls SET todo = todo | 3;
`;

/**
 * Policy: what was judged, what was refused, what is frozen and which tools were accepted. `judged` of a call is the
 * place of its decision in the journal, for the second stage. Texts in `denials` are null until that
 * stage has read them; `place` is the canonical path, else the tool's name.
 */
const POLICY = `
ALTER TABLE calls ADD COLUMN judged TEXT;
ALTER TABLE calls ADD COLUMN policy TEXT;
ALTER TABLE calls ADD COLUMN input_summary TEXT;
ALTER TABLE sessions ADD COLUMN denials INTEGER NOT NULL DEFAULT 0;

CREATE TABLE denials (
  call INTEGER PRIMARY KEY,
  session INTEGER NOT NULL,
  decision TEXT NOT NULL,
  reason TEXT NOT NULL,
  mode TEXT NOT NULL,
  at REAL NOT NULL,
  capability TEXT,
  remedy TEXT,
  paths TEXT,
  place TEXT
);
CREATE INDEX denials_by_session ON denials(session, at);
CREATE INDEX denials_by_place ON denials(session, place, at);
CREATE INDEX denials_by_time ON denials(at);

CREATE TABLE freezes (
  freeze_id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  target TEXT NOT NULL,
  processes TEXT NOT NULL,
  by TEXT NOT NULL,
  reason TEXT,
  at REAL NOT NULL,
  sessions TEXT NOT NULL,
  thawed_at REAL
) WITHOUT ROWID;

CREATE TABLE accepted (
  server TEXT NOT NULL,
  at REAL NOT NULL,
  contract TEXT NOT NULL,
  tools TEXT NOT NULL,
  by TEXT NOT NULL,
  PRIMARY KEY (server, at)
) WITHOUT ROWID;
`;

/** Version n is made by the n-th entry. */
export const MIGRATIONS: readonly string[] = [
  FIRST,
  HTTP,
  PLACES,
  EVENTS,
  EXCHANGES,
  HARNESS_TABLES,
  COMPARISON,
  POLICY,
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
