/** Questions about what policy refused, or would have: oldest first, the newest so many. */
import { callIdOf } from '../base/ids.ts';
import type { Denial, DenialList } from '../protocol/denial.ts';
import type { Span } from '../protocol/events.ts';
import { DenialReason, JudgedPath } from '../protocol/policy.ts';
import { Call, InputSummary, Principal } from '../protocol/record.ts';
import type { Database, SqlRow } from './database.ts';
import { keyOfParts } from './frameColumns.ts';
import { placeOfJudgement } from './judgement.ts';
import { oncesOf } from './onceRows.ts';
import { callNumber } from './resolve.ts';
import * as rows from './rows.ts';
import { callScope, type SessionScope } from './sessionQueries.ts';

export interface DenialsQuestion extends SessionScope {
  readonly session_id: string | null;
  readonly limit: number;
}

const FROM = `denials d JOIN calls c ON c.n = d.call JOIN connections k ON k.n = c.connection JOIN sessions s ON s.n = d.session`;

const COLUMNS =
  'd.*, c.ordinal, c.part, c.tool, c.policy, c.input_summary, k.connection_id, k.server, s.session_id, s.principal';

/** Null where nothing was held against the call, or there is none. */
export function denialOfCall(database: Database, callId: string): Denial | null {
  const row = database.sql(`SELECT ${COLUMNS} FROM ${FROM} WHERE d.call = ?`).get(callNumber(database, callId));
  return row ? toDenial(row) : null;
}

export function listDenials(database: Database, question: DenialsQuestion): DenialList {
  return database.snapshot(() => {
    const { sql, values } =
      question.session_id === null ? callScope(question) : { sql: 's.session_id = ?', values: [question.session_id] };
    const total = database.once(`SELECT count(*) AS total FROM ${FROM} WHERE ${sql} AND within(c.n)`).get(...values);
    const list = database
      .once(`SELECT ${COLUMNS} FROM ${FROM} WHERE ${sql} AND within(c.n) ORDER BY d.at DESC, d.call DESC LIMIT ?`)
      .all(...values, question.limit);
    const denials = list.reverse().map(toDenial);
    const once = [
      ...oncesOf(
        database,
        denials.map(({ call_id }) => call_id),
      ).values(),
    ];
    return { denials, total: rows.number(total ?? {}, 'total'), once };
  });
}

/** All of a session, oldest first. */
export function sessionDenials(database: Database, sessionId: string): Denial[] {
  return database
    .sql(`SELECT ${COLUMNS} FROM ${FROM} WHERE s.session_id = ? ORDER BY d.at, d.call`)
    .all(sessionId)
    .map(toDenial);
}

function toDenial(row: SqlRow): Denial {
  const call_id = callIdOf(
    rows.text(row, 'connection_id'),
    keyOfParts(rows.number(row, 'ordinal'), rows.number(row, 'part')),
  );
  const policy = row.policy === null ? null : rows.json(row, 'policy', (value) => Call.shape.policy.parse(value));
  return {
    denial_id: denialIdOf(call_id),
    call_id,
    session_id: rows.text(row, 'session_id'),
    principal: rows.json(row, 'principal', (value) => Principal.parse(value)),
    tenant: null,
    server: rows.text(row, 'server'),
    tool: rows.textOrNull(row, 'tool'),
    at: new Date(rows.number(row, 'at')).toISOString(),
    requested_capability: rows.textOrNull(row, 'capability'),
    reason: rows.word(row, 'reason', DenialReason.options),
    rule: policy?.rule ?? null,
    policy_bundle: policy?.bundle ?? null,
    mode: rows.word(row, 'mode', ['observe', 'enforce']),
    decision: rows.word(row, 'decision', ['would_deny', 'deny']),
    input_summary:
      row.input_summary === null ? null : rows.json(row, 'input_summary', (value) => InputSummary.parse(value)),
    remedy: rows.textOrNull(row, 'remedy'),
    paths: row.paths === null ? [] : rows.json(row, 'paths', (value) => JudgedPath.array().parse(value)),
  };
}

/** Where the decision about a call stands in its connection's journal; null where it has none. */
export function decisionPlace(
  database: Database,
  callId: string,
): { readonly connection_id: string; readonly server: string; readonly place: Span } | null {
  const row = database
    .sql(
      'SELECT c.judged, k.connection_id, k.server FROM calls c JOIN connections k ON k.n = c.connection WHERE c.n = ?',
    )
    .get(callNumber(database, callId));
  const judged = row ? rows.textOrNull(row, 'judged') : null;
  if (!row || judged === null) return null;
  return {
    connection_id: rows.text(row, 'connection_id'),
    server: rows.text(row, 'server'),
    place: placeOfJudgement(judged),
  };
}

/** Derived from the call's, of which there is at most one denial. */
export function denialIdOf(callId: string): string {
  return callId.replace(/^call_/, 'den_');
}
