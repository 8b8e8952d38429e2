/**
 * One step of the database's shape (migrations.ts): checkpoints that a command took (light ones follow from calls), and of
 * each tool call what a repetition would do. Calls that were judged before are judged once more for it.
 */
export const CHECKPOINT_TABLES = `
CREATE TABLE checkpoints (
  checkpoint_id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL,
  at REAL NOT NULL,
  passed INTEGER NOT NULL,
  record TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX checkpoints_by_session ON checkpoints(session_id, at);

ALTER TABLE call_evidence ADD COLUMN resume TEXT;
ALTER TABLE call_evidence ADD COLUMN repeats TEXT;
ALTER TABLE call_evidence ADD COLUMN seen TEXT;
CREATE INDEX evidence_by_resume ON call_evidence(session, resume, call) WHERE resume IS NOT NULL;
CREATE INDEX evidence_by_repeats ON call_evidence(session, repeats) WHERE repeats IS NOT NULL;
CREATE INDEX evidence_with_effects ON call_evidence(session, files_created, files_modified, files_deleted, api_calls, messages_sent)
  WHERE files_created + files_modified + files_deleted + api_calls + messages_sent > 0;
CREATE INDEX evidence_by_seen ON call_evidence(session, seen) WHERE seen IS NOT NULL;
UPDATE calls SET todo = todo | 16 WHERE event = 'tool_call';
`;
