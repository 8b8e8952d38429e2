/** Adds up one session: by server, tool and lane, effects, failures, findings. Asked when somebody looks, never per call. */
import type { ResumeClass } from '../protocol/checkpoint.ts';
import { EffectEvidence, EffectKind } from '../protocol/effect.ts';
import { ErrorClass } from '../protocol/record.ts';
import type { RepeatedCall, SessionSummary, Share } from '../protocol/summary.ts';
import type { Database, SqlRow } from './database.ts';
import { importOf } from './importQueries.ts';
import { recoveredCalls } from './recoveryRows.ts';
import { callIdOfRow } from './resolve.ts';
import * as rows from './rows.ts';
import { sessionHeads } from './sessionQueries.ts';
import type { TitleOf } from './sessionRecord.ts';
import { readFindings } from './trailQueries.ts';

const LISTED = 100;
const FINDINGS = 1000;
/** Of what may be repeated so many calls are named. */
const REPEATED = 1000;

/** Calls of a session with what was derived of them; a demand for payment is a round of the call that paid. */
const CALLS = `calls c JOIN connections k ON k.n = c.connection LEFT JOIN call_evidence e ON e.call = c.n
  WHERE c.session = ? AND c.event = 'tool_call' AND c.direction = 'c2s'
    AND NOT (e.payment IS NOT NULL AND coalesce(e.recovery, '') = 'retried')`;

/** Null where there is no such session. */
export function sessionSummary(database: Database, sessionId: string, titleOf: TitleOf): SessionSummary | null {
  const [head] = sessionHeads(database, [sessionId], titleOf, REPEATED);
  const row = database.sql('SELECT n, session_id FROM sessions WHERE session_id = ?').get(sessionId);
  if (!head || !row) return null;
  const findings = readFindings(database, sessionId).slice(-FINDINGS);
  const foreign = importOf(database, sessionId)?.session.sums ?? null;
  // As whoever recorded it added it up: here is less to add up from.
  if (foreign) return { ...foreign, session: head.session, findings };
  const n = rows.number(row, 'n');
  return {
    session: head.session,
    by: {
      server: sharesOf(database, n, 'k.server'),
      tool: sharesOf(database, n, 'c.tool'),
      lane: sharesOf(database, n, 'e.lane'),
    },
    effects: effectsOf(database, n),
    failures: failuresOf(database, n),
    recovered_by: recoveredCalls(database, row, LISTED),
    unknown_effects: unknownEffects(database, n),
    tokenizer: tokenizerOf(database, n),
    repeats: {
      skip: repeated(database, n, 'skip'),
      verify_first: repeated(database, n, 'verify_first'),
      safe_to_repeat: repeated(database, n, 'safe_to_repeat'),
    },
    findings,
  };
}

function sharesOf(database: Database, session: number, by: 'k.server' | 'c.tool' | 'e.lane'): Share[] {
  return database
    .sql(
      `SELECT ${by} AS name, count(*) AS calls, sum(c.outcome IN ('error', 'timeout', 'lost')) AS failed,
         sum(e.tokens) AS tokens, sum(c.response_bytes) AS bytes,
         sum(CASE WHEN e.tokens IS NULL AND c.error_code IS NULL THEN c.response_bytes ELSE 0 END) AS uncounted_bytes,
         sum(coalesce(e.actual_usd, e.estimated_usd)) AS usd
       FROM ${CALLS} AND ${by} IS NOT NULL GROUP BY ${by} ORDER BY calls DESC, name LIMIT ${LISTED}`,
    )
    .all(session)
    .map((row) => ({
      name: rows.text(row, 'name'),
      calls: rows.number(row, 'calls'),
      failed: rows.number(row, 'failed'),
      tokens: rows.numberOrNull(row, 'tokens'),
      bytes: rows.numberOrNull(row, 'bytes'),
      uncounted_bytes: rows.numberOrNull(row, 'uncounted_bytes'),
      usd: rows.numberOrNull(row, 'usd'),
    }));
}

/** Grouped rows name their first call by its number. */
const FIRST = 'min(c.n) AS first, count(*) AS count';

function effectsOf(database: Database, session: number): SessionSummary['effects'] {
  return database
    .sql(
      `SELECT e.effect, e.proof, ${FIRST} FROM ${CALLS} AND e.effect IS NOT NULL GROUP BY e.effect, e.proof
       ORDER BY count DESC, e.effect LIMIT ${LISTED}`,
    )
    .all(session)
    .map((row) => ({
      kind: rows.word(row, 'effect', EffectKind.options),
      evidence: rows.word(row, 'proof', EffectEvidence.options),
      count: rows.number(row, 'count'),
      call_id: firstCall(database, row),
    }));
}

function failuresOf(database: Database, session: number): SessionSummary['failures'] {
  return database
    .sql(
      `SELECT e.error_class, e.failure_class, ${FIRST} FROM ${CALLS} AND e.error_class IS NOT NULL
       GROUP BY e.error_class, e.failure_class ORDER BY count DESC, e.error_class LIMIT ${LISTED}`,
    )
    .all(session)
    .map((row) => ({
      error_class: rows.word(row, 'error_class', ErrorClass.options),
      failure_class: rows.textOrNull(row, 'failure_class'),
      count: rows.number(row, 'count'),
      call_id: firstCall(database, row),
    }));
}

function firstCall(database: Database, row: SqlRow): string {
  const call = database
    .sql(
      'SELECT k.connection_id, c.ordinal, c.part FROM calls c JOIN connections k ON k.n = c.connection WHERE c.n = ?',
    )
    .get(rows.number(row, 'first'));
  return callIdOfRow(call ?? {});
}

function unknownEffects(database: Database, session: number): number {
  const row = database
    .sql(
      `SELECT count(*) AS count FROM ${CALLS} AND c.outcome <> 'denied' AND coalesce(e.side_effect_class, 'unknown') = 'unknown'`,
    )
    .get(session);
  return rows.number(row ?? {}, 'count');
}

/** So many calls are shown with their words. */
const SHOWN = 5;

function repeated(database: Database, session: number, resume: ResumeClass): RepeatedCall[] {
  return database
    .sql(
      `SELECT k.connection_id, k.server, c.ordinal, c.part, c.tool, c.summary FROM call_evidence e JOIN calls c ON c.n = e.call
       JOIN connections k ON k.n = c.connection WHERE e.session = ? AND e.resume = ? ORDER BY e.call DESC LIMIT ?`,
    )
    .all(session, resume, SHOWN)
    .reverse()
    .map((row) => ({
      call_id: callIdOfRow(row),
      server: rows.text(row, 'server'),
      tool: rows.textOrNull(row, 'tool'),
      summary: rows.textOrNull(row, 'summary'),
    }));
}

/** Tokens of one session are counted by one tokenizer. */
function tokenizerOf(database: Database, session: number): string | null {
  const row = database
    .sql(`SELECT json_extract(e.record, '$.output.tokenizer') AS name FROM ${CALLS} AND e.tokens IS NOT NULL LIMIT 1`)
    .get(session);
  return row ? rows.textOrNull(row, 'name') : null;
}
