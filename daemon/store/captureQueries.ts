/** Questions about captures: one by any id that leads to it, those of a session in order, the newest of a workspace. */
import { changeSentence } from '../model/changeSentence.ts';
import { diffCaptures } from '../model/harnessDiff.ts';
import {
  type CaptureHead,
  CaptureOrigin,
  type FreshHead,
  type HarnessList,
  type SessionHarness,
  type StoredCapture,
  type StoredFresh,
} from '../protocol/captures.ts';
import { FreshResult } from '../protocol/comparison.ts';
import { HarnessVersion } from '../protocol/harness.ts';
import { CAPTURE_VERSION, Workbench } from '../protocol/workbench.ts';
import type { Database, SqlRow } from './database.ts';
import { importedCapture, importedCaptures, isImported } from './importQueries.ts';
import * as rows from './rows.ts';
import type { SessionScope } from './sessionQueries.ts';
import { readFindings, readRetries, readTrail } from './trailQueries.ts';

const LIST_LIMIT = 500;

/** @param id `cap_…`; `hv_…`: the newest capture of that version; `ses_…`: what that session woke up on */
export function readCapture(database: Database, id: string): StoredCapture | null {
  if (id.startsWith('ses_') && isImported(database, id)) return firstImported(database, id);
  const row = captureRow(database, id);
  // A capture of our own goes before one that somebody else gave its id.
  if (!row) return id.startsWith('cap_') ? importedCapture(database, id) : null;
  const head = toHead(row);
  const kept = database.sql('SELECT version FROM harnesses WHERE harness_id = ?').get(head.harness_id);
  if (!kept) return null;
  const harness = rows.json(kept, 'version', (value) => HarnessVersion.parse(value));
  const workbench = rows.json(row, 'workbench', (value) => Workbench.parse(value));
  const texts = textsOf(database, rows.text(kept, 'version'));
  return { head, capture: { v: CAPTURE_VERSION, harness, workbench, texts } };
}

/** As of our own sessions: the last that tells of its start. */
function firstImported(database: Database, sessionId: string): StoredCapture | null {
  const captures = importedCaptures(database, sessionId);
  return captures.findLast(({ head }) => head.origin === 'session') ?? captures.at(-1) ?? null;
}

/** Every digest that a version's JSON names: some of them have a text. */
export function digestsIn(versionJson: string): string[] {
  return [...new Set([...versionJson.matchAll(/sha256:[0-9a-f]{64}/g)].map(([digest]) => digest))];
}

function textsOf(database: Database, versionJson: string): Record<string, string> {
  const list = database
    .sql('SELECT sha256, text FROM harness_texts WHERE sha256 IN (SELECT value FROM json_each(?))')
    .all(JSON.stringify(digestsIn(versionJson)));
  return Object.fromEntries(list.map((row) => [rows.text(row, 'sha256'), rows.text(row, 'text')]));
}

function captureRow(database: Database, id: string): SqlRow | undefined {
  if (id.startsWith('hv_'))
    return database.sql('SELECT * FROM captures WHERE harness_id = ? ORDER BY at DESC, n DESC LIMIT 1').get(id);
  // A start is told by its last capture: when it was taken the session's servers had listed their tools.
  if (id.startsWith('ses_'))
    return database
      .sql("SELECT * FROM captures WHERE session_id = ? ORDER BY origin <> 'session', at DESC, n DESC LIMIT 1")
      .get(id);
  return database.sql('SELECT * FROM captures WHERE capture_id = ?').get(id);
}

function toHead(row: SqlRow): CaptureHead {
  return {
    capture_id: rows.text(row, 'capture_id'),
    session_id: rows.textOrNull(row, 'session_id'),
    origin: rows.word(row, 'origin', CaptureOrigin.options),
    harness_id: rows.text(row, 'harness_id'),
    captured_at: new Date(rows.number(row, 'at')).toISOString(),
    root: rows.text(row, 'root'),
    agent: rows.text(row, 'agent'),
    compared_with: rows.textOrNull(row, 'compared_with'),
    sentence: rows.textOrNull(row, 'sentence'),
    changes: rows.numberOrNull(row, 'changes'),
  };
}

/** Null where there is no such session. */
export function sessionHarness(database: Database, sessionId: string): SessionHarness | null {
  if (!database.sql('SELECT 1 FROM sessions WHERE session_id = ?').get(sessionId)) return null;
  const captures = isImported(database, sessionId)
    ? importedCaptures(database, sessionId).map(({ head }) => head)
    : database.sql('SELECT * FROM captures WHERE session_id = ? ORDER BY at, n').all(sessionId).map(toHead);
  const first = captures.length === 0 ? null : readCapture(database, sessionId);
  return {
    session_id: sessionId,
    captures,
    first,
    since: first && !isImported(database, sessionId) ? sinceOf(database, first) : null,
    trail: readTrail(database, sessionId),
    findings: readFindings(database, sessionId),
    changed_retries: readRetries(database, sessionId),
  };
}

function sinceOf(database: Database, first: StoredCapture): SessionHarness['since'] {
  const before = first.head.compared_with === null ? null : readCapture(database, first.head.compared_with);
  if (!before) return null;
  const differences = diffCaptures(before.capture, first.capture);
  const { session_id, capture_id } = before.head;
  return { session_id, capture_id, sentence: changeSentence(differences), differences };
}

export function listHarness(database: Database, scope: SessionScope, limit: number | null): HarnessList {
  const everywhere = scope.all || scope.workspace === null ? 1 : 0;
  const values = [everywhere, scope.workspace, Math.min(limit ?? LIST_LIMIT, LIST_LIMIT)];
  return {
    captures: database
      .sql('SELECT * FROM captures WHERE (? OR root = ?) ORDER BY at DESC, n DESC LIMIT ?')
      .all(...values)
      .map(toHead),
    fresh: database
      .sql('SELECT * FROM fresh_results WHERE (? OR root = ?) ORDER BY at DESC LIMIT ?')
      .all(...values)
      .map((row) => toFreshHead(row).head),
  };
}

export function readFresh(database: Database, freshId: string): StoredFresh | null {
  const row = database.sql('SELECT * FROM fresh_results WHERE fresh_id = ?').get(freshId);
  if (!row) return null;
  return {
    ...toFreshHead(row),
    warm: readCapture(database, rows.text(row, 'warm')),
    fresh: readCapture(database, rows.text(row, 'fresh')),
  };
}

/** Comparing with a fresh checkout runs the tests here, too. Of the newest ten that did so, the newest that ran it. */
export function lastTest(database: Database, root: string, command: string): Workbench['test_result'] {
  const newest = database.sql('SELECT * FROM fresh_results WHERE root = ? ORDER BY at DESC LIMIT 10').all(root);
  for (const row of newest) {
    const { head, result } = toFreshHead(row);
    if (result.test?.command === command && result.test.warm !== 'not_run')
      return { command, result: result.test.warm, at: head.at };
  }
  return null;
}

function toFreshHead(row: SqlRow): { head: FreshHead; result: FreshResult } {
  const result = rows.json(row, 'result', (value) => FreshResult.parse(value));
  const head = {
    fresh_id: rows.text(row, 'fresh_id'),
    at: new Date(rows.number(row, 'at')).toISOString(),
    root: rows.text(row, 'root'),
    ref: result.ref,
    hidden: result.hidden.length,
  };
  return { head, result };
}
