/**
 * What a bundle is made of, in the order in which it is written: a session's calls in batches with their frames, its
 * connections, gaps and captures. To be read on one unchanging state of the database.
 */

import { type BundledConnection, type BundledGap, CALL_FRAME_ROLES } from '../protocol/bundle.ts';
import type { StoredCapture } from '../protocol/captures.ts';
import type { FrameRef } from '../protocol/events.ts';
import type { ImportedFrame } from '../protocol/imported.ts';
import { ExitRecord } from '../protocol/journal.ts';
import type { Call } from '../protocol/record.ts';
import { CALL_RECORD_COLUMNS, CALL_RECORD_TABLES, ownCall, responseFrame } from './callRecord.ts';
import { readCapture } from './captureQueries.ts';
import type { Database, SqlRow } from './database.ts';
import { unpackFrame } from './frameColumns.ts';
import { frameRefOf, importedCall, importedCaptures, isImported, type LineReader } from './importQueries.ts';
import * as rows from './rows.ts';

export interface BundledCallRow {
  readonly call: Call;
  /** The journal that the texts of its frames stand in. */
  readonly journal_id: string;
  readonly frames: readonly BundledFrame[];
}

export interface BundledFrame {
  readonly role: (typeof CALL_FRAME_ROLES)[number];
  readonly frame: FrameRef;
  /** Of an imported one: what its bundle had of it. null for what is ours. */
  readonly imported: Pick<ImportedFrame, 'kept' | 'bytes'> | null;
}

/** So many frames of one call at most: progress may be told for ever. */
const FRAMES_LIMIT = 2000;

/** Of `calls before` and `after` one; null where the session has no such call. */
export function rangeAround(
  database: Database,
  sessionId: string,
  callId: number,
  calls: number,
): { from: number; to: number } | null {
  const session = sessionNumber(database, sessionId);
  const there = database.sql('SELECT 1 FROM calls WHERE n = ? AND session = ?').get(callId, session);
  if (session === null || !there) return null;
  const edge = (sql: string) => rows.number(database.once(sql).get(session, callId, calls + 1) ?? { n: callId }, 'n');
  return {
    from: edge('SELECT min(n) AS n FROM (SELECT n FROM calls WHERE session = ? AND n <= ? ORDER BY n DESC LIMIT ?)'),
    to: edge('SELECT max(n) AS n FROM (SELECT n FROM calls WHERE session = ? AND n >= ? ORDER BY n LIMIT ?)'),
  };
}

export function sessionNumber(database: Database, sessionId: string): number | null {
  const row = database.sql('SELECT n FROM sessions WHERE session_id = ?').get(sessionId);
  return row ? rows.number(row, 'n') : null;
}

/** The next calls behind `after`, housekeeping included, oldest first; `next` is null at the end. */
export function bundledCalls(
  database: Database,
  session: number,
  after: number,
  to: number,
  batch: number,
  readLine: LineReader,
): { calls: BundledCallRow[]; next: number | null } {
  const list = database
    .sql(
      `SELECT ${CALL_RECORD_COLUMNS} FROM ${CALL_RECORD_TABLES} WHERE c.session = ? AND c.n > ? AND c.n <= ? ORDER BY c.n LIMIT ?`,
    )
    .all(session, after, to, batch);
  const last = list.at(-1);
  const between = last ? framesBetween(database, rows.number(list[0] ?? last, 'n'), rows.number(last, 'n')) : new Map();
  const calls = list.map((row): BundledCallRow => {
    const foreign = importedCall(row, readLine);
    if (!foreign) {
      const call = ownCall(row);
      return { call, journal_id: call.connection_id, frames: framesOf(row, between.get(rows.number(row, 'n')) ?? []) };
    }
    const frames = foreign.frames.map((one) => ({ role: one.role, frame: frameRefOf(one), imported: one }));
    return { call: foreign.call, journal_id: foreign.import_id, frames };
  });
  return { calls, next: last && list.length === batch ? rows.number(last, 'n') : null };
}

type Frames = BundledFrame[];

function framesBetween(database: Database, from: number, to: number): Map<number, Frames> {
  const found = new Map<number, Frames>();
  const list = database
    .sql('SELECT * FROM call_frames WHERE call >= ? AND call <= ? ORDER BY call, ordinal, part')
    .iterate(from, to);
  for (const row of list) {
    const call = rows.number(row, 'call');
    const frames = found.get(call) ?? [];
    if (frames.length === 0) found.set(call, frames);
    if (frames.length >= FRAMES_LIMIT) continue;
    const frame = unpackFrame(rows.text(row, 'frame'), rows.number(row, 'ordinal'), rows.number(row, 'part'));
    frames.push({ role: rows.word(row, 'role', CALL_FRAME_ROLES), frame, imported: null });
  }
  return found;
}

function framesOf(row: SqlRow, between: Frames): Frames {
  const request = unpackFrame(rows.text(row, 'request'), rows.number(row, 'ordinal'), rows.number(row, 'part'));
  const frames: Frames = [{ role: 'request', frame: request, imported: null }, ...between];
  const response = rows.textOrNull(row, 'response');
  if (response !== null) {
    const frame = responseFrame(response);
    const at = frames.findIndex((one) => one.frame.mono > frame.mono);
    frames.splice(at < 0 ? frames.length : at, 0, { role: 'response', frame, imported: null });
  }
  return frames;
}

/** What the rows say of the session's connections; what only a journal says is null here. */
export function bundledConnections(database: Database, session: number): BundledConnection[] {
  return database
    .sql(
      `SELECT k.* FROM connections k JOIN session_connections sc ON sc.connection = k.n WHERE sc.session = ?
       ORDER BY k.opened_at, k.connection_id`,
    )
    .all(session)
    .map((row) => {
      const ended = rows.numberOrNull(row, 'ended_at');
      return {
        connection_id: rows.text(row, 'connection_id'),
        server: rows.text(row, 'server'),
        server_name: rows.textOrNull(row, 'server_name'),
        server_version: rows.textOrNull(row, 'server_version'),
        transport: row.url === null ? 'stdio' : 'http',
        command: [],
        cwd: null,
        variables: [],
        url: rows.textOrNull(row, 'url'),
        protocol_version: rows.textOrNull(row, 'protocol_version'),
        callgrove: rows.textOrNull(row, 'callgrove'),
        opened_at: new Date(rows.number(row, 'opened_at')).toISOString(),
        ended_at: ended === null ? null : new Date(ended).toISOString(),
        ended_how: row.ended_how === null ? null : rows.word(row, 'ended_how', ['exit', 'killed']),
        exit: row.exit === null ? null : rows.json(row, 'exit', (value) => ExitRecord.parse(value)),
        stopped: rows.flag(row, 'stopped'),
        lost_calls: rows.number(row, 'lost_calls'),
      };
    });
}

export function bundledGaps(database: Database, session: number): BundledGap[] {
  return database
    .sql(
      'SELECT g.*, k.connection_id FROM gaps g JOIN connections k ON k.n = g.connection WHERE g.session = ? ORDER BY g.at',
    )
    .all(session)
    .map((row) => ({
      gap_id: rows.text(row, 'gap_id'),
      connection_id: rows.text(row, 'connection_id'),
      at: new Date(rows.number(row, 'at')).toISOString(),
      lost_chunks: rows.number(row, 'lost_chunks'),
      bytes: rows.number(row, 'bytes'),
      reason: rows.text(row, 'reason'),
    }));
}

/** Every capture of the session, oldest first. */
export function* bundledCaptures(database: Database, sessionId: string): Generator<StoredCapture> {
  if (isImported(database, sessionId)) return yield* importedCaptures(database, sessionId);
  const list = database.sql('SELECT capture_id FROM captures WHERE session_id = ? ORDER BY at, n').all(sessionId);
  for (const row of list) {
    const capture = readCapture(database, rows.text(row, 'capture_id'));
    if (capture) yield capture;
  }
}
