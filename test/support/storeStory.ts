/** Fills a database through the writer, event by event, for tests that ask it questions. */
import { callIdOf, makeConnectionId } from '../../daemon/base/ids.ts';
import type { CallEnded, CallStarted, FrameRef } from '../../daemon/protocol/events.ts';
import type { Database } from '../../daemon/store/database.ts';
import { createWriter, type Writer } from '../../daemon/store/writer.ts';

export const SESSION = 'ses_0000000000000001';
export const CONNECTION = makeConnectionId(1_790_000_000_000, new Uint8Array(10).fill(7));
export const START_MS = 1_790_000_000_000;

export interface StoreStory {
  readonly writer: Writer;
  /** A call that begins now. Its id. */
  call(over?: Partial<CallStarted> & { turn?: string; bytes?: number }): string;
  end(callId: string, over?: Partial<CallEnded> & { bytes?: number }): void;
  gap(lostChunks: number): void;
  wait(ms: number): void;
  /** Writes what was told so far. */
  commit(): void;
}

export function storeStory(database: Database): StoreStory {
  const writer = createWriter(database);
  let ordinal = 0;
  let at = START_MS;
  let waiting: (() => void)[] = [];
  const frame = (direction: FrameRef['direction'], byteLength: number): FrameRef => {
    const spans = [{ segment: 0, offset: 0, length: byteLength }];
    return { key: String(++ordinal), direction, at: ++at, mono: at - START_MS, byteLength, spans, artifact: null };
  };
  const connection = () => {
    const known = writer.connections.get(CONNECTION);
    if (known) return known;
    const none = {
      proxy_start: null,
      child: null,
      boot_id: null,
      callgrove: null,
      url: null,
      listed_under: '/w',
      imported: false,
    };
    const facts = {
      connection_id: CONNECTION,
      opened_at: START_MS,
      server: 'filesystem',
      agent: 'agent',
      proxy_pid: 1,
    };
    return writer.connections.open({ ...facts, ...none });
  };
  const sessionOf = () => ({
    session_id: SESSION,
    facts: () => ({
      session_id: SESSION,
      conversation_id: null,
      split: null,
      agent_id: 'agent/1',
      principal: { user: 'ada', agent: null, tenant: null },
      workspace: '/w',
      listed_under: '/w',
      repo: null,
      branch: null,
      commit: null,
    }),
  });
  return {
    writer,
    call({ turn, bytes = 100, ...over } = {}) {
      const request = frame(over.direction ?? 'c2s', bytes);
      const call_id = callIdOf(CONNECTION, request.key);
      const started: CallStarted = {
        type: 'call.started',
        call_id,
        event: 'tool_call',
        direction: 'c2s',
        method: 'tools/call',
        tool: 'read_file',
        parent_call_id: null,
        parent_candidates: [],
        join: { conversation_id: null, turn_id: turn ?? null, trace_id: null, span_id: null, raw: {} },
        client: null,
        protocol_version: '2025-06-18',
        request,
        ...over,
      };
      waiting.push(() => writer.apply(connection(), started, sessionOf));
      return call_id;
    },
    end(call_id, { bytes = 50, ...over } = {}) {
      const response = frame('s2c', bytes);
      const layers = { transport: 'ok', rpc: 'ok', tool: 'ok' } as const;
      const ended: CallEnded = {
        type: 'call.ended',
        call_id,
        at: response.at,
        duration_ms: 5,
        outcome: 'success',
        note: null,
        layers,
        error: null,
        response,
        ...over,
      };
      waiting.push(() => writer.apply(connection(), ended, sessionOf));
    },
    gap(lost_chunks) {
      const gap = { ordinal: ++ordinal, at: ++at, lost_chunks, bytes: 9, reason: 'ENOSPC' };
      waiting.push(() => writer.gap(connection(), gap));
    },
    wait(ms) {
      at += ms;
    },
    commit() {
      const works = waiting;
      waiting = [];
      writer.commit(
        () => {
          for (const work of works) work();
        },
        () => [],
      );
    },
  };
}
