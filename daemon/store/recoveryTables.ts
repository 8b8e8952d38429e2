/**
 * One step of the database's shape (migrations.ts): which failed calls were made good, by which call, and which were demands
 * for payment. Calls that were judged before are judged once more for it.
 */
export const RECOVERY_COLUMNS = `
ALTER TABLE call_evidence ADD COLUMN payment TEXT;
ALTER TABLE call_evidence ADD COLUMN recovery TEXT;
ALTER TABLE call_evidence ADD COLUMN recovered_by INTEGER;
CREATE INDEX evidence_by_recovery ON call_evidence(session, recovery, call) WHERE recovery IS NOT NULL;
CREATE INDEX evidence_by_payment ON call_evidence(session) WHERE payment IS NOT NULL;
CREATE INDEX evidence_by_lane ON call_evidence(session, lane) WHERE lane IS NOT NULL;
UPDATE calls SET todo = todo | 16 WHERE event = 'tool_call';
`;
