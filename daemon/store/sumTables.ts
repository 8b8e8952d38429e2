/**
 * One step of the database's shape (migrations.ts): what a session's head adds up stands in indexes by itself, so that a
 * long session's head costs no look at each of its calls. `paid_connection` and `paid_tool` are those of a call that cost something.
 */
export const SUM_INDEXES = `
ALTER TABLE call_evidence ADD COLUMN paid_connection INTEGER;
ALTER TABLE call_evidence ADD COLUMN paid_tool TEXT;
UPDATE call_evidence SET (paid_connection, paid_tool) = (SELECT connection, tool FROM calls WHERE n = call)
  WHERE coalesce(actual_usd, estimated_usd) IS NOT NULL;
DROP INDEX evidence_spend;
CREATE INDEX evidence_spend ON call_evidence(session, paid_connection, paid_tool, lane, actual_usd, estimated_usd)
  WHERE coalesce(actual_usd, estimated_usd) IS NOT NULL;
CREATE INDEX evidence_of_known ON call_evidence(session) WHERE side_effect_class <> 'unknown';
`;
