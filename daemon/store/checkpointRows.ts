/**
 * Checkpoints: those that a command took are rows; behind every tool call that succeeded stands a light one that has
 * none. Decides which is the last good one: the newest whose tests passed, else the one before the first failure.
 */
import { callOfCheckpoint, lightCheckpointId } from '../base/ids.ts';
import type { SessionCheckpoints } from '../protocol/captures.ts';
import { Checkpoint, type CheckpointVerdict } from '../protocol/checkpoint.ts';
import type { Database, SqlRow } from './database.ts';
import { placeStep } from './frameColumns.ts';
import { importOf } from './importQueries.ts';
import { recoveredCalls, withoutPaidDemands } from './recoveryRows.ts';
import { callIdOfRow, callNumber, callPlace } from './resolve.ts';
import * as rows from './rows.ts';

/** What a checkpoint that is taken now says of its session. */
export function sessionSoFar(database: Database, sessionId: string): Pick<Checkpoint, 'after_call' | 'calls'> | null {
  const session = database.sql('SELECT n, tool_calls FROM sessions WHERE session_id = ?').get(sessionId);
  if (!session) return null;
  const last = lastCall(database, rows.number(session, 'n'), "c.outcome <> 'running'", null);
  return { after_call: last ? callIdOfRow(last) : null, calls: rows.number(session, 'tool_calls') };
}

/** The checkpoint and its row in the session's tree. To be run inside a commit; twice gives the same rows. */
export function addCheckpoint(database: Database, checkpoint: Checkpoint, rev: number): void {
  const { checkpoint_id, session_id, verified } = checkpoint;
  const at = Date.parse(checkpoint.at);
  database
    .sql('INSERT OR IGNORE INTO checkpoints VALUES (?, ?, ?, ?, ?)')
    .run(checkpoint_id, session_id, at, verified?.result === 'passed' ? 1 : 0, JSON.stringify(checkpoint));
  database
    .sql(
      `INSERT OR IGNORE INTO trail (event_id, session_id, kind, at, sort, after, harness_id, sentence, rev)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      `ev_${checkpoint_id}`,
      session_id,
      verified ? 'test_result' : 'checkpoint',
      at,
      placeStep(at, 0, 0, 0),
      checkpoint_id,
      checkpoint.harness,
      sentenceOf(checkpoint),
      rev,
    );
}

function sentenceOf({ calls, verified, git_head }: Checkpoint): string {
  const after = `checkpoint after ${calls} tool ${calls === 1 ? 'call' : 'calls'}`;
  const at = git_head === null ? '' : ` at ${git_head.slice(0, 8)}`;
  return verified ? `${after}${at}: ${verified.command} ${ENDED[verified.result]}` : `${after}${at}`;
}

const ENDED: Readonly<Record<CheckpointVerdict['result'], string>> = {
  passed: 'passed',
  failed: 'failed',
  unknown: 'did not end',
};

/** A checkpoint by its id, taken or light; null where there is none. */
function readCheckpoint(database: Database, id: string): Checkpoint | null {
  const row = database.sql('SELECT record FROM checkpoints WHERE checkpoint_id = ?').get(id);
  if (row) return rows.json(row, 'record', (value) => Checkpoint.parse(value));
  const n = callNumber(database, callOfCheckpoint(id));
  const call = n === null ? undefined : database.sql(`SELECT ${CALL} WHERE c.n = ?`).get(n);
  return call && isTurningPoint(call) ? lightCheckpoint(database, call) : null;
}

/** So many calls that were made good, and that were not, are named. */
const RECOVERED = 1000;

/** Null where there is no such session. */
export function sessionCheckpoints(database: Database, sessionId: string): SessionCheckpoints | null {
  const found = database
    .sql('SELECT n, session_id, tool_calls, failed_calls, first_failing_call FROM sessions WHERE session_id = ?')
    .get(sessionId);
  if (!found) return null;
  const session = withoutPaidDemands(database, found);
  const last = lastGoodCheckpointId(database, session);
  return {
    last_good: last === null ? null : readCheckpoint(database, last),
    taken: takenCheckpoints(database, sessionId),
    recovered_by:
      importOf(database, sessionId)?.session.sums?.recovered_by ?? recoveredCalls(database, session, RECOVERED),
  };
}

/** Those that a command took, oldest first, the newest 1,000. */
function takenCheckpoints(database: Database, sessionId: string): Checkpoint[] {
  return database
    .sql(
      'SELECT record FROM (SELECT record, at FROM checkpoints WHERE session_id = ? ORDER BY at DESC LIMIT 1000) ORDER BY at',
    )
    .all(sessionId)
    .map((row) => rows.json(row, 'record', (value) => Checkpoint.parse(value)));
}

/** @param session its row: `n`, `session_id`, `first_failing_call` */
export function lastGoodCheckpointId(database: Database, session: SqlRow): string | null {
  const passed = database
    .sql('SELECT checkpoint_id FROM checkpoints WHERE session_id = ? AND passed = 1 ORDER BY at DESC LIMIT 1')
    .get(rows.text(session, 'session_id'));
  if (passed) return rows.text(passed, 'checkpoint_id');
  const failing = rows.textOrNull(session, 'first_failing_call');
  const n = rows.number(session, 'n');
  const last = lastCall(database, n, "c.outcome = 'success'", failing && callPlace(database, n, failing));
  return last ? lightCheckpointId(callIdOfRow(last)) : null;
}

const CALL = `c.n, c.session, c.ordinal, c.part, c.sort, c.event, c.outcome, c.started_at, c.duration_ms, k.connection_id, s.session_id
  FROM calls c JOIN connections k ON k.n = c.connection JOIN sessions s ON s.n = c.session`;

const isTurningPoint = (call: SqlRow) => call.event === 'tool_call' && call.outcome === 'success';

/** The last of a session's tool calls in its tree's order, read from the end. @param before its `sort` is smaller */
function lastCall(database: Database, session: number, condition: string, before: string | null): SqlRow | undefined {
  return database
    .sql(
      `SELECT ${CALL} WHERE c.session = ? AND c.sort < ? AND c.event = 'tool_call' AND c.direction = 'c2s' AND ${condition}
       ORDER BY c.sort DESC LIMIT 1`,
    )
    .get(session, before ?? '~');
}

function lightCheckpoint(database: Database, call: SqlRow): Checkpoint {
  const session_id = rows.text(call, 'session_id');
  const call_id = callIdOfRow(call);
  const at = rows.number(call, 'started_at') + (rows.numberOrNull(call, 'duration_ms') ?? 0);
  const calls = database
    .sql("SELECT count(*) AS count FROM calls WHERE session = ? AND event = 'tool_call' AND sort <= ?")
    .get(rows.number(call, 'session'), rows.text(call, 'sort'));
  const before = database
    .sql('SELECT harness_id, workbench FROM captures WHERE session_id = ? AND at <= ? ORDER BY at DESC LIMIT 1')
    .get(session_id, at);
  return {
    checkpoint_id: lightCheckpointId(call_id),
    session_id,
    at: new Date(at).toISOString(),
    after_call: call_id,
    calls: rows.number(calls ?? {}, 'count'),
    harness: before ? rows.text(before, 'harness_id') : null,
    git_head: before ? inWorkbench(before, (workbench) => workbench.git?.head) : null,
    workspace_digest: digestBehind(database, call, at),
    verified: null,
  };
}

/** Of the first capture behind the call, unless another call may have written before it was taken. */
function digestBehind(database: Database, call: SqlRow, at: number): string | null {
  const capture = database
    .sql('SELECT at, workbench FROM captures WHERE session_id = ? AND at >= ? ORDER BY at LIMIT 1')
    .get(rows.text(call, 'session_id'), at);
  if (!capture) return null;
  const between = database
    .sql(
      `SELECT 1 FROM calls c LEFT JOIN call_evidence e ON e.call = c.n
       WHERE c.session = ? AND c.sort > ? AND c.event = 'tool_call' AND c.started_at <= ? AND coalesce(e.side_effect_class, 'unknown') <> 'none' LIMIT 1`,
    )
    .get(rows.number(call, 'session'), rows.text(call, 'sort'), rows.number(capture, 'at'));
  return between ? null : inWorkbench(capture, (workbench) => workbench.workspace_digest);
}

interface KeptWorkbench {
  readonly git?: { readonly head?: string | null } | null;
  readonly workspace_digest?: string | null;
}

/** Reads one member without checking the whole: it was checked when it was kept. */
function inWorkbench(row: SqlRow, of: (workbench: KeptWorkbench) => string | null | undefined): string | null {
  const kept: KeptWorkbench = JSON.parse(rows.text(row, 'workbench'));
  return of(kept) ?? null;
}
