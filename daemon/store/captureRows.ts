/**
 * Writes captures as rows: texts and versions once each, and for every capture what changed against the one that it
 * follows. What is handed in is masked already. Everything here may be written twice and gives the same rows.
 */

import { harnessFindings } from '../model/harnessFindings.ts';
import { type CaptureOrigin, NOTHING_BEFORE } from '../protocol/captures.ts';
import type { FreshResult } from '../protocol/comparison.ts';
import { HarnessVersion } from '../protocol/harness.ts';
import type { Workbench } from '../protocol/workbench.ts';
import { previousStart, writeComparison } from './captureComparison.ts';
import { lastTest } from './captureQueries.ts';
import { sessionSoFar } from './checkpointRows.ts';
import { judgeByCapture } from './configuredLanes.ts';
import type { Database } from './database.ts';
import { addFinding } from './findingRows.ts';
import { placeStep } from './frameColumns.ts';
import * as rows from './rows.ts';

export interface NewCapture {
  readonly capture_id: string;
  readonly session_id: string | null;
  readonly origin: CaptureOrigin;
  readonly agent: string;
  readonly harness_id: string;
  readonly workbench: Workbench;
}

export interface NewFresh {
  readonly fresh_id: string;
  readonly at: number;
  readonly warm: string;
  readonly fresh: string;
  readonly result: FreshResult;
}

export function keepText(database: Database, sha256: string, text: string): void {
  database.sql('INSERT OR IGNORE INTO harness_texts VALUES (?, ?)').run(sha256, text);
}

export function keepVersion(database: Database, version: HarnessVersion): void {
  database.sql('INSERT OR IGNORE INTO harnesses VALUES (?, ?)').run(version.harness_id, JSON.stringify(version));
}

/** The capture, compared with the one that it follows, and its row in its session's tree. */
export function addCapture(database: Database, capture: NewCapture, rev: number): void {
  const { capture_id, session_id, origin, agent, harness_id, workbench } = capture;
  const { root } = workbench.workspace;
  const at = Date.parse(workbench.captured_at);
  const { changes } = database
    .sql(
      `INSERT OR IGNORE INTO captures (capture_id, session_id, origin, harness_id, at, root, agent, workbench)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(capture_id, session_id, origin, harness_id, at, root, agent, JSON.stringify(workbench));
  if (changes === 0 || session_id === null) return;
  addFindings(database, session_id, harness_id, at);
  judgeByCapture(database, session_id);
  const before =
    origin === 'session'
      ? previousStart(database, { session_id, root, agent, at })
      : lastOf(database, session_id, capture_id);
  const compared = writeComparison(database, before, capture_id, origin === 'event');
  if (origin === 'event' && !compared?.changes) return;
  const isFirst = origin === 'session';
  database
    .sql(
      `INSERT INTO trail (event_id, session_id, kind, at, sort, before, after, harness_id, sentence, changes, rev)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (event_id) DO UPDATE SET before = excluded.before, after = excluded.after,
         harness_id = excluded.harness_id, sentence = excluded.sentence, changes = excluded.changes, rev = excluded.rev`,
    )
    .run(
      isFirst ? `ev_${session_id}` : `ev_${capture_id}`,
      session_id,
      isFirst ? 'workbench' : 'harness_changed',
      at,
      placeStep(isFirst ? 0 : at, 0, 0, 0),
      before,
      capture_id,
      harness_id,
      compared?.sentence ?? NOTHING_BEFORE,
      compared?.changes ?? null,
      rev,
    );
}

function addFindings(database: Database, session_id: string, harnessId: string, since: number): void {
  const kept = database.sql('SELECT version FROM harnesses WHERE harness_id = ?').get(harnessId);
  if (!kept) return;
  const version = rows.json(kept, 'version', (value) => HarnessVersion.parse(value));
  for (const finding of harnessFindings(version)) addFinding(database, { ...finding, call: null, session_id, since });
}

function lastOf(database: Database, sessionId: string, but: string): string | null {
  const row = database
    .sql('SELECT capture_id FROM captures WHERE session_id = ? AND capture_id <> ? ORDER BY at DESC, n DESC LIMIT 1')
    .get(sessionId, but);
  return row ? rows.text(row, 'capture_id') : null;
}

export function addFresh(database: Database, { fresh_id, at, warm, fresh, result }: NewFresh): void {
  const row = database.sql('SELECT root FROM captures WHERE capture_id = ?').get(warm);
  database
    .sql('INSERT OR IGNORE INTO fresh_results VALUES (?, ?, ?, ?, ?, ?)')
    .run(fresh_id, at, row ? rows.text(row, 'root') : '', warm, fresh, JSON.stringify(result));
}

/** Does the database have this text, this version? What is named by its content is journalled once. */
export function knownContent(database: Database): {
  text(sha256: string): boolean;
  version(id: string): boolean;
  lastTest(root: string, command: string): Workbench['test_result'];
  soFar(sessionId: string): ReturnType<typeof sessionSoFar>;
} {
  return {
    lastTest: (root, command) => lastTest(database, root, command),
    soFar: (sessionId) => sessionSoFar(database, sessionId),
    text: (sha256) => database.sql('SELECT 1 FROM harness_texts WHERE sha256 = ?').get(sha256) !== undefined,
    version: (id) => database.sql('SELECT 1 FROM harnesses WHERE harness_id = ?').get(id) !== undefined,
  };
}
