/** The database's first shape: connections, sessions, turns, calls, gaps and how far each journal was read. */

/**
 * Heads, index and places of bodies; no bodies. Rows refer to one another by the integers `n`, which differ from one
 * rebuild to the next; ids of text are derived from the journal and stay. `sort` is a row's place in its session's
 * tree: the parent's, then its own start and frame, so that a tree in order is one range of an index.
 */
export const FIRST_TABLES = `
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
