/** Tables of credential lanes and of what calls cost. */

/**
 * Under which lanes a connection's calls ran in a session, and when for the first time. What each tool definition puts into context is kept by the definition's digest. All calls are judged once more.
 */
export const LANE_TABLES = `
CREATE TABLE lanes_seen (
  connection INTEGER NOT NULL,
  session INTEGER NOT NULL,
  lane TEXT NOT NULL,
  at REAL NOT NULL,
  PRIMARY KEY (connection, session, lane)
) WITHOUT ROWID;
CREATE INDEX lanes_by_session ON lanes_seen(session, at);

CREATE TABLE definition_costs (
  sha256 TEXT PRIMARY KEY,
  bytes INTEGER NOT NULL,
  tokens INTEGER,
  tokenizer TEXT
) WITHOUT ROWID;

CREATE INDEX evidence_spend ON call_evidence(session) WHERE coalesce(actual_usd, estimated_usd) IS NOT NULL;
UPDATE calls SET todo = todo | iif(method = 'tools/list', 18, 16) WHERE event <> 'notification';
`;

/** Lists of tools that were filtered on their way: where the journal has what passed, by the frame that did not. */
export const ALTERED_TABLES = `
CREATE TABLE altered_answers (
  connection INTEGER NOT NULL,
  frame TEXT NOT NULL,
  segment INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL,
  PRIMARY KEY (connection, frame)
) WITHOUT ROWID;
`;
