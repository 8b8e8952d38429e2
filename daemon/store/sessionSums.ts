/**
 * What a session's calls add up to, read from what was derived of each of them. Everything is a look-up in an index or a
 * sum over one that holds the calls with effects only, so that a session of 100,000 calls costs no more than its page.
 */
import type { Session } from '../protocol/record.ts';
import { lastGoodCheckpointId } from './checkpointRows.ts';
import type { Database, SqlRow } from './database.ts';
import { type RecoveryState, recoveryState } from './recoveryRows.ts';
import { callNumber } from './resolve.ts';
import { sessionRetry } from './resumeRows.ts';
import * as rows from './rows.ts';

/** What it cost is added up elsewhere (sessionSpend.ts). */
type Effects = Omit<Session['side_effects_summary'], 'spend_incurred_usd'>;
export interface SessionSums extends Pick<Session, 'failure_class' | 'last_good_checkpoint' | 'retry'> {
  readonly side_effects_summary: Effects;
  readonly recovery: RecoveryState;
}

/** @param session its row @param listLimit so many calls in each list of `retry` */
export function sessionSums(database: Database, session: SqlRow, listLimit: number): SessionSums {
  const n = rows.number(session, 'n');
  return {
    side_effects_summary: sideEffects(database, n, rows.number(session, 'tool_calls')),
    failure_class: failureClass(database, rows.textOrNull(session, 'first_failing_call')),
    last_good_checkpoint: lastGoodCheckpointId(database, session),
    retry: sessionRetry(database, n, listLimit),
    recovery: recoveryState(
      database,
      session,
      FAILED.reduce((sum, column) => sum + rows.number(session, column), 0),
    ),
  };
}

const FAILED = ['failed_calls', 'denied_calls', 'lost_calls'];

/**
 * Files are counted where the effects of some call are known, or there is no call. What goes on beyond this machine is
 * seen only where a server is known to do it: none seen is not none.
 */
function sideEffects(database: Database, session: number, toolCalls: number): Effects {
  const known =
    toolCalls === 0 ||
    database
      .sql("SELECT 1 FROM call_evidence WHERE session = ? AND side_effect_class <> 'unknown' LIMIT 1")
      .get(session) !== undefined;
  const sums =
    database
      .sql(
        `SELECT sum(files_created) AS created, sum(files_modified) AS modified, sum(files_deleted) AS deleted,
           sum(api_calls) AS api_calls, sum(messages_sent) AS messages
         FROM call_evidence WHERE session = ? AND ${HAS_EFFECTS}`,
      )
      .get(session) ?? {};
  const sum = (column: string) => rows.numberOrNull(sums, column) ?? 0;
  return {
    files_created: known ? sum('created') : null,
    files_modified: known ? sum('modified') : null,
    files_deleted: known ? sum('deleted') : null,
    api_calls_made: sum('api_calls') || null,
    messages_sent: sum('messages') || null,
  };
}

/** As the index `evidence_with_effects` says it. */
const HAS_EFFECTS = 'files_created + files_modified + files_deleted + api_calls + messages_sent > 0';

/** What went wrong first says what kind of failure it was. */
function failureClass(database: Database, firstFailing: string | null): string | null {
  const n = firstFailing === null ? null : callNumber(database, firstFailing);
  if (n === null) return null;
  const row = database.sql('SELECT failure_class FROM call_evidence WHERE call = ?').get(n);
  return row ? rows.textOrNull(row, 'failure_class') : null;
}
