/**
 * The second stage's work list and what it writes: which calls still have bodies to be read, and the redacted words
 * that were found in them. The list is a column of the calls, so it is exactly as durable as they are.
 */
import { callIdOf } from '../base/ids.ts';
import type { FrameRef, Span } from '../protocol/events.ts';
import type { CallEvidence } from '../protocol/evidence.ts';
import type { FindingKind } from '../protocol/trail.ts';
import { responseFrame } from './callRecord.ts';
import { type CallRow, readCallRow, TODO } from './callRows.ts';
import type { Database } from './database.ts';
import { type StoredDecision, writeDecision } from './decisionRows.ts';
import { putEvidence } from './evidenceRows.ts';
import { keepRaces } from './fileStateRows.ts';
import { addFinding, dropFindings, type NewFinding } from './findingRows.ts';
import { keyOfParts, unpackFrame } from './frameColumns.ts';
import { placeOfJudgement } from './judgement.ts';
import { putResume, resumeColumns } from './resumeRows.ts';
import * as rows from './rows.ts';

export interface BodyTask {
  readonly call: number;
  readonly session: number;
  readonly session_id: string;
  readonly connection_id: string;
  /** As lists call it. */
  readonly server: string;
  readonly call_id: string;
  readonly method: string;
  /** As the first stage wrote it. */
  readonly row: CallRow;
  /** The folder that the call's session works in; null where none is proven. */
  readonly workspace: string | null;
  /** Each null where there is nothing new to read. */
  readonly request: FrameRef | null;
  readonly response: FrameRef | null;
  readonly progress: FrameRef | null;
  /** Where the decision on it stands. */
  readonly decision: Span | null;
  readonly failed: boolean;
  /** A proxy looked at files that it names. */
  readonly looked: boolean;
  /** What it was asked and answered, read before or not, where it has to be judged; null where not. */
  readonly judge: { readonly request: FrameRef; readonly response: FrameRef | null } | null;
}

/** What was derived of a call. */
export interface JudgedCall {
  readonly evidence: CallEvidence;
  readonly findings: readonly Pick<NewFinding, 'kind' | 'severity' | 'item' | 'evidence'>[];
  /** Calls that were at the same place at the same time. */
  readonly races: readonly number[];
}

/** How findings and repetitions are judged. */
export interface JudgeRules {
  /** Kinds of findings that are judged anew with a call. */
  readonly kinds: readonly FindingKind[];
  /** What the calls before it add to what was judged of a call; asked when its row is written. */
  complete(task: BodyTask, exactKey: string | null, judged: JudgedCall): JudgedCall;
}

const NO_RULES: JudgeRules = { kinds: [], complete: (_task, _key, judged) => judged };

/** What was found in the bodies of a call. undefined leaves a column as it is. */
export interface BodyWords {
  readonly task: BodyTask;
  readonly summary?: string | null;
  readonly redacted?: number;
  readonly redaction_rule?: string | null;
  readonly error_message?: string | null;
  readonly progress_message?: string | null;
  /** What runs are compared by: of the arguments, of the answer. */
  readonly args_key?: string;
  readonly result_key?: string;
  /** What was decided of it; null where that cannot be read any more. */
  readonly decision?: StoredDecision | null;
  readonly judged?: JudgedCall;
  /** Stands for server, tool and arguments, as they are. */
  readonly exact_key?: string;
  /** Full text of the request, of the answer. */
  readonly request_words?: string | null;
  readonly response_words?: string | null;
}

/** How many calls wait for the second stage. */
export function bodyBacklog(database: Database): number {
  return rows.number(database.sql('SELECT count(*) AS count FROM calls WHERE todo > 0').get() ?? {}, 'count');
}

/**
 * Puts calls on the list whose evidence is to be judged anew, and the lists of tools that they were made by. What was
 * imported stays as whoever recorded it judged it.
 * @param sessionId null for every session
 * @returns how many calls
 */
export function judgeAgain(database: Database, sessionId: string | null): number {
  const which = sessionId === null ? '' : ' AND session = (SELECT n FROM sessions WHERE session_id = ?)';
  return database
    .once(
      `UPDATE calls SET todo = todo | iif(method = 'tools/list', ?, ?) WHERE event <> 'notification'
       AND connection NOT IN (SELECT n FROM connections WHERE imported = 1)${which}`,
    )
    .run(TODO.judge | TODO.response, TODO.judge, ...(sessionId === null ? [] : [sessionId])).changes;
}

/** Oldest first: what a call is judged by stands before it. */
export function bodyTasks(database: Database, limit: number): BodyTask[] {
  return database
    .sql(
      `SELECT c.*, k.connection_id, k.server, s.session_id, s.workspace,
         EXISTS (SELECT 1 FROM file_states f WHERE f.call = c.n) AS looked FROM calls c INDEXED BY calls_waiting
       JOIN connections k ON k.n = c.connection JOIN sessions s ON s.n = c.session WHERE c.todo > 0 ORDER BY c.n LIMIT ?`,
    )
    .all(limit)
    .map((found) => {
      const row = readCallRow(found);
      const { n: call, todo, ordinal, part } = row;
      const connection_id = rows.text(found, 'connection_id');
      const request = unpackFrame(row.request, ordinal, part);
      const response = row.response === null ? null : responseFrame(row.response);
      return {
        call,
        session: row.session,
        session_id: rows.text(found, 'session_id'),
        connection_id,
        server: rows.text(found, 'server'),
        call_id: callIdOf(connection_id, keyOfParts(ordinal, part)),
        method: row.method,
        row,
        workspace: rows.textOrNull(found, 'workspace'),
        request: todo & TODO.request ? request : null,
        response: todo & TODO.response ? response : null,
        progress: todo & TODO.progress ? lastProgress(database, call) : null,
        decision: todo & TODO.decision && row.judged !== null ? placeOfJudgement(row.judged) : null,
        failed: row.outcome === 'error' || row.outcome === 'denied',
        looked: rows.flag(found, 'looked'),
        judge: todo & TODO.judge ? { request, response } : null,
      };
    });
}

/** Writes what was found and takes the calls off the list. To be run inside a commit. */
export function writeBodyWords(
  database: Database,
  list: readonly BodyWords[],
  rev: number,
  rules: JudgeRules = NO_RULES,
): void {
  const update = database.sql(
    `UPDATE calls SET summary = iif(?, ?, summary), redacted = coalesce(?, redacted), redaction_rule = coalesce(?, redaction_rule),
       error_message = iif(?, ?, error_message), progress_message = iif(?, ?, progress_message),
       args_key = coalesce(?, args_key), result_key = coalesce(?, result_key),
       exact_key = coalesce(?, exact_key), todo = 0, rev = ? WHERE n = ?`,
  );
  for (const found of list) {
    const { call } = found.task;
    update.run(
      found.summary === undefined ? 0 : 1,
      found.summary ?? null,
      found.redacted ?? null,
      found.redaction_rule ?? null,
      found.error_message === undefined ? 0 : 1,
      found.error_message ?? null,
      found.progress_message === undefined ? 0 : 1,
      found.progress_message ?? null,
      found.args_key ?? null,
      found.result_key ?? null,
      found.exact_key ?? null,
      rev,
      call,
    );
    if (found.decision) writeDecision(database, call, found.decision, rev);
    if (found.judged)
      writeJudged(database, found.task, rules.complete(found.task, found.exact_key ?? null, found.judged), rules.kinds);
  }
  // Last of all, and together: any statement that replaces a row makes the full-text index write out what it has gathered.
  const addWords = database.sql('INSERT OR REPLACE INTO words (rowid, text) VALUES (?, ?)');
  for (const { task, request_words, response_words } of list) {
    if (request_words) addWords.run(task.call * 2, request_words);
    if (response_words) addWords.run(task.call * 2 + 1, response_words);
  }
}

function writeJudged(
  database: Database,
  { call, session, session_id, row }: BodyTask,
  { evidence, findings, races }: JudgedCall,
  kinds: readonly FindingKind[],
): void {
  putEvidence(database, call, session, evidence, resumeColumns(row, evidence));
  putResume(database, row, evidence);
  if (races.length > 0) keepRaces(database, call, races);
  dropFindings(database, call, kinds);
  for (const finding of findings) addFinding(database, { ...finding, call, session_id, since: row.started_at });
}

function lastProgress(database: Database, call: number): FrameRef | null {
  const row = database
    .sql("SELECT * FROM call_frames WHERE call = ? AND role = 'progress' ORDER BY ordinal DESC, part DESC LIMIT 1")
    .get(call);
  return row ? unpackFrame(rows.text(row, 'frame'), rows.number(row, 'ordinal'), rows.number(row, 'part')) : null;
}
