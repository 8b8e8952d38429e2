/** Questions about calls: whole records, one or many of them, and where a call's frames stand. */

import type { FrameView } from '../protocol/callDetail.ts';
import type { FrameRef } from '../protocol/events.ts';
import type { Call } from '../protocol/record.ts';
import { CALL_RECORD_COLUMNS, CALL_RECORD_TABLES, CALL_TABLES, responseFrame, toCall } from './callRecord.ts';
import type { Database, SqlValue } from './database.ts';
import { unpackFrame } from './frameColumns.ts';
import { frameRefOf, IMPORTED_COLUMNS, importedCall, type LineReader } from './importQueries.ts';
import { callNumber } from './resolve.ts';
import * as rows from './rows.ts';
import { callScope, type SessionScope } from './sessionQueries.ts';
import type { Condition } from './treeQueries.ts';

export interface CallsQuestion extends SessionScope {
  readonly session_id: string | null;
  readonly condition: Condition;
  readonly errors: boolean;
  /** The newest so many; null for all. */
  readonly limit: number | null;
}

/** What `--errors` asks for: what failed, and what claims to be a success and is the body of an error. */
const ERRORS =
  "(c.outcome IN ('error', 'denied', 'timeout', 'lost') OR (c.outcome = 'success' AND e.error_class IS NOT NULL))";

function where(question: CallsQuestion): { sql: string; values: SqlValue[] } {
  const scope =
    question.session_id === null ? callScope(question) : { sql: 's.session_id = ?', values: [question.session_id] };
  const parts = [scope.sql, 'c.folded = 0', 'within(c.n)'];
  if (question.errors) parts.push(ERRORS);
  if (question.condition.sql !== '') parts.push(`(${question.condition.sql})`);
  return { sql: parts.join(' AND '), values: [...scope.values, ...question.condition.values] };
}

/** Where a listing begins: before its first call. */
export function firstOf(database: Database, question: CallsQuestion): number {
  if (question.limit === null) return 0;
  const { sql, values } = where(question);
  const row = database
    .once(`SELECT min(n) AS n FROM (SELECT c.n FROM ${CALL_TABLES} WHERE ${sql} ORDER BY c.n DESC LIMIT ?)`)
    .get(...values, question.limit);
  return row?.n == null || question.limit === 0 ? Number.MAX_SAFE_INTEGER : rows.number(row, 'n') - 1;
}

/** The next calls after `after`, oldest first; `next` is where to go on, null at the end. */
export function callsAfter(
  database: Database,
  question: CallsQuestion,
  after: number,
  batch: number,
  readLine: LineReader,
): { calls: Call[]; next: number | null } {
  const { sql, values } = where(question);
  const list = database
    .once(`SELECT ${CALL_RECORD_COLUMNS} FROM ${CALL_RECORD_TABLES} WHERE c.n > ? AND ${sql} ORDER BY c.n LIMIT ?`)
    .all(after, ...values, batch);
  const last = list.at(-1);
  return {
    calls: list.map((row) => toCall(row, readLine)),
    next: last && list.length === batch ? rows.number(last, 'n') : null,
  };
}

export function readCall(database: Database, callId: string, readLine: LineReader): Call | null {
  const n = callNumber(database, callId);
  if (n === null) return null;
  const row = database.sql(`SELECT ${CALL_RECORD_COLUMNS} FROM ${CALL_RECORD_TABLES} WHERE c.n = ?`).get(n);
  return row ? toCall(row, readLine) : null;
}

export interface CallFrame {
  readonly role: FrameView['role'];
  readonly frame: FrameRef;
}

export interface CallFrames {
  readonly connection_id: string;
  /** The journal that its texts stand in: the connection's own, or an import's. */
  readonly journal_id: string;
  readonly join: Readonly<Record<string, string>>;
  readonly frames: readonly CallFrame[];
}

const ROLES = ['request', 'response', 'progress', 'log', 'round', 'late'] as const;
/** A pane shows no more of a call's frames; the last is always among them. */
const FRAMES_LIMIT = 2000;

/** Every frame of a call in the order it was seen: at most 2,000 between request and answer. */
export function callFrames(database: Database, callId: string, readLine: LineReader): CallFrames | null {
  const n = callNumber(database, callId);
  const row = n === null ? undefined : callRow(database, n);
  if (n === null || !row) return null;
  const connection_id = rows.text(row, 'connection_id');
  const foreign = importedCall(row, readLine);
  if (foreign) {
    const frames = foreign.frames.map((frame) => ({ role: frame.role, frame: frameRefOf(frame) }));
    return { connection_id, journal_id: foreign.import_id, join: {}, frames };
  }
  const request = unpackFrame(rows.text(row, 'request'), rows.number(row, 'ordinal'), rows.number(row, 'part'));
  const response = rows.textOrNull(row, 'response');
  const between = database
    .sql('SELECT * FROM call_frames WHERE call = ? ORDER BY ordinal, part LIMIT ?')
    .all(n, FRAMES_LIMIT)
    .map((frame) => ({
      role: rows.word(frame, 'role', ROLES),
      frame: unpackFrame(rows.text(frame, 'frame'), rows.number(frame, 'ordinal'), rows.number(frame, 'part')),
    }));
  const frames: CallFrame[] = [{ role: 'request', frame: request }, ...between];
  if (response !== null) {
    const frame = responseFrame(response);
    // A late answer comes after it, progress before.
    const at = frames.findIndex((one) => one.frame.mono > frame.mono);
    frames.splice(at < 0 ? frames.length : at, 0, { role: 'response', frame });
  }
  return { connection_id, journal_id: connection_id, join: joinOf(row), frames };
}

function callRow(database: Database, n: number) {
  return database
    .sql(
      `SELECT c.*, k.connection_id, ${IMPORTED_COLUMNS} FROM calls c JOIN connections k ON k.n = c.connection
       LEFT JOIN imported_calls ic ON ic.call = c.n WHERE c.n = ?`,
    )
    .get(n);
}

function joinOf(row: Parameters<typeof rows.text>[0]): Record<string, string> {
  if (row.join_keys === null) return {};
  return rows.json(row, 'join_keys', (value) => {
    const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  });
}
