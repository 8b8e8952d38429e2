/** Tables of what policy judged, what was refused and what the user decided. */

/**
 * Policy: what was judged, what was refused, what is frozen and which tools were accepted. `judged` of a call is the
 * place of its decision in the journal, for the second stage. Texts in `denials` are null until that
 * stage has read them; `place` is the canonical path, else the tool's name.
 */
export const POLICY_TABLES = `
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
