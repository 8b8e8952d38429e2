/**
 * Links a call that failed with the change of the harness after it and the next attempt at the same: found in the rows
 * by their times, so that a rebuild links the same.
 */
import { widenedBy } from '../model/widenedBy.ts';
import { readCapture } from './captureQueries.ts';
import type { Database } from './database.ts';
import { addFinding } from './findingRows.ts';
import * as rows from './rows.ts';

/** Changes that nobody has looked at yet: does a failure stand before them? */
export function waitingChanges(database: Database): string[] {
  return database
    .sql("SELECT event_id FROM trail WHERE kind = 'harness_changed' AND widened IS NULL ORDER BY n LIMIT 100")
    .all()
    .map((row) => rows.text(row, 'event_id'));
}

/**
 * Links a change with what had failed just before it. To be run inside a commit, once the calls before it are written.
 * @returns the session's id; null where nothing had failed
 */
export function linkFailure(database: Database, eventId: string): string | null {
  const event = database.sql('SELECT * FROM trail WHERE event_id = ?').get(eventId);
  if (!event) return null;
  const session_id = rows.text(event, 'session_id');
  const at = rows.number(event, 'at');
  const failed = database
    .sql(
      `SELECT c.n, c.session FROM calls c JOIN sessions s ON s.n = c.session
       WHERE s.session_id = ? AND c.event = 'tool_call' AND (c.outcome IN ('error', 'denied', 'timeout', 'lost') OR EXISTS (SELECT 1 FROM denials d WHERE d.call = c.n))
         AND c.started_at + coalesce(c.duration_ms, 0) <= ? AND NOT EXISTS (SELECT 1 FROM calls later
           JOIN connections lk ON lk.n = later.connection JOIN connections k ON k.n = c.connection
           WHERE later.session = c.session AND later.tool IS c.tool AND lk.server = k.server
             AND later.started_at > c.started_at AND later.started_at <= ?)
       ORDER BY c.started_at DESC LIMIT 1`,
    )
    .get(session_id, at, at);
  const [a, b] = failed
    ? [rows.text(event, 'before'), rows.text(event, 'after')].map((id) => readCapture(database, id))
    : [];
  const widened = a && b ? widenedBy(a.capture.harness, b.capture.harness) : [];
  database
    .sql('UPDATE trail SET failed_call = ?, widened = ? WHERE event_id = ?')
    .run(failed ? rows.number(failed, 'n') : null, JSON.stringify(widened), eventId);
  if (!failed) return null;
  completeRetries(database, rows.number(failed, 'session'));
  return session_id;
}

/** Looks for second attempts that have come meanwhile. To be run inside a commit. @param session its number */
export function completeRetries(database: Database, session: number): void {
  const waiting = database
    .sql(
      `SELECT t.*, c.tool, k.server AS failed_server FROM trail t JOIN sessions s ON s.session_id = t.session_id
       JOIN calls c ON c.n = t.failed_call JOIN connections k ON k.n = c.connection
       WHERE s.n = ? AND t.kind = 'harness_changed' AND t.retry_call IS NULL`,
    )
    .all(session);
  for (const row of waiting) {
    const retry = database
      .sql(
        `SELECT c.n, c.started_at FROM calls c JOIN connections k ON k.n = c.connection
         WHERE c.session = ? AND c.event = 'tool_call' AND c.tool IS ? AND k.server = ? AND c.started_at > ?
         ORDER BY c.started_at LIMIT 1`,
      )
      .get(session, rows.textOrNull(row, 'tool'), rows.text(row, 'failed_server'), rows.number(row, 'at'));
    if (!retry) continue;
    const call = rows.number(retry, 'n');
    const event_id = rows.text(row, 'event_id');
    database.sql('UPDATE trail SET retry_call = ? WHERE event_id = ?').run(call, event_id);
    const widened = rows.json(row, 'widened', (value) => (Array.isArray(value) ? value.map(String) : []));
    if (widened.length === 0) continue;
    addFinding(database, {
      kind: 'widened_after_denial',
      severity: 'warning',
      call,
      session_id: rows.text(row, 'session_id'),
      item: event_id,
      evidence: `${rows.text(row, 'failed_server')}/${rows.textOrNull(row, 'tool') ?? '?'} failed; before the next attempt: ${widened.join('; ')}.`,
      since: rows.number(retry, 'started_at'),
    });
  }
}
