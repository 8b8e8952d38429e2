/**
 * Which credential lanes were used where, what follows from it for a session's trail and findings, and which lanes a server
 * had in a workspace before. The order in which calls are read does not matter: each lane's row says when it began.
 */
import type { CallEvidence } from '../protocol/evidence.ts';
import type { CallError } from '../protocol/record.ts';
import { type ConfiguredLanes, configuredLanes } from './configuredLanes.ts';
import type { Database } from './database.ts';
import { addFinding } from './findingRows.ts';
import { placeStep } from './frameColumns.ts';
import * as rows from './rows.ts';

/** A call as the bookkeeping of lanes needs it. */
export interface LaneUse {
  readonly call: number;
  readonly session: number;
  readonly session_id: string;
  readonly connection_id: string;
  /** Epoch ms. */
  readonly started_at: number;
  readonly evidence: CallEvidence;
}

/** Of a connection in a session no more are told apart: a credential that changes with every call is no identity. */
const LANES = 100;

/**
 * To be run inside a commit, after what was derived of the calls is written. Uses of one lane are told once each: the rest of
 * a batch changes nothing.
 * @param wrong what a refusal is under an identity that is not the one meant
 */
export function noteLanes(
  database: Database,
  uses: readonly LaneUse[],
  rev: number,
  wrong: (error: CallError) => CallError,
): void {
  const told = new Set<string>();
  const configured = configuredLanes(database);
  for (const use of uses) {
    const lane = use.evidence.credential_lane;
    if (!lane) continue;
    tellExpiry(database, use, lane);
    const key = useKey(use, lane);
    if (told.has(key)) continue;
    told.add(key);
    const connection = connectionOf(database, use.connection_id);
    if (!connection) continue;
    tellConfigured(database, configured, connection, use, lane, rev);
    const { changes } = database
      .sql(
        `INSERT INTO lanes_seen SELECT ?, ?, ?, ? WHERE (SELECT count(*) FROM lanes_seen WHERE connection = ? AND session = ?) < ?
         ON CONFLICT (connection, session, lane) DO UPDATE SET at = excluded.at WHERE excluded.at < at`,
      )
      .run(connection.n, use.session, lane, use.started_at, connection.n, use.session, LANES);
    if (changes === 0) continue;
    tellChange(database, connection, use.started_at, rev);
    const next = neighbour(database, connection, use.started_at, 'after');
    if (next !== null) tellChange(database, connection, next.at, rev);
  }
  dropUnused(database, uses, told, rev);
  for (const use of uses) {
    const { credential_lane: lane, error } = use.evidence;
    if (lane && error && isWrong(database, configured, use, lane, error)) writeWrong(database, use, wrong(error));
  }
}

const REFUSALS: ReadonlySet<string | undefined> = new Set(['auth_missing', 'auth_expired', 'permission_denied']);

const useKey = ({ connection_id, session }: LaneUse, lane: string) => `${connection_id} ${session} ${lane}`;

/**
 * What is judged again may have run under another lane than was said before: the one that no call has any more was none.
 * @param used of these a call is known; whether another lane has one is not found without looking at many
 */
function dropUnused(database: Database, uses: readonly LaneUse[], used: ReadonlySet<string>, rev: number): void {
  const pairs = new Map(uses.map((use) => [`${use.connection_id} ${use.session}`, use]));
  for (const use of pairs.values()) {
    const { connection_id, session, session_id } = use;
    const connection = connectionOf(database, connection_id);
    if (!connection) continue;
    const seen = database
      .sql('SELECT lane, at FROM lanes_seen WHERE connection = ? AND session = ?')
      .all(connection.n, session);
    for (const row of seen) {
      const [lane, at] = [rows.text(row, 'lane'), rows.number(row, 'at')];
      if (used.has(useKey(use, lane)) || isUsed(database, connection.n, session, lane)) continue;
      database
        .sql('DELETE FROM lanes_seen WHERE connection = ? AND session = ? AND lane = ?')
        .run(connection.n, session, lane);
      for (const event of [changeId(connection_id, at), configuredId(connection_id, session_id, lane)])
        database.sql('DELETE FROM trail WHERE event_id = ?').run(event);
      tellChange(database, connection, at, rev);
      const next = neighbour(database, connection, at, 'after');
      if (next !== null) tellChange(database, connection, next.at, rev);
    }
  }
}

function isUsed(database: Database, connection: number, session: number, lane: string): boolean {
  const call = database
    .sql(
      `SELECT 1 FROM call_evidence e JOIN calls c ON c.n = e.call WHERE e.session = ? AND e.lane = ? AND c.connection = ?
       LIMIT 1`,
    )
    .get(session, lane, connection);
  return call !== undefined;
}

const changeId = (connectionId: string, at: number) => `evl_${connectionId.slice(4)}_${at}`;
/** Several lanes of a connection may differ from what is configured: each has a row, told apart by its fingerprint. */
const configuredId = (connectionId: string, sessionId: string, lane: string) =>
  `evk_${connectionId.slice(4)}_${sessionId.slice(4)}_${lane.slice(lane.indexOf('#') + 1)}`;

/**
 * A refusal that says no more, under another credential than the one that is configured, or than one that this server
 * answered to in this workspace before.
 */
function isWrong(
  database: Database,
  configured: ConfiguredLanes,
  { session_id, connection_id, started_at }: LaneUse,
  lane: string,
  { error_class, auth_cause }: CallError,
): boolean {
  if (!REFUSALS.has(error_class) || (auth_cause !== null && auth_cause !== 'unknown')) return false;
  const connection = connectionOf(database, connection_id);
  if (!connection) return false;
  const { server } = connection;
  return (
    configured.otherThan({ session_id, server, lane, at: started_at }) !== null ||
    hasWorkedOtherwise(database, connection, lane, started_at)
  );
}

/** How it is known stands in the session's trail: which lane changed, or is configured. */
function writeWrong(database: Database, { call }: LaneUse, error: CallError): void {
  database
    .sql(
      `UPDATE call_evidence SET failure_class = ?,
         record = json_set(record, '$.error', json(?), '$.sources.auth_cause', 'observed') WHERE call = ?`,
    )
    .run(error.failure_class, JSON.stringify(error), call);
}

function hasWorkedOtherwise(database: Database, connection: Connection, lane: string, at: number): boolean {
  const row = database
    .sql(
      `${SEEN} AND l.at < ? AND l.lane <> ? AND EXISTS (SELECT 1 FROM calls c JOIN call_evidence e ON e.call = c.n
         WHERE c.session = l.session AND c.connection = l.connection AND e.lane = l.lane AND c.outcome = 'success') LIMIT 1`,
    )
    .get(connection.listed_under, connection.server, at, lane);
  return row !== undefined;
}

interface Connection {
  readonly n: number;
  readonly server: string;
  readonly listed_under: string | null;
}

function connectionOf(database: Database, connectionId: string): Connection | null {
  const row = database.sql('SELECT n, server, listed_under FROM connections WHERE connection_id = ?').get(connectionId);
  return row
    ? { n: rows.number(row, 'n'), server: rows.text(row, 'server'), listed_under: rows.textOrNull(row, 'listed_under') }
    : null;
}

interface Seen {
  readonly connection: number;
  readonly connection_id: string;
  readonly session: number;
  readonly lane: string;
  readonly at: number;
}

const SEEN = `SELECT l.*, k.connection_id FROM connections k JOIN lanes_seen l ON l.connection = k.n WHERE k.listed_under IS ? AND k.server = ?`;
const WHICH = {
  before: 'l.at < ? ORDER BY l.at DESC, l.connection DESC, l.lane DESC',
  at: 'l.at = ? ORDER BY l.connection, l.lane',
  after: 'l.at > ? ORDER BY l.at, l.connection, l.lane',
} as const;

/** Of the server in the workspace, whichever connection. */
function neighbour(
  database: Database,
  { server, listed_under }: Connection,
  at: number,
  which: keyof typeof WHICH,
): Seen | null {
  const row = database.sql(`${SEEN} AND ${WHICH[which]} LIMIT 1`).get(listed_under, server, at);
  if (!row) return null;
  return {
    connection: rows.number(row, 'connection'),
    connection_id: rows.text(row, 'connection_id'),
    session: rows.number(row, 'session'),
    lane: rows.text(row, 'lane'),
    at: rows.number(row, 'at'),
  };
}

/** A row of the trail where the lane that began then is another than the one before. */
function tellChange(database: Database, connection: Connection, at: number, rev: number): void {
  const now = neighbour(database, connection, at, 'at');
  if (!now) return;
  const event_id = changeId(now.connection_id, now.at);
  database.sql('DELETE FROM trail WHERE event_id = ?').run(event_id);
  const before = neighbour(database, connection, at, 'before');
  if (!before || before.lane === now.lane) return;
  const session = database.sql('SELECT session_id FROM sessions WHERE n = ?').get(now.session);
  if (!session) return;
  addChange(database, {
    event_id,
    session_id: rows.text(session, 'session_id'),
    at: now.at,
    sort: placeStep(now.at, now.connection, 0, 0),
    server: connection.server,
    lanes: [before.lane, now.lane],
    sentence: `${before.lane} → ${now.lane}`,
    rev,
  });
}

/** A row of the trail where a connection runs under another credential than its server's entry has. */
function tellConfigured(
  database: Database,
  configured: ConfiguredLanes,
  connection: Connection,
  { session, session_id, connection_id, started_at }: LaneUse,
  lane: string,
  rev: number,
): void {
  const { n, server } = connection;
  const meant = configured.otherThan({ session_id, server, lane, at: started_at });
  const first = database
    .sql('SELECT at FROM lanes_seen WHERE connection = ? AND session = ? AND lane = ?')
    .get(n, session, lane);
  const at = first ? Math.min(rows.number(first, 'at'), started_at) : started_at;
  const event_id = configuredId(connection_id, session_id, lane);
  database.sql('DELETE FROM trail WHERE event_id = ?').run(event_id);
  if (meant === null) return;
  addChange(database, {
    ...{ event_id, session_id, at, server, rev },
    sort: placeStep(at, n, 0, 1),
    lanes: [meant, lane],
    sentence: `${meant} is configured, ${lane} runs`,
  });
}

interface LaneChange {
  readonly event_id: string;
  readonly session_id: string;
  readonly at: number;
  readonly sort: string;
  readonly server: string;
  /** The one that was expected, and the one that runs. */
  readonly lanes: readonly [before: string, after: string];
  readonly sentence: string;
  readonly rev: number;
}

function addChange(database: Database, change: LaneChange): void {
  const { event_id, session_id, at, sort, server, lanes, sentence, rev } = change;
  database
    .sql(
      `INSERT INTO trail (event_id, session_id, kind, at, sort, server, before, after, sentence, rev)
       VALUES (?, ?, 'credential_changed', ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(event_id, session_id, at, sort, server, ...lanes, sentence, rev);
}

/** A token that ran out while it was in use, by its own claim or by the server's word. */
function tellExpiry(database: Database, { call, session_id, started_at, evidence }: LaneUse, lane: string): void {
  const expires_at = evidence.credential?.expires_at;
  const isOver = expires_at !== null && expires_at !== undefined && Date.parse(expires_at) <= started_at;
  const { error } = evidence;
  const isRefused = error?.error_class === 'auth_expired';
  if (!isOver && !isRefused) return;
  const said = isRefused ? `the server refused it as ${error.auth_cause ?? 'expired'}` : '';
  const claimed = isOver ? `its token says that it was good until ${expires_at}` : '';
  addFinding(database, {
    kind: 'credential_expired',
    severity: isRefused ? 'error' : 'warning',
    call,
    session_id,
    item: lane,
    evidence: `${lane}: ${[claimed, said].filter((part) => part !== '').join('; ')}.`,
    since: started_at,
  });
}
