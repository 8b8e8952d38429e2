/**
 * Writes what an import's journal says as rows: calls as the traffic would have made them, so that lists and trees know
 * no difference, and their whole records beside them. What is ours already is never touched: an import that names it is
 * refused, and a record of it passed over.
 */
import { connectionIdOfCall } from '../base/ids.ts';
import { evidenceOfCall } from '../model/headOfCall.ts';
import type { StoredCapture } from '../protocol/captures.ts';
import type { Denial } from '../protocol/denial.ts';
import type { CallEnded, CallStarted, FrameRef } from '../protocol/events.ts';
import type { ImportedCall, ImportedFrame, ImportRecord } from '../protocol/imported.ts';
import type { Call } from '../protocol/record.ts';
import { SEGMENT_BYTES } from '../protocol/segment.ts';
import type { Finding } from '../protocol/trail.ts';
import type { Database } from './database.ts';
import { putEvidenceColumns } from './evidenceRows.ts';
import { endJournal, openImported, openJournal } from './importedConnections.ts';
import { addImportedCapture, addImportedEnds, addImportedTrail, foreignId } from './importedTrail.ts';
import { whyNotImport } from './importVerdict.ts';
import { addImportedOnces } from './onceRows.ts';
import { callNumber } from './resolve.ts';
import type { SessionOfCall, Writer } from './writer.ts';

/** Where a record's payload stands in its journal. */
export interface ImportedPlace {
  readonly segment: number;
  /** Of the first byte behind the payload's first line. */
  readonly start: number;
  /** Bytes of that line. */
  readonly line: number;
}

/** What two runs are compared by, and what is found by its words; null where the text is not there in full. */
export interface ImportedWords {
  readonly args_key: string | null;
  readonly result_key: string | null;
  readonly request: string | null;
  readonly response: string | null;
}

export interface ImportRows {
  /** @returns why it is refused, in one sentence; null where it is not, or where whoever imports it is told so anyway */
  begin(record: ImportRecord, rev: number): string | null;
  call(importId: string, imported: ImportedCall, place: ImportedPlace, words: ImportedWords): void;
  /** Frames that belong to no call. */
  frames(importId: string, frames: readonly ImportedFrame[], place: ImportedPlace): void;
  denial(importId: string, denial: Denial): void;
  finding(importId: string, finding: Finding): void;
  capture(importId: string, capture: StoredCapture, rev: number): void;
  /** Where it is not whole it is never shown, and goes (importRetention.ts). */
  end(importId: string, whole: boolean): void;
}

interface Known {
  readonly session_id: string;
  readonly refused: boolean;
  /** When it was imported, epoch ms. */
  readonly at: number;
  readonly sessionOf: () => SessionOfCall;
}

export function createImportRows(database: Database, writer: Writer): ImportRows {
  const cache = new Map<string, Known>();
  const known = (importId: string): Known | null => {
    const found = cache.get(importId);
    if (found) return found;
    const row = database.sql('SELECT refused, record FROM imports WHERE import_id = ?').get(importId);
    if (!row) return null;
    const record: ImportRecord = JSON.parse(String(row.record));
    return remember(record, row.refused !== null);
  };
  const remember = (record: ImportRecord, refused: boolean): Known => {
    const made = {
      session_id: record.session.session.session_id,
      refused,
      at: Date.parse(record.imported_at) || 0,
      sessionOf: () => sessionOf(record),
    };
    if (cache.size > 20) cache.clear();
    cache.set(record.import_id, made);
    return made;
  };
  const ours = (importId: string, sessionId: string): Known | null => {
    const found = known(importId);
    return found && !found.refused && found.session_id === sessionId ? found : null;
  };

  return {
    begin(record, rev) {
      if (known(record.import_id)) return null;
      const { session, connections, once } = record.session;
      const at = Date.parse(record.imported_at) || 0;
      const { reason, isTold } = whyNotImport(database, record);
      database
        .sql('INSERT INTO imports (import_id, session_id, at, refused, record) VALUES (?, ?, ?, ?, ?)')
        .run(record.import_id, session.session_id, at, reason, JSON.stringify(record));
      remember(record, reason !== null);
      openJournal(writer, record);
      if (reason !== null) return isTold ? null : reason;
      const opened = openImported(writer, record);
      writer.openSession(
        [record.import_id, ...connections.map(({ connection_id }) => connection_id)],
        sessionOf(record),
        Date.parse(session.started_at) || at,
      );
      addImportedEnds(writer, record, opened);
      addImportedTrail(database, record, rev);
      const its = new Set(connections.map(({ connection_id }) => connection_id));
      addImportedOnces(database, session.session_id, once ?? [], (id) => its.has(connectionIdOfCall(id) ?? ''));
      return null;
    },
    call(importId, { call, frames }, place, words) {
      const owner = ours(importId, call.session_id);
      const connection = writer.connections.get(call.connection_id);
      if (!owner || !connection || connectionIdOfCall(call.call_id) !== call.connection_id) return;
      if (!connection.imported || writer.sessionOf(connection, call.call_id) !== null) return;
      const key = call.call_id.slice(call.call_id.lastIndexOf('_') + 1);
      const refOf = (role: 'request' | 'response'): FrameRef | null => {
        const frame = frames.find((one) => one.role === role);
        const bytes = frame?.bytes ?? 0;
        // Without a place: the texts are read through the record beside the row.
        return frame || role === 'request'
          ? {
              key: role === 'request' ? key : (frame?.key ?? key),
              direction: frame?.direction ?? call.direction,
              at: Date.parse(frame?.at ?? call.timestamp) || 0,
              mono: frame?.mono ?? 0,
              byteLength: bytes,
              spans: [],
              artifact: null,
            }
          : null;
      };
      const request = refOf('request');
      if (!request) return;
      writer.apply(
        connection,
        startedOf(withinImport(writer, call), { ...request, at: Date.parse(call.timestamp) || request.at }),
        owner.sessionOf,
      );
      if (call.outcome !== 'running') writer.apply(connection, endedOf(call, refOf('response')), owner.sessionOf);
      const settled = writer.settle(call.call_id, {
        rounds: call.rounds,
        late_answer_ms: call.late_answer_ms,
        progress_count: call.progress?.count ?? 0,
        progress: call.progress?.progress ?? null,
        progress_total: call.progress?.total ?? null,
        response_bytes: call.output.returned_bytes,
        note: call.outcome_note,
      });
      if (!settled) return;
      const { n, session } = settled;
      writer.afterwards(() => {
        database
          .sql(
            `UPDATE calls SET summary = ?, error_message = ?, progress_message = ?, redacted = 0, policy = ?, input_summary = ?,
               args_key = ?, result_key = ? WHERE n = ?`,
          )
          .run(
            call.summary,
            call.error_message,
            call.progress?.message ?? null,
            call.policy.bundle === null ? null : JSON.stringify(call.policy),
            JSON.stringify(call.input_summary),
            words.args_key,
            words.result_key,
            n,
          );
        database
          .sql(
            "INSERT OR REPLACE INTO imported_calls (call, import_id, record, frames, line_bytes) VALUES (?, ?, '', ?, ?)",
          )
          .run(n, importId, JSON.stringify({ segment: place.segment, start: place.start }), place.line);
        // What whoever recorded it derived of the call, as columns that lists show and filter by.
        if (evidenceOfCall(call) !== null) putEvidenceColumns(database, n, session, call);
        // Last of all: see secondStage.ts.
        writer.afterwards(() => {
          const addWords = database.sql('INSERT OR REPLACE INTO words (rowid, text) VALUES (?, ?)');
          const spoken = words.request ?? call.summary;
          if (spoken !== null) addWords.run(n * 2, spoken);
          const answered = words.response ?? call.error_message;
          if (answered !== null) addWords.run(n * 2 + 1, answered);
        });
      });
    },
    frames(importId, frames, place) {
      if (known(importId)?.refused !== false) return;
      const { segment, start } = place;
      database
        .sql('INSERT OR IGNORE INTO imported_frames VALUES (?, ?, ?)')
        .run(importId, partOf(place), JSON.stringify({ segment, start, list: frames }));
    },
    denial(importId, denial) {
      if (!ours(importId, denial.session_id)) return;
      writer.afterwards(() => {
        const n = callNumber(database, denial.call_id);
        const call =
          n === null
            ? undefined
            : database
                .sql(
                  'SELECT session, (SELECT import_id FROM imported_calls WHERE call = n) AS import_id FROM calls WHERE n = ?',
                )
                .get(n);
        if (n === null || call?.import_id !== importId) return;
        database
          .sql(
            'INSERT OR IGNORE INTO denials (call, session, decision, reason, mode, at, capability, remedy, paths, place) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
          )
          .run(
            n,
            Number(call.session),
            denial.decision,
            denial.reason,
            denial.mode,
            Date.parse(denial.at) || 0,
            denial.requested_capability,
            denial.remedy,
            JSON.stringify(denial.paths),
            null,
          );
      });
    },
    finding(importId, finding) {
      if (!ours(importId, finding.session_id)) return;
      database
        .sql('INSERT OR IGNORE INTO imported_findings VALUES (?, ?, ?)')
        .run(finding.finding_id, finding.session_id, JSON.stringify(finding));
      const { call_id, session_id, kind, severity, evidence, since } = finding;
      if (call_id === null) return;
      // What lists mark calls by; the record itself is the one above.
      writer.afterwards(() => {
        const n = callNumber(database, call_id);
        if (n === null || !isOfImport(database, n, importId)) return;
        database
          .sql('INSERT OR IGNORE INTO findings VALUES (?, ?, ?, ?, ?, ?, ?)')
          .run(
            foreignId(session_id, finding.finding_id),
            kind,
            severity,
            n,
            session_id,
            evidence,
            Date.parse(since) || 0,
          );
      });
    },
    capture(importId, capture, rev) {
      const { session_id, capture_id, captured_at } = capture.head;
      if (session_id === null || !ours(importId, session_id)) return;
      database
        .sql('INSERT OR IGNORE INTO imported_captures VALUES (?, ?, ?, ?)')
        .run(capture_id, session_id, Date.parse(captured_at) || 0, JSON.stringify(capture));
      addImportedCapture(database, session_id, capture.head, rev);
      writer.changed(session_id);
    },
    end(importId, whole) {
      const its = known(importId);
      if (!its) return;
      endJournal(writer, importId, its.at, whole);
      if (!its.refused) writer.changed(its.session_id);
    },
  };
}

function isOfImport(database: Database, call: number, importId: string): boolean {
  return database.sql('SELECT import_id FROM imported_calls WHERE call = ?').get(call)?.import_id === importId;
}

/** Rising with a record's place in its journal. */
function partOf({ segment, start }: ImportedPlace): number {
  return segment * SEGMENT_BYTES * 2 + start;
}

/** A parent that is no call of its session is none of its: one of ours, or of another import. */
function withinImport({ connections, sessionOf }: Writer, call: Call): Call {
  const isIn = (callId: string) => {
    const connection = connections.get(connectionIdOfCall(callId) ?? '');
    return connection?.imported === true && sessionOf(connection, callId) === call.session_id;
  };
  return {
    ...call,
    parent_call_id: call.parent_call_id !== null && isIn(call.parent_call_id) ? call.parent_call_id : null,
    parent_candidates: call.parent_candidates.filter(isIn),
  };
}

function sessionOf({ session: { session } }: ImportRecord): SessionOfCall {
  return {
    session_id: session.session_id,
    facts: () => ({
      session_id: session.session_id,
      conversation_id: session.conversation_id,
      split: session.split,
      agent_id: session.agent_id,
      principal: session.principal,
      workspace: session.workspace,
      // Its folder is another machine's: no list of a workspace here is the place for it.
      listed_under: null,
      repo: session.repo,
      branch: null,
      commit: null,
    }),
  };
}

function startedOf(call: Call, request: FrameRef): CallStarted {
  return {
    type: 'call.started',
    call_id: call.call_id,
    event: call.event,
    direction: call.direction,
    method: call.method,
    tool: call.tool,
    parent_call_id: call.parent_call_id,
    parent_candidates: call.parent_candidates,
    join: { conversation_id: null, turn_id: call.turn_id, trace_id: call.trace_id, span_id: null, raw: {} },
    client: null,
    protocol_version: call.protocol_version,
    request,
  };
}

function endedOf(call: Call, response: FrameRef | null): CallEnded {
  const code = Number(call.error?.error_code ?? Number.NaN);
  return {
    type: 'call.ended',
    call_id: call.call_id,
    at: (Date.parse(call.timestamp) || 0) + (call.duration_ms ?? 0),
    duration_ms: call.duration_ms,
    outcome: call.outcome === 'running' ? 'lost' : call.outcome,
    note: call.outcome_note,
    layers: call.layers,
    error: { code: Number.isSafeInteger(code) ? code : null, message: null },
    response,
  };
}
