/** The rows of connections: who talks to whom, whether it is still open, and which session its last call belonged to. */
import type { ConnectionEnd } from '../model/connectionEnd.ts';
import type { ConnectionDescribed, Span } from '../protocol/events.ts';
import { ExitRecord } from '../protocol/journal.ts';
import type { Database, SqlRow } from './database.ts';
import * as rows from './rows.ts';

/** What is known when a connection opens. Names are redacted and bounded by whoever hands them in. */
export interface ConnectionFacts {
  readonly connection_id: string;
  readonly opened_at: number;
  /** What lists call the server, until and unless nothing better is known. */
  readonly server: string;
  readonly agent: string;
  readonly proxy_pid: number;
  readonly proxy_start: string | null;
  readonly child: { readonly pid: number; readonly start: string | null } | null;
  readonly boot_id: string | null;
  /** The proxy's version. */
  readonly callgrove: string | null;
  /** Of an HTTP server. */
  readonly url: string | null;
  /** The workspace, or where none is proven the connection's cwd. */
  readonly listed_under: string | null;
  /** Somebody else recorded it. */
  readonly imported: boolean;
}

export interface ConnectionRow {
  readonly n: number;
  readonly connection_id: string;
  readonly server: string;
  readonly imported: boolean;
  ended_at: number | null;
  only_probed: boolean;
  /** Requests that were given up without an answer; written when the connection ends. */
  lost_calls: number;
  /** What the newest HTTP request was answered with; null where there was none, or no answer. */
  http_status: number | null;
  /** The session of its newest call. */
  session: number | null;
  changed: boolean;
}

/** An open connection as the look for dead proxies needs it. */
export interface OpenConnection {
  readonly connection_id: string;
  readonly proxy_pid: number;
  readonly proxy_start: string | null;
  readonly child_pid: number | null;
  readonly child_start: string | null;
  readonly boot_id: string | null;
}

export interface ConnectionRows {
  open(facts: ConnectionFacts): ConnectionRow;
  get(connectionId: string): ConnectionRow | null;
  describe(connection: ConnectionRow, said: Pick<ConnectionDescribed, 'server' | 'protocol_version'>): void;
  http(connection: ConnectionRow, status: number | null): void;
  /** @param stderr where its server's last words stand in the journal */
  end(connection: ConnectionRow, at: number, end: ConnectionEnd, stderr: readonly Span[]): void;
  flush(): void;
  forget(): void;
}

export function createConnectionRows(database: Database): ConnectionRows {
  const cache = new Map<string, ConnectionRow>();
  const get = (connectionId: string): ConnectionRow | null => {
    const known = cache.get(connectionId);
    if (known) return known;
    const row = database.sql('SELECT * FROM connections WHERE connection_id = ?').get(connectionId);
    if (!row) return null;
    const connection: ConnectionRow = {
      n: rows.number(row, 'n'),
      connection_id: connectionId,
      server: rows.text(row, 'server'),
      imported: rows.flag(row, 'imported'),
      ended_at: rows.numberOrNull(row, 'ended_at'),
      only_probed: rows.flag(row, 'only_probed'),
      lost_calls: rows.number(row, 'lost_calls'),
      http_status: rows.numberOrNull(row, 'http_status'),
      session: rows.numberOrNull(row, 'session'),
      changed: false,
    };
    cache.set(connectionId, connection);
    return connection;
  };

  return {
    get,
    open(facts) {
      database
        .sql(
          `INSERT OR IGNORE INTO connections (connection_id, opened_at, server, agent, proxy_pid,
             proxy_start, child_pid, child_start, boot_id, callgrove, url, listed_under, imported)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          facts.connection_id,
          facts.opened_at,
          facts.server,
          facts.agent,
          facts.proxy_pid,
          facts.proxy_start,
          facts.child?.pid ?? null,
          facts.child?.start ?? null,
          facts.boot_id,
          facts.callgrove,
          facts.url,
          facts.listed_under,
          facts.imported ? 1 : 0,
        );
      const made = get(facts.connection_id);
      if (!made) throw new rows.RowError(`connection ${facts.connection_id} was not kept`);
      return made;
    },
    describe(connection, said) {
      database
        .sql(
          `UPDATE connections SET server_name = coalesce(?, server_name), server_version = coalesce(?, server_version),
             protocol_version = coalesce(?, protocol_version) WHERE n = ?`,
        )
        .run(said.server?.name ?? null, said.server?.version ?? null, said.protocol_version, connection.n);
    },
    http(connection, status) {
      if (connection.http_status === status) return;
      connection.http_status = status;
      connection.changed = true;
    },
    end(connection, at, { how, exit, stopped }, stderr) {
      connection.ended_at = at;
      database
        .sql(
          'UPDATE connections SET ended_at = ?, ended_how = ?, exit = ?, stopped = ?, lost_calls = ?, stderr = ? WHERE n = ?',
        )
        .run(
          at,
          how,
          exit ? JSON.stringify(exit) : null,
          stopped ? 1 : 0,
          connection.lost_calls,
          stderr.length > 0 ? JSON.stringify(stderr) : null,
          connection.n,
        );
    },
    forget: () => cache.clear(),
    flush() {
      for (const connection of cache.values()) {
        if (!connection.changed) continue;
        database
          .sql('UPDATE connections SET only_probed = ?, session = ?, http_status = ? WHERE n = ?')
          .run(connection.only_probed ? 1 : 0, connection.session, connection.http_status, connection.n);
        connection.changed = false;
      }
      if (cache.size > 2000) cache.clear();
    },
  };
}

/** Connections that nothing has ended yet. */
export function openConnections(database: Database): OpenConnection[] {
  return database
    .sql('SELECT * FROM connections WHERE ended_at IS NULL')
    .all()
    .map((row) => ({
      connection_id: rows.text(row, 'connection_id'),
      proxy_pid: rows.number(row, 'proxy_pid'),
      proxy_start: rows.textOrNull(row, 'proxy_start'),
      child_pid: rows.numberOrNull(row, 'child_pid'),
      child_start: rows.textOrNull(row, 'child_start'),
      boot_id: rows.textOrNull(row, 'boot_id'),
    }));
}

/** Columns of a connection `k` for `readEnd`. */
export const END_COLUMNS = 'k.ended_how, k.exit, k.stopped, k.url IS NOT NULL AS over_http';

/** How a connection ended; null where it has not. */
export function readEnd(row: SqlRow): ConnectionEnd | null {
  if (row.ended_how === null) return null;
  return {
    transport: rows.flag(row, 'over_http') ? 'http' : 'stdio',
    how: rows.word(row, 'ended_how', ['exit', 'killed']),
    exit: row.exit === null ? null : rows.json(row, 'exit', (value) => ExitRecord.parse(value)),
    stopped: rows.flag(row, 'stopped'),
  };
}

/** What a connection's calls are judged by, as far as the database has it. @throws RowError for one that is not there */
export function connectionSeen(
  database: Database,
  connectionId: string,
): {
  readonly server: string;
  readonly introduced: { readonly name: string | null; readonly version: string | null };
  readonly end: ConnectionEnd | null;
  /** Where the last words of a dead server's stderr stand in its journal. */
  readonly stderr: readonly Span[];
} {
  const row = database.sql(`SELECT k.*, ${END_COLUMNS} FROM connections k WHERE connection_id = ?`).get(connectionId);
  if (!row) throw new rows.RowError(`there is no connection ${connectionId}`);
  const introduced = { name: rows.textOrNull(row, 'server_name'), version: rows.textOrNull(row, 'server_version') };
  const stderr = row.stderr === null ? [] : rows.json(row, 'stderr', spans);
  return { server: rows.text(row, 'server'), introduced, end: readEnd(row), stderr };
}

/** Only we write them. */
const spans = (value: unknown): Span[] => (Array.isArray(value) ? value : []);
