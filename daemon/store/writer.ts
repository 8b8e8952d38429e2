/**
 * Writes what the record stage says as rows. Events are applied in memory; `commit` puts rows and journal positions
 * into one transaction, so that after any crash either all of a batch is there or none of it. Names handed in are
 * redacted already; content never comes here.
 */
import { callIdOf, connectionIdOfCall } from '../base/ids.ts';
import type { CallEnded, CallProgress, CallStarted, FrameEvent, FrameRef } from '../protocol/events.ts';
import { type CallRow, createCallRows, TODO } from './callRows.ts';
import { type ConnectionRow, type ConnectionRows, createConnectionRows } from './connectionRows.ts';
import type { Database } from './database.ts';
import { keyParts, packFrame, placeStep } from './frameColumns.ts';
import { isHousekeeping } from './housekeeping.ts';
import { readMeta, writeMeta } from './openStore.ts';
import { type Position, writePosition } from './positions.ts';
import { countEnded, countStarted, createSessionRows, type SessionFacts, type SessionRow } from './sessionRows.ts';
import { createTurnRows } from './turnRows.ts';

export interface Committed {
  readonly rev: number;
  readonly session_ids: readonly string[];
}

export interface GapFacts {
  readonly ordinal: number;
  readonly at: number;
  readonly lost_chunks: number;
  readonly bytes: number;
  readonly reason: string;
}

export interface Writer {
  readonly connections: ConnectionRows;
  /** `sessionOf` is asked for a call that is no part of another one. */
  apply(connection: ConnectionRow, event: FrameEvent, sessionOf: (event: CallStarted) => SessionFacts): void;
  gap(connection: ConnectionRow, gap: GapFacts): void;
  /** The connection's end changes its sessions' state. */
  touchSessionsOf(connection: ConnectionRow): void;
  mark(sessionId: string, mark: { label?: string | null; pinned?: boolean }): void;
  /** A row of this session changed that the session's own row does not show. */
  touchSession(session: number): void;
  /** Rows were removed behind the writer's back. */
  forget(): void;
  /** Runs `write`, then writes all rows and the positions after it, in one transaction. */
  commit(write: (rev: number) => void, positions: () => readonly Position[]): Committed;
}

export function createWriter(database: Database): Writer {
  const calls = createCallRows(database);
  const sessions = createSessionRows(database);
  const turns = createTurnRows(database);
  const connections = createConnectionRows(database);
  const marked = new Set<string>();
  const touched = new Set<string>();
  let rev = Number(readMeta(database, 'rev') ?? 0);

  const find = (connection: ConnectionRow, callId: string): CallRow | null => {
    const id = connectionIdOfCall(callId);
    const owner = id === connection.connection_id ? connection : id ? connections.get(id) : null;
    const { ordinal, part } = keyParts(callId.slice(callId.lastIndexOf('_') + 1));
    return owner && calls.find(owner.n, ordinal, part);
  };
  const change = (connection: ConnectionRow, callId: string, work: (call: CallRow) => void): void => {
    const call = find(connection, callId);
    if (!call) return;
    work(call);
    calls.touch(call);
    const session = sessions.get(call.session);
    session.changed = true;
  };
  const keepFrame = (call: CallRow, role: string, frame: FrameRef): void => {
    const { ordinal, part } = keyParts(frame.key);
    database
      .sql('INSERT OR REPLACE INTO call_frames VALUES (?, ?, ?, ?, ?)')
      .run(call.n, ordinal, part, role, packFrame(frame));
  };

  /** What is part of another call belongs to that one's session, and what the server asks to one that it may be part of. */
  const followed = (connection: ConnectionRow, event: CallStarted, parent: CallRow | null): SessionRow | null => {
    if (parent) return sessions.get(parent.session);
    if (event.direction === 'c2s') return null;
    const [candidate] = event.parent_candidates;
    const session = (candidate && find(connection, candidate)?.session) ?? connection.session;
    return session ? sessions.get(session) : null;
  };

  const start = (connection: ConnectionRow, event: CallStarted, facts: () => SessionFacts): void => {
    const { ordinal, part } = keyParts(event.request.key);
    const at = event.request.at;
    const parent = event.parent_call_id ? find(connection, event.parent_call_id) : null;
    const session = followed(connection, event, parent) ?? sessions.open(facts(), at);
    const step = placeStep(at, connection.n, ordinal, part);
    const turn = !parent && event.join.turn_id ? turns.open(session, event.join.turn_id, at, step) : null;
    const folded = isHousekeeping(event);
    const running = event.event !== 'notification';
    const call: CallRow = {
      n: calls.nextNumber(),
      connection: connection.n,
      ordinal,
      part,
      session: session.n,
      sort: (parent?.sort ?? turn?.sort ?? '') + step,
      folded,
      depth: parent ? parent.depth + 1 : 0,
      parent: parent?.n ?? null,
      parent_candidates:
        event.parent_candidates.length > 0 ? JSON.stringify(event.parent_candidates.slice(0, 50)) : null,
      turn_id: event.join.turn_id,
      children: 0,
      event: event.event,
      direction: event.direction,
      method: event.method,
      tool: event.tool,
      trace_id: event.join.trace_id,
      span_id: event.join.span_id,
      join_keys: Object.keys(event.join.raw).length > 0 ? JSON.stringify(event.join.raw) : null,
      protocol_version: event.protocol_version,
      started_at: at,
      duration_ms: null,
      outcome: 'running',
      note: null,
      layers: { transport: null, rpc: null, tool: null },
      error_code: null,
      request_bytes: event.request.byteLength,
      response_bytes: null,
      rounds: 1,
      progress_count: 0,
      progress: null,
      progress_total: null,
      late_answer_ms: null,
      request: packFrame(event.request),
      response: null,
      todo: TODO.request,
    };
    calls.add(call);
    if (parent) {
      parent.children++;
      calls.touch(parent);
    }
    if (turn && !folded) turns.count(turn);
    const { server } = connection;
    countStarted(session, { folded, toolCall: event.event === 'tool_call', running, server, tool: event.tool, at });
    sessions.join(session, connection.n);
    if (connection.session !== session.n || (connection.only_probed && event.method !== 'server/discover')) {
      if (connection.session === null) adoptGaps(database, connection, session);
      connection.session = session.n;
      connection.only_probed = connection.only_probed && event.method === 'server/discover';
      connection.changed = true;
    }
  };

  const progress = (call: CallRow, event: CallProgress): void => {
    call.progress_count++;
    call.progress = event.progress;
    call.progress_total = event.total;
    if (event.message !== null) call.todo |= TODO.progress;
    keepFrame(call, 'progress', event.frame);
  };

  const end = (connection: ConnectionRow, call: CallRow, event: CallEnded): void => {
    if (call.outcome !== 'running') return;
    call.outcome = event.outcome;
    call.duration_ms = event.duration_ms;
    call.note = event.note;
    call.layers = event.layers;
    call.error_code = event.error?.code ?? null;
    if (event.response) {
      call.response = packedWithKey(event.response);
      call.response_bytes = event.response.byteLength;
      call.todo |= TODO.response;
    }
    const call_id = callIdOf(connection.connection_id, event.call_id.slice(event.call_id.lastIndexOf('_') + 1));
    const toolCall = call.event === 'tool_call';
    countEnded(sessions.get(call.session), { toolCall, call_id, outcome: event.outcome, at: event.at });
  };

  return {
    connections,
    apply(connection, event, sessionOf) {
      switch (event.type) {
        case 'call.started':
          return start(connection, event, () => sessionOf(event));
        case 'call.progress':
          return change(connection, event.call_id, (call) => progress(call, event));
        case 'call.log':
          return change(connection, event.call_id, (call) => keepFrame(call, 'log', event.frame));
        case 'call.round':
          return change(connection, event.call_id, (call) => {
            call.rounds = Math.max(call.rounds, event.round);
            keepFrame(call, 'round', event.frame);
          });
        case 'call.ended':
          return change(connection, event.call_id, (call) => end(connection, call, event));
        case 'call.amended':
          return change(connection, event.call_id, (call) => {
            call.late_answer_ms = event.late_answer_ms;
            keepFrame(call, 'late', event.frame);
          });
        case 'stray': {
          const { ordinal, part } = keyParts(event.frame.key);
          database
            .sql('INSERT OR REPLACE INTO strays VALUES (?, ?, ?, ?, ?, ?, ?)')
            .run(connection.n, ordinal, part, event.kind, event.method, event.reason, packFrame(event.frame));
          return;
        }
        case 'connection.described':
          return connections.describe(connection, event);
        default:
          event satisfies never;
      }
    },
    gap(connection, gap) {
      const session = connection.session === null ? null : sessions.get(connection.session);
      database
        .sql(
          'INSERT OR IGNORE INTO gaps (gap_id, connection, session, sort, at, lost_chunks, bytes, reason, rev) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
        )
        .run(
          `gap_${connection.connection_id.slice(4)}_${gap.ordinal}`,
          connection.n,
          session?.n ?? null,
          placeStep(gap.at, connection.n, gap.ordinal, 0),
          gap.at,
          gap.lost_chunks,
          gap.bytes,
          gap.reason,
          rev,
        );
      if (session) countGap(session, gap.lost_chunks);
    },
    touchSessionsOf(connection) {
      const list = database.sql('SELECT session FROM session_connections WHERE connection = ?').all(connection.n);
      for (const row of list) sessions.get(Number(row.session)).changed = true;
    },
    touchSession: (session) => void touched.add(sessions.get(session).session_id),
    mark(sessionId, { label, pinned }) {
      database
        .sql(
          `INSERT INTO marks VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET
             label = iif(?, excluded.label, label), pinned = iif(?, excluded.pinned, pinned)`,
        )
        .run(sessionId, label ?? null, pinned ? 1 : 0, label === undefined ? 0 : 1, pinned === undefined ? 0 : 1);
      marked.add(sessionId);
    },
    forget() {
      sessions.forget();
      turns.forget();
      connections.forget();
    },
    commit(write, positions) {
      return database.transaction(() => {
        rev++;
        write(rev);
        turns.flush(rev);
        calls.flush(rev);
        const session_ids = new Set(sessions.flush(rev));
        connections.flush();
        for (const id of marked) {
          database.sql('UPDATE sessions SET rev = ? WHERE session_id = ?').run(rev, id);
          session_ids.add(id);
        }
        for (const id of touched) session_ids.add(id);
        marked.clear();
        touched.clear();
        for (const position of positions()) writePosition(database, position);
        writeMeta(database, 'rev', String(rev));
        return { rev, session_ids: [...session_ids] };
      });
    },
  };
}

/** The answer's key is not the call's own, so it stands in the column, too. */
function packedWithKey(frame: FrameRef): string {
  return `${frame.key} ${packFrame(frame)}`;
}

function countGap(session: SessionRow, lostChunks: number): void {
  session.counts.gaps++;
  session.counts.frames_lost += lostChunks;
  session.changed = true;
}

/** Gaps of a connection that had no call yet belong to the first session that comes. */
function adoptGaps(database: Database, connection: ConnectionRow, session: SessionRow): void {
  for (const row of database
    .sql('SELECT lost_chunks FROM gaps WHERE connection = ? AND session IS NULL')
    .all(connection.n)) {
    countGap(session, Number(row.lost_chunks));
  }
  database.sql('UPDATE gaps SET session = ? WHERE connection = ? AND session IS NULL').run(session.n, connection.n);
}
