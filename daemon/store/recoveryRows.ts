/**
 * Which failed calls of a session were made good: an equal call after it succeeded (`retried`), or one that reached for the
 * same place did, so that its state is known (`same_place`). It looks a bounded way before and after a call, and no further.
 * Order of reading does not matter: a failure looks ahead, a success looks back.
 */
import type { RecoveredBy } from '../protocol/checkpoint.ts';
import type { Outcome } from '../protocol/record.ts';
import type { CallRow } from './callRows.ts';
import type { Database, SqlRow } from './database.ts';
import { callIdOfRow } from './resolve.ts';
import * as rows from './rows.ts';

type JudgedCall = Pick<CallRow, 'n' | 'session' | 'started_at' | 'outcome'>;

const FAILED: ReadonlySet<Outcome> = new Set(['error', 'timeout', 'lost', 'denied']);
const EQUALS_AHEAD = 100;
const CALLS_AHEAD = 200;
const OPEN_BEHIND = 50;
/** Of a column of calls. */
const PATH = "json_extract(input_summary, '$.canonical_path')";

/** To be run behind `putResume`, in the same commit, when the call's key and its decision are written. */
export function putRecovery(database: Database, call: JudgedCall): void {
  if (FAILED.has(call.outcome)) lookAhead(database, call);
  else if (call.outcome === 'success' && hasOpen(database, call.session)) lookBack(database, call);
}

function hasOpen(database: Database, session: number): boolean {
  const open = database.sql("SELECT 1 FROM call_evidence WHERE session = ? AND recovery = 'open' LIMIT 1").get(session);
  return open !== undefined;
}

interface Place {
  readonly key: string | null;
  readonly path: string | null;
}

function placeOf(database: Database, call: number): Place {
  const row = database.sql(`SELECT exact_key, ${PATH} AS path FROM calls WHERE n = ?`).get(call) ?? {};
  return { key: rows.textOrNull(row, 'exact_key'), path: rows.textOrNull(row, 'path') };
}

function lookAhead(database: Database, { n, session, started_at }: JudgedCall): void {
  const { key, path } = placeOf(database, n);
  const equal =
    key === null
      ? undefined
      : database
          .sql(
            `SELECT n, started_at FROM (SELECT n, started_at, outcome FROM calls INDEXED BY calls_by_exact_key
               WHERE session = ? AND exact_key = ? AND (started_at, n) > (?, ?) ORDER BY started_at, n LIMIT ${EQUALS_AHEAD})
             WHERE outcome = 'success' ORDER BY started_at, n LIMIT 1`,
          )
          .get(session, key, started_at, n);
  const near =
    path === null
      ? undefined
      : database
          .sql(
            `SELECT n, started_at FROM (SELECT n, started_at, outcome, ${PATH} AS path FROM calls INDEXED BY calls_by_time
               WHERE session = ? AND started_at >= ? AND exact_key IS NOT NULL ORDER BY started_at, n LIMIT ${CALLS_AHEAD})
             WHERE outcome = 'success' AND path = ? AND (started_at, n) > (?, ?) ORDER BY started_at, n LIMIT 1`,
          )
          .get(session, started_at, path, started_at, n);
  const by = earlier(equal, near);
  const recovery = by === undefined ? 'open' : by === equal ? 'retried' : 'same_place';
  database
    .sql('UPDATE call_evidence SET recovery = ?, recovered_by = ?, resume = iif(?, NULL, resume) WHERE call = ?')
    .run(recovery, by ? rows.number(by, 'n') : null, equal ? 1 : 0, n);
}

function earlier(a: SqlRow | undefined, b: SqlRow | undefined): SqlRow | undefined {
  if (!a || !b) return a ?? b;
  return rows.number(b, 'started_at') < rows.number(a, 'started_at') ? b : a;
}

function lookBack(database: Database, { n, session, started_at }: JudgedCall): void {
  const { key, path } = placeOf(database, n);
  // Equal calls before it were found already, one after the other (resumeRows.ts).
  if (path === null) return;
  const open = database
    .sql(
      `SELECT f.n, f.exact_key IS ? AS equal FROM
         (SELECT call FROM call_evidence WHERE session = ? AND recovery = 'open' ORDER BY call DESC LIMIT ${OPEN_BEHIND}) o
       JOIN calls f ON f.n = o.call WHERE (f.started_at, f.n) < (?, ?)
         AND (f.exact_key = ? OR json_extract(f.input_summary, '$.canonical_path') = ?)`,
    )
    .all(key, session, started_at, n, key, path);
  for (const row of open)
    database
      .sql('UPDATE call_evidence SET recovery = ?, recovered_by = ?, resume = iif(?, NULL, resume) WHERE call = ?')
      .run(rows.flag(row, 'equal') ? 'retried' : 'same_place', n, rows.number(row, 'equal'), rows.number(row, 'n'));
}

/**
 * A session's row without the demands for payment that were paid: each is a round of the call that paid, not a call that
 * failed.
 */
export function withoutPaidDemands(database: Database, session: SqlRow): SqlRow {
  const n = rows.number(session, 'n');
  const paid = paidDemands(database, n);
  if (paid === 0) return session;
  return {
    ...session,
    tool_calls: rows.number(session, 'tool_calls') - paid,
    failed_calls: rows.number(session, 'failed_calls') - paid,
    first_failing_call: firstUnpaidFailure(database, n),
  };
}

function paidDemands(database: Database, session: number): number {
  const row = database
    .sql(
      "SELECT count(*) AS count FROM call_evidence WHERE session = ? AND payment IS NOT NULL AND recovery = 'retried'",
    )
    .get(session);
  return rows.number(row ?? {}, 'count');
}

/** The first tool call that failed, demands that were paid left out. */
function firstUnpaidFailure(database: Database, session: number): string | null {
  const row = database
    .sql(
      `SELECT k.connection_id, c.ordinal, c.part FROM call_evidence e JOIN calls c ON c.n = e.call
       JOIN connections k ON k.n = c.connection
       WHERE e.session = ? AND e.recovery IS NOT NULL AND NOT (e.payment IS NOT NULL AND e.recovery = 'retried')
       ORDER BY c.started_at, c.n LIMIT 1`,
    )
    .get(session);
  return row ? callIdOfRow(row) : null;
}

export type RecoveryState = 'open' | 'recovered' | 'closed';

/**
 * `closed` where tests passed after the last failure, `recovered` where each failure since the tests last passed was made
 * good. @param failed how many calls failed, as the first stage counted them
 */
export function recoveryState(database: Database, session: SqlRow, failed: number): RecoveryState {
  const n = rows.number(session, 'n');
  if (failed === 0) return 'open';
  const counted = database
    .sql('SELECT count(*) AS count FROM call_evidence WHERE session = ? AND recovery IS NOT NULL')
    .get(n);
  // What nobody has judged yet may be anything.
  if (rows.number(counted ?? {}, 'count') < failed) return 'open';
  const passed = checkedAt(database, rows.text(session, 'session_id'));
  if (passed && !failureSince(database, n, passed.at, '')) return 'closed';
  return failureSince(database, n, passed?.at ?? 0, "AND e.recovery = 'open'") ? 'open' : 'recovered';
}

function checkedAt(database: Database, sessionId: string): { readonly id: string; readonly at: number } | null {
  const row = database
    .sql('SELECT checkpoint_id, at FROM checkpoints WHERE session_id = ? AND passed = 1 ORDER BY at DESC LIMIT 1')
    .get(sessionId);
  return row ? { id: rows.text(row, 'checkpoint_id'), at: rows.number(row, 'at') } : null;
}

/** A call that was still running when the tests began was not over. */
function failureSince(database: Database, session: number, at: number, which: '' | "AND e.recovery = 'open'"): boolean {
  return (
    database
      .sql(
        `SELECT 1 FROM call_evidence e JOIN calls c ON c.n = e.call WHERE e.session = ? AND e.recovery IS NOT NULL ${which}
           AND c.started_at + coalesce(c.duration_ms, 0) > ? LIMIT 1`,
      )
      .get(session, at) !== undefined
  );
}

/** Each list the newest `limit`, oldest first. */
export function recoveredCalls(database: Database, session: SqlRow, limit: number): RecoveredBy {
  const list = database
    .sql(
      `SELECT k.connection_id, c.ordinal, c.part, e.recovery, bk.connection_id AS by_connection, b.ordinal AS by_ordinal, b.part AS by_part
       FROM (SELECT call, recovery, recovered_by FROM call_evidence WHERE session = ? AND recovery <> 'open' ORDER BY call DESC LIMIT ?) e
       JOIN calls c ON c.n = e.call JOIN connections k ON k.n = c.connection
       LEFT JOIN calls b ON b.n = e.recovered_by LEFT JOIN connections bk ON bk.n = b.connection`,
    )
    .all(rows.number(session, 'n'), limit)
    .reverse();
  const open = database
    .sql(
      `SELECT k.connection_id, c.ordinal, c.part
       FROM (SELECT call FROM call_evidence WHERE session = ? AND recovery = 'open' ORDER BY call DESC LIMIT ?) e
       JOIN calls c ON c.n = e.call JOIN connections k ON k.n = c.connection`,
    )
    .all(rows.number(session, 'n'), limit)
    .reverse();
  return {
    made_good: list.map((row) => ({
      call_id: callIdOfRow(row),
      how: rows.word(row, 'recovery', ['retried', 'same_place']),
      by:
        row.by_connection === null
          ? null
          : callIdOfRow({
              connection_id: rows.text(row, 'by_connection'),
              ordinal: rows.number(row, 'by_ordinal'),
              part: rows.number(row, 'by_part'),
            }),
    })),
    open: open.map(callIdOfRow),
    checked_by: checkedAt(database, rows.text(session, 'session_id'))?.id ?? null,
  };
}
