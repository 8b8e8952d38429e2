/**
 * Writes what the record stage says as rows. Events are applied in memory; `commit` puts rows and journal positions
 * into one transaction, so that after any crash either all of a batch is there or none of it. Names handed in are
 * redacted already; content never comes here.
 */
import { callIdOf, connectionIdOfCall } from '../base/ids.ts';
import { type ConnectionEnd, isServerFailure } from '../model/connectionEnd.ts';
import type { CallEnded, CallProgress, CallStarted, FrameEvent, FrameRef, Span } from '../protocol/events.ts';
import type { FileStateRecord } from '../protocol/fileState.ts';
import { type CallRow, createCallRows, TODO } from './callRows.ts';
import { doubtComparisons } from './captureComparison.ts';
import { type ConnectionRow, type ConnectionRows, createConnectionRows } from './connectionRows.ts';
import type { Database } from './database.ts';
import { addEnd, addGap, adoptGaps, type GapFacts } from './eventRows.ts';
import { addExchange, type ExchangeRow, judgeFailedAround } from './exchangeRows.ts';
import { addLook, type LookedPlace } from './fileStateRows.ts';
import { keyParts, packFrame, placeStep } from './frameColumns.ts';
import { isHousekeeping } from './housekeeping.ts';
import { type Judgement, packJudgement, wasDenied } from './judgement.ts';
import { newCall } from './newCall.ts';
import { readMeta, writeMeta } from './openStore.ts';
import { type Position, writePosition } from './positions.ts';
import { countEnded, countStarted, createSessionRows, type SessionFacts, type SessionRow } from './sessionRows.ts';
import { createTurnRows } from './turnRows.ts';

export interface Committed {
  readonly rev: number;
  readonly session_ids: readonly string[];
}

export interface SessionOfCall {
  readonly session_id: string;
  /** Asked for where the call is the session's first. */
  facts(): SessionFacts;
}

export interface EndFacts {
  readonly at: number;
  readonly end: ConnectionEnd;
  /** Where the last words of its server's stderr stand in the journal. */
  readonly stderr: readonly Span[];
  /** The agent's session, where the connection had no call: a server that never answered is shown somewhere, too. */
  sessionOf(): SessionOfCall;
}

export type SettledFacts = Pick<
  CallRow,
  'rounds' | 'late_answer_ms' | 'progress_count' | 'progress' | 'progress_total' | 'response_bytes' | 'note'
>;

export interface Writer {
  readonly connections: ConnectionRows;
  /** `sessionOf` is asked for a call that is no part of another one. */
  apply(connection: ConnectionRow, event: FrameEvent, sessionOf: (event: CallStarted) => SessionOfCall): void;
  /** What policy says of the call that this frame opens. */
  judge(connection: ConnectionRow, frame: string, judgement: Judgement, at: number): void;
  /** The files of the call that this frame opens were looked at. */
  looked(
    connection: ConnectionRow,
    frame: string,
    stage: FileStateRecord['when'],
    place: Span,
    places: readonly LookedPlace[],
  ): void;
  gap(connection: ConnectionRow, gap: GapFacts): void;
  /** An HTTP request has ended: with this status, having carried these. */
  http(
    connection: ConnectionRow,
    status: number | null,
    exchanges: readonly ExchangeRow[],
    /** Epoch ms. */
    sentAt: number,
  ): void;
  /** The connection is over: its sessions' state changes, and how it ended stands in the newest of them. */
  ended(connection: ConnectionRow, facts: EndFacts): void;
  mark(sessionId: string, mark: { label?: string | null; pinned?: boolean }): void;
  /** A row of this session changed that the session's own row does not show. */
  touchSession(session: number): void;
  /** A row of this session changed, and its head shows it. */
  changed(sessionId: string): void;
  /** The id of the session that this call's row is in, written or about to be; null where there is none. */
  sessionOf(connection: ConnectionRow, callId: string): string | null;
  /** A session that an import brings, though it may have no call; these connections are part of it. */
  openSession(connectionIds: readonly string[], session: SessionOfCall, at: number): void;
  /**
   * What an import says of a call of this batch beyond how it began and ended; nothing is left to be read of it.
   * @returns null where this batch has not seen it
   */
  settle(callId: string, facts: SettledFacts): Pick<CallRow, 'n' | 'session'> | null;
  /** Runs in the same transaction once the rows of the batch are written. */
  afterwards(work: () => void): void;
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
  let later: (() => void)[] = [];
  let rev = Number(readMeta(database, 'rev') ?? 0);

  const find = (connection: ConnectionRow, callId: string): CallRow | null => {
    const seen = calls.seen(callId);
    if (seen) return seen;
    const id = connectionIdOfCall(callId);
    const owner = id === connection.connection_id ? connection : id ? connections.get(id) : null;
    const { ordinal, part } = keyParts(callId.slice(callId.lastIndexOf('_') + 1));
    return owner && calls.load(callId, owner.n, ordinal, part);
  };
  const change = (connection: ConnectionRow, callId: string, work: (call: CallRow) => void): void => {
    const call = find(connection, callId);
    if (!call) return;
    work(call);
    calls.touch(call);
    sessions.get(call.session).changed = true;
  };
  const keepFrame = (call: CallRow, role: string, frame: FrameRef): void => {
    const { ordinal, part } = keyParts(frame.key);
    database
      .sql('INSERT OR REPLACE INTO call_frames VALUES (?, ?, ?, ?, ?)')
      .run(call.n, ordinal, part, role, packFrame(frame));
  };

  /**
   * Where a call stands below another one: below its proven parent; where there is only one call that it can be part
   * of, below that one, though the record goes on to say that nothing is proven.
   */
  const callAbove = (connection: ConnectionRow, event: CallStarted): { call: CallRow; proven: boolean } | null => {
    const proven = event.parent_call_id !== null;
    const [only, ...others] = event.parent_candidates;
    const id = event.parent_call_id ?? (others.length === 0 ? only : undefined);
    const call = id === undefined ? null : find(connection, id);
    return call && { call, proven };
  };

  /** What is part of another call belongs to that one's session, and what the server asks to one that it may be part of. */
  const followed = (connection: ConnectionRow, event: CallStarted, above: CallRow | null): SessionRow | null => {
    if (above) return sessions.get(above.session);
    if (event.direction === 'c2s') return null;
    const [candidate] = event.parent_candidates;
    const session = (candidate && find(connection, candidate)?.session) ?? connection.session;
    return session ? sessions.get(session) : null;
  };

  const join = (connection: ConnectionRow, session: SessionRow, isProbe: boolean): void => {
    sessions.join(session, connection.n);
    if (connection.session === session.n && (isProbe || !connection.only_probed)) return;
    if (connection.session === null) adoptGaps(database, connection, session);
    connection.session = session.n;
    connection.only_probed &&= isProbe;
    connection.changed = true;
  };

  const start = (
    connection: ConnectionRow,
    event: CallStarted,
    sessionOf: (event: CallStarted) => SessionOfCall,
  ): void => {
    const { ordinal, part } = keyParts(event.request.key);
    const at = event.request.at;
    const found = callAbove(connection, event);
    const above = found?.call ?? null;
    // What was imported says whose it is; its connection may be another import's, too.
    const stated = connection.imported ? null : followed(connection, event, above);
    const session = stated ?? sessions.open(sessionOf(event), at);
    const step = placeStep(at, connection.n, ordinal, part);
    const turn = !above && event.join.turn_id ? turns.open(session, event.join.turn_id, at, step) : null;
    const folded = isHousekeeping(event);
    const running = event.event !== 'notification';
    const call = newCall(event, {
      n: calls.nextNumber(),
      connection: connection.n,
      ordinal,
      part,
      session: session.n,
      sort: (above?.sort ?? turn?.sort ?? '') + step,
      folded,
      depth: above ? depthBelow(above, event.join.turn_id) : 0,
      parent: found?.proven ? found.call.n : null,
    });
    calls.add(event.call_id, call);
    if (above && !folded) {
      above.children++;
      calls.touch(above);
    }
    if (turn && !folded) turns.count(turn);
    const { server } = connection;
    countStarted(session, { folded, toolCall: event.event === 'tool_call', running, server, tool: event.tool, at });
    join(connection, session, event.method === 'server/discover');
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
    // The answer is the proxy's own: the server never saw the request.
    const denied = wasDenied(call.judged);
    const outcome = denied ? 'denied' : event.outcome;
    // What a server wanted to know by the way is missed by nobody.
    if (event.outcome === 'lost' && !(call.folded && call.direction === 's2c')) connection.lost_calls++;
    call.outcome = outcome;
    call.duration_ms = event.duration_ms;
    call.note = event.note;
    call.layers = denied ? { transport: null, rpc: null, tool: null } : event.layers;
    call.error_code = event.error?.code ?? null;
    call.todo |= TODO.judge;
    if (event.response) {
      call.response = packedWithKey(event.response);
      call.response_bytes = event.response.byteLength;
      call.todo |= TODO.response;
    }
    const toolCall = call.event === 'tool_call';
    const { call_id, at } = event;
    countEnded(sessions.get(call.session), { toolCall, call_id, outcome, at });
  };

  return {
    connections,
    apply(connection, event, sessionOf) {
      switch (event.type) {
        case 'call.started':
          return start(connection, event, sessionOf);
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
    judge(connection, frame, judgement, at) {
      change(connection, callIdOf(connection.connection_id, frame), (call) => {
        if (call.judged !== null) return;
        call.judged = packJudgement(judgement);
        call.todo |= TODO.decision | TODO.judge;
        const { decision, mode, reason } = judgement;
        if ((decision !== 'deny' && decision !== 'would_deny') || reason === null) return;
        database
          .sql('INSERT OR IGNORE INTO denials (call, session, decision, reason, mode, at) VALUES (?, ?, ?, ?, ?, ?)')
          .run(call.n, call.session, decision, reason, mode, at);
        sessions.get(call.session).counts.denials++;
      });
    },
    looked(connection, frame, stage, place, places) {
      change(connection, callIdOf(connection.connection_id, frame), (call) => {
        call.todo |= TODO.judge;
        addLook(database, call.n, stage, place, places);
      });
    },
    gap(connection, gap) {
      addGap(database, connection, connection.session === null ? null : sessions.get(connection.session), gap, rev);
    },
    http(connection, status, exchanges, sentAt) {
      connections.http(connection, status);
      for (const exchange of exchanges) addExchange(database, connection.n, exchange);
      if (status === null || status < 300 || exchanges.length === 0) return;
      // What it carried may have been judged before this was told.
      later.push(() => judgeFailedAround(database, connection.n, sentAt));
    },
    ended(connection, { at, end, stderr, sessionOf }) {
      connections.end(connection, at, end, stderr);
      const shown = connection.lost_calls > 0 || isServerFailure(end);
      if (connection.session === null && shown) join(connection, sessions.open(sessionOf(), at), false);
      if (connection.session !== null) addEnd(database, connection, sessions.get(connection.session), at, shown, rev);
      const list = database.sql('SELECT session FROM session_connections WHERE connection = ?').all(connection.n);
      for (const row of list) sessions.get(Number(row.session)).changed = true;
    },
    sessionOf(connection, callId) {
      const call = find(connection, callId);
      return call && sessions.get(call.session).session_id;
    },
    openSession(connectionIds, session, at) {
      const row = sessions.open(session, at);
      for (const id of connectionIds) {
        const connection = connections.get(id);
        // One that another import brought stays that one's as well.
        if (connection?.session === null) join(connection, row, false);
        else if (connection) sessions.join(row, connection.n);
      }
      marked.add(session.session_id);
    },
    settle(callId, facts) {
      const call = calls.seen(callId);
      if (!call) return null;
      Object.assign(call, facts);
      call.todo = 0;
      return call;
    },
    afterwards: (work) => void later.push(work),
    changed: (sessionId) => void marked.add(sessionId),
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
        for (const work of later) work();
        later = [];
        for (const id of sessions.begun()) doubtComparisons(database, id);
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

/** Rows of a turn stand one step further in than their depth says; one that names no turn makes up for it here. */
function depthBelow(above: CallRow, turnId: string | null): number {
  return above.depth + 1 + (above.turn_id !== null && turnId === null ? 1 : 0);
}

/** The answer's key is not the call's own, so it stands in the column, too. */
function packedWithKey(frame: FrameRef): string {
  return `${frame.key} ${packFrame(frame)}`;
}
