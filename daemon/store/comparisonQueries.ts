/** Questions for comparing two runs: what a session's agent asked for, in order, and the heads of single calls. */
import { callIdOf } from '../base/ids.ts';
import type { ComparableCall } from '../model/alignCalls.ts';
import type { ComparedHead } from '../protocol/comparison.ts';
import type { Database } from './database.ts';
import { keyOfParts } from './frameColumns.ts';
import { callNumber } from './resolve.ts';
import * as rows from './rows.ts';

/** A run is compared up to so many calls. */
const CALLS_LIMIT = 200_000;

/**
 * What the agent asked its servers for, in the order of the tree. What servers asked back, housekeeping and
 * notifications are not what makes two runs differ.
 */
export function comparableCalls(database: Database, sessionId: string): ComparableCall[] {
  return database
    .sql(
      `SELECT c.ordinal, c.part, k.connection_id, k.server, coalesce(c.tool, c.method) AS tool, c.args_key, c.result_key, c.outcome,
         c.duration_ms
       FROM calls c JOIN connections k ON k.n = c.connection
       WHERE c.session = (SELECT n FROM sessions WHERE session_id = ?) AND c.folded = 0 AND c.direction = 'c2s'
         AND c.event <> 'notification' AND within(c.n)
       ORDER BY c.sort LIMIT ?`,
    )
    .all(sessionId, CALLS_LIMIT)
    .map((row) => ({
      call_id: callIdOf(
        rows.text(row, 'connection_id'),
        keyOfParts(rows.number(row, 'ordinal'), rows.number(row, 'part')),
      ),
      tool: `${rows.text(row, 'server')}/${rows.text(row, 'tool')}`,
      args_key: rows.textOrNull(row, 'args_key'),
      result_key: rows.textOrNull(row, 'result_key'),
      outcome: rows.text(row, 'outcome'),
      duration_ms: rows.numberOrNull(row, 'duration_ms'),
    }));
}

/** Heads by call id; a call that is not there has none. */
export function comparedHeads(database: Database, callIds: readonly string[]): Record<string, ComparedHead> {
  const heads: Record<string, ComparedHead> = {};
  for (const id of callIds) {
    const head = comparedHead(database, id);
    if (head) heads[id] = head;
  }
  return heads;
}

function comparedHead(database: Database, callId: string): ComparedHead | null {
  const n = callNumber(database, callId);
  const row =
    n === null
      ? undefined
      : database
          .sql(
            `SELECT k.server, coalesce(c.tool, c.method) AS tool, c.summary, c.outcome, c.error_message, c.duration_ms
             FROM calls c JOIN connections k ON k.n = c.connection WHERE c.n = ?`,
          )
          .get(n);
  if (!row) return null;
  return {
    call_id: callId,
    server: rows.text(row, 'server'),
    tool: rows.text(row, 'tool'),
    summary: rows.textOrNull(row, 'summary'),
    outcome: rows.text(row, 'outcome'),
    error_message: rows.textOrNull(row, 'error_message'),
    duration_ms: rows.numberOrNull(row, 'duration_ms'),
  };
}
