/** Tables of what is derived of calls. */

/**
 * `call_evidence.record` is the whole document (protocol/evidence.ts); the columns beside it are what lists show and sums
 * add up. `unproven` counts effects that were declared or inferred only. What was recorded before is judged once, and lists
 * of tools are read again for what they say of them. The work list of the second stage is in the order of calls.
 */
export const EVIDENCE_TABLES = `
CREATE TABLE call_evidence (
  call INTEGER PRIMARY KEY,
  session INTEGER NOT NULL,
  effect TEXT,
  proof TEXT,
  side_effect_class TEXT,
  reversibility TEXT,
  idempotent INTEGER,
  retry_safe INTEGER,
  error_class TEXT,
  failure_class TEXT,
  error_rule TEXT,
  files_created INTEGER NOT NULL,
  files_modified INTEGER NOT NULL,
  files_deleted INTEGER NOT NULL,
  files_moved INTEGER NOT NULL,
  api_calls INTEGER NOT NULL,
  messages_sent INTEGER NOT NULL,
  processes_run INTEGER NOT NULL,
  other_effects INTEGER NOT NULL,
  unproven INTEGER NOT NULL,
  lane TEXT,
  tokens INTEGER,
  omitted_bytes INTEGER,
  estimated_usd REAL,
  actual_usd REAL,
  attempt INTEGER,
  record TEXT NOT NULL
);

CREATE TABLE tool_facts (sha256 TEXT PRIMARY KEY, facts TEXT NOT NULL) WITHOUT ROWID;

DROP INDEX calls_todo;
CREATE INDEX calls_waiting ON calls(n) WHERE todo > 0;
CREATE INDEX findings_by_call ON findings(call) WHERE call IS NOT NULL;
UPDATE calls SET todo = todo | iif(method = 'tools/list', 18, 16) WHERE event <> 'notification';
`;

/**
 * Looks at files: `file_states` is where each stands in the journal; `file_looks` names, under keyed hashes, the places that
 * a call was going to write (`own`) and the folders above them; `file_races` are calls that were at one place at one time.
 */
export const FILE_STATE_TABLES = `
CREATE TABLE file_states (
  call INTEGER NOT NULL,
  stage TEXT NOT NULL,
  segment INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL,
  PRIMARY KEY (call, stage)
) WITHOUT ROWID;
CREATE TABLE file_looks (
  place TEXT NOT NULL,
  call INTEGER NOT NULL,
  own INTEGER NOT NULL,
  PRIMARY KEY (place, call)
) WITHOUT ROWID;
CREATE INDEX file_looks_by_call ON file_looks(call);
CREATE TABLE file_races (call INTEGER NOT NULL, other INTEGER NOT NULL, PRIMARY KEY (call, other)) WITHOUT ROWID;
CREATE INDEX calls_by_args ON calls(session, args_key, started_at) WHERE args_key IS NOT NULL AND event = 'tool_call';
`;
