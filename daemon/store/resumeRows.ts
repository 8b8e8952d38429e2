/**
 * What a session's record says about doing it again: of each tool call what a repetition would do, as columns beside its
 * evidence, so that the record is a few look-ups however long the session is. A call of which a later attempt succeeded
 * has none: that attempt is judged in its place.
 */
import { repeatsSafely, resumeClass } from '../model/resumeClass.ts';
import type { CallEvidence } from '../protocol/evidence.ts';
import type { Session } from '../protocol/record.ts';
import type { CallRow } from './callRows.ts';
import type { Database } from './database.ts';
import type { ResumeColumns } from './evidenceRows.ts';
import { putRecovery } from './recoveryRows.ts';
import { callIdOfRow, callNumber } from './resolve.ts';
import * as rows from './rows.ts';

type JudgedCall = Pick<CallRow, 'n' | 'session' | 'started_at' | 'event' | 'direction' | 'outcome'>;

/** Attempts that came before one another are followed so far. */
const MAX_ATTEMPTS = 100;

/** For `putEvidence`; null for what is no tool call. */
export function resumeColumns(call: JudgedCall, evidence: CallEvidence): ResumeColumns | null {
  if (!isRepeatable(call)) return null;
  const facts = {
    outcome: call.outcome,
    retry_safe: evidence.retry_safe ?? null,
    reversibility: evidence.reversibility ?? ('unknown' as const),
    side_effect_class: evidence.side_effect_class ?? ('unknown' as const),
    effects: evidence.effects ?? null,
    error_retry_safe: evidence.error?.retry_safe ?? null,
  };
  const verdict = resumeClass(facts);
  const safely = verdict ? repeatsSafely(facts) : null;
  return {
    resume: verdict?.resume ?? null,
    repeats: verdict ? (safely === null ? 'unknown' : safely ? 'yes' : 'no') : null,
    seen: seenOf(evidence),
  };
}

function isRepeatable({ event, direction }: JudgedCall): boolean {
  return event === 'tool_call' && direction === 'c2s';
}

/** What the call changes for others. To be run behind `putEvidence`, in the same commit. */
export function putResume(database: Database, call: JudgedCall, evidence: CallEvidence): void {
  if (!isRepeatable(call)) return;
  if (call.outcome === 'success') supersede(database, call.n, evidence.retry_of ?? null);
  putRecovery(database, call);
}

/** Where the least is known: one effect that went with the session decides. */
function seenOf({ effects }: CallEvidence): string | null {
  const all = (effects ?? []).map(({ visibility }) => visibility);
  for (const one of ['session_local', 'unknown', 'durable'] as const) if (all.includes(one)) return one;
  return null;
}

function supersede(database: Database, by: number, callId: string | null): void {
  let [of, left] = [callId, MAX_ATTEMPTS];
  while (of !== null && left-- > 0) {
    const n = callNumber(database, of);
    if (n === null) return;
    database
      .sql(
        `UPDATE call_evidence SET resume = NULL, recovered_by = iif(recovery = 'open', ?, recovered_by),
           recovery = iif(recovery = 'open', 'retried', recovery) WHERE call = ?`,
      )
      .run(by, n);
    const earlier = database
      .sql("SELECT json_extract(record, '$.retry_of') AS retry_of FROM call_evidence WHERE call = ?")
      .get(n);
    of = earlier ? rows.textOrNull(earlier, 'retry_of') : null;
  }
}

/** @param session its number @param limit of each list the newest so many, oldest first */
export function sessionRetry(database: Database, session: number, limit: number): Session['retry'] {
  const has = (condition: string) =>
    database.sql(`SELECT 1 FROM call_evidence WHERE session = ? AND ${condition} LIMIT 1`).get(session) !== undefined;
  let cut = false;
  const list = (resume: string): string[] => {
    const found = database
      .sql(
        `SELECT k.connection_id, c.ordinal, c.part FROM call_evidence e JOIN calls c ON c.n = e.call JOIN connections k ON k.n = c.connection
         WHERE e.session = ? AND e.resume = ? ORDER BY e.call DESC LIMIT ?`,
      )
      .all(session, resume, limit + 1);
    cut ||= found.length > limit;
    return found.slice(0, limit).reverse().map(callIdOfRow);
  };
  return {
    plain_retry_safe: has("repeats = 'no'")
      ? false
      : has("repeats = 'unknown'") || !has("repeats = 'yes'")
        ? null
        : true,
    skip: list('skip'),
    verify_first: list('verify_first'),
    safe_to_repeat: list('safe_to_repeat'),
    visible_to_new_session: has("seen = 'session_local'")
      ? false
      : has("seen = 'unknown'") || !has("seen = 'durable'")
        ? 'unknown'
        : true,
    cut,
  };
}
