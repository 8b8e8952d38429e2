/** Questions about imported sessions: their records as they came, where the texts of their frames stand. */
import type { StoredCapture } from '../protocol/captures.ts';
import { StoredCapture as StoredCaptureSchema } from '../protocol/captures.ts';
import { completed } from '../protocol/completed.ts';
import type { FrameRef, Span } from '../protocol/events.ts';
import {
  type ImportedCallFrame,
  ImportedCallFrame as ImportedCallFrameSchema,
  type ImportedFrame,
  ImportedFrame as ImportedFrameSchema,
  ImportRecord,
} from '../protocol/imported.ts';
import { Call, Session } from '../protocol/record.ts';
import { Finding } from '../protocol/trail.ts';
import type { Database, SqlRow } from './database.ts';
import * as rows from './rows.ts';

/** What was imported as this session; null for one of our own. */
export function importOf(database: Database, sessionId: string): ImportRecord | null {
  const row = database.sql('SELECT record FROM imports WHERE session_id = ? AND refused IS NULL').get(sessionId);
  return row ? rows.json(row, 'record', (value) => ImportRecord.parse(completed(ImportRecord, value))) : null;
}

export function isImported(database: Database, sessionId: string): boolean {
  return database.sql('SELECT 1 FROM imports WHERE session_id = ? AND refused IS NULL').get(sessionId) !== undefined;
}

/** Of a row with the column `imported_session`. */
export function importedSession(row: SqlRow): Session | null {
  if (row.imported_session === null || row.imported_session === undefined) return null;
  return rows.json(row, 'imported_session', (value) => Session.parse(completed(Session, value)));
}

/** A frame's place in its import's journal: the texts stand one behind the other. */
export type StoredFrame<T extends ImportedFrame = ImportedFrame> = T & { readonly span: Span | null };

/** A call that was imported, as its bundle had it. */
export interface ImportedCall {
  /** The journal's id. */
  readonly import_id: string;
  readonly call: Call;
  readonly frames: readonly StoredFrame<ImportedCallFrame>[];
}

/** Reads a line of an import's journal; null where that is gone. */
export type LineReader = (importId: string, line: Span) => string | null;

/** Columns of imported calls, `ic`, for `importedCall`. */
export const IMPORTED_COLUMNS =
  'ic.import_id, ic.record AS imported_record, ic.frames AS imported_frames, ic.line_bytes';

/** Null for a call of our own, and where the journal is gone. */
export function importedCall(row: SqlRow, readLine: LineReader): ImportedCall | null {
  const import_id = rows.textOrNull(row, 'import_id');
  if (import_id === null) return null;
  const place = storedIn(row, 'imported_frames');
  const length = rows.numberOrNull(row, 'line_bytes');
  if (length === null) {
    const call = rows.json(row, 'imported_record', callOf);
    return { import_id, call, frames: storedFrames(place, ImportedCallFrameSchema) };
  }
  const line = readLine(import_id, { segment: place.segment, offset: place.start - length, length });
  if (line === null) return null;
  const { call, frames }: { call: unknown; frames: unknown[] } = JSON.parse(line);
  return { import_id, call: callOf(call), frames: storedFrames({ ...place, list: frames }, ImportedCallFrameSchema) };
}

const callOf = (value: unknown): Call => Call.parse(completed(Call, value));

/** Of this call of ours, or of an import? */
export function isImportedCall(database: Database, call: number): boolean {
  return database.sql('SELECT 1 FROM imported_calls WHERE call = ?').get(call) !== undefined;
}

/** Those of an import that belong to no call, in the order of the bundle. */
export function* importedLooseFrames(
  database: Database,
  importId: string,
): Generator<{ readonly frame: FrameRef; readonly stored: StoredFrame }> {
  const list = database.sql('SELECT frames FROM imported_frames WHERE import_id = ? ORDER BY part').iterate(importId);
  for (const row of list)
    for (const stored of storedFrames(storedIn(row, 'frames'), ImportedFrameSchema))
      yield { frame: frameRefOf(stored), stored };
}

/** Where the texts of frames begin, and the frames. */
interface Stored {
  readonly segment: number;
  readonly start: number;
  readonly list: readonly unknown[];
}

/** Only we write it. */
function storedIn(row: SqlRow, column: string): Stored {
  return rows.json(row, column, (value) => Object(value));
}

function storedFrames<T extends ImportedFrame>(
  { segment, start, list }: Stored,
  schema: { parse(one: unknown): T },
): StoredFrame<T>[] {
  return list.map((one) => {
    const frame = schema.parse(one);
    const { offset, length } = frame;
    return { ...frame, span: length === null ? null : { segment, offset: start + offset, length } };
  });
}

/** As readers of journals want it. Without a text it has no place, and reads as gone. */
export function frameRefOf({ key, direction, at, mono, bytes, span }: StoredFrame): FrameRef {
  return {
    key,
    direction,
    at: Date.parse(at),
    mono,
    byteLength: span?.length ?? bytes,
    spans: span ? [span] : [],
    artifact: null,
  };
}

/** Oldest first. */
export function importedCaptures(database: Database, sessionId: string): StoredCapture[] {
  return database
    .sql('SELECT record FROM imported_captures WHERE session_id = ? ORDER BY at, capture_id')
    .all(sessionId)
    .map(captureOf);
}

export function importedCapture(database: Database, captureId: string): StoredCapture | null {
  const row = database.sql('SELECT record FROM imported_captures WHERE capture_id = ? LIMIT 1').get(captureId);
  return row ? captureOf(row) : null;
}

function captureOf(row: SqlRow): StoredCapture {
  return rows.json(row, 'record', (value) => StoredCaptureSchema.parse(completed(StoredCaptureSchema, value)));
}

export function importedFindings(database: Database, sessionId: string): Finding[] {
  return database
    .sql('SELECT record FROM imported_findings WHERE session_id = ?')
    .all(sessionId)
    .map((row) => rows.json(row, 'record', (value) => Finding.parse(completed(Finding, value))))
    .sort(
      (a, b) =>
        a.since.localeCompare(b.since) || a.kind.localeCompare(b.kind) || a.finding_id.localeCompare(b.finding_id),
    );
}
