/** What later versions added to the first shape: where connections are and how they went, and keys to compare calls by. */

/** Servers reached by HTTP: where, and how the newest request was answered. */
export const HTTP_COLUMNS = `
ALTER TABLE connections ADD COLUMN url TEXT;
ALTER TABLE connections ADD COLUMN http_status INTEGER;
`;

/** One agent may work in several folders: each of its connections says where. Older ones are where their session was. */
export const PLACE_COLUMNS = `
ALTER TABLE connections ADD COLUMN listed_under TEXT;
UPDATE connections SET listed_under = (SELECT s.listed_under FROM sessions s WHERE s.n = connections.session);
CREATE INDEX connections_by_place ON connections(listed_under);
DROP INDEX sessions_by_place;
`;

/** Events that are no calls: how servers ended. `folded` ones are as they should be. */
export const EVENT_TABLES = `
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
export const EXCHANGE_TABLES = `
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
export const COMPARISON_COLUMNS = `
ALTER TABLE calls ADD COLUMN args_key TEXT;
ALTER TABLE calls ADD COLUMN result_key TEXT;
UPDATE calls SET todo = todo | 3;
`;
