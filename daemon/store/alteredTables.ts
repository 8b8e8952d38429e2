/** Tables of what proxies altered on its way. */

/**
 * Lines that did not pass as they came: by the frame of the line, and where the record with the rest of it stands in the
 * connection's journal. `surface` and `hidden` are of a list of tools that was shortened.
 */
export const ALTERED_TABLES = `
CREATE TABLE altered (
  connection INTEGER NOT NULL,
  frame TEXT NOT NULL,
  why TEXT NOT NULL,
  segment INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL,
  surface TEXT,
  hidden INTEGER,
  PRIMARY KEY (connection, frame)
) WITHOUT ROWID;
`;
