/** Plays frames into the record stage as ingest would, and tells what came of them in short words. */
import { Buffer } from 'node:buffer';
import type { FrameEvent, FrameRef } from '../../../daemon/protocol/events.ts';
import { correlate } from '../../../daemon/record/correlate.ts';
import { type CorrelateState, newCorrelateState } from '../../../daemon/record/correlateState.ts';
import { endConnection } from '../../../daemon/record/endConnection.ts';
import { parseFrame } from '../../../daemon/record/parseFrame.ts';

export const CONNECTION = 'con_00000000000000000000000000';

export interface Playbook {
  /** A frame from the agent: a message, or the line as it stands. */
  agent(message: object | string): Playbook;
  server(message: object | string): Playbook;
  /** The connection ends. */
  end(): Playbook;
  /** What the last frame caused, in short words. */
  last(): string[];
  readonly events: FrameEvent[];
  readonly state: () => CorrelateState;
}

/** The n-th frame has the key n and comes n × 10 ms after the start. */
export function playbook(): Playbook {
  let state = newCorrelateState(CONNECTION);
  const events: FrameEvent[] = [];
  let latest: FrameEvent[] = [];
  let ordinal = 0;
  const play = (direction: FrameRef['direction'], message: object | string): Playbook => {
    const bytes = Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));
    ordinal++;
    const spans = [{ segment: 0, offset: ordinal * 1000, length: bytes.length }];
    const ref: FrameRef = {
      key: String(ordinal),
      direction,
      at: 1_000_000 + ordinal * 10,
      mono: ordinal * 10,
      byteLength: bytes.length,
      spans,
      artifact: null,
    };
    latest = correlate(state, ref, parseFrame(bytes));
    // The state is stored between any two frames.
    state = JSON.parse(JSON.stringify(state));
    events.push(...latest);
    return book;
  };
  const book: Playbook = {
    agent: (message) => play('c2s', message),
    server: (message) => play('s2c', message),
    end() {
      latest = endConnection(state, 2_000_000, null);
      events.push(...latest);
      return book;
    },
    last: () => latest.map(say),
    events,
    state: () => state,
  };
  return book;
}

/** An event in a few words; a call by its frame's key. */
export function say(event: FrameEvent): string {
  const key = 'call_id' in event ? event.call_id.slice(CONNECTION.length + 2) : '';
  switch (event.type) {
    case 'call.started': {
      const parent = event.parent_call_id ? ` under ${event.parent_call_id.slice(CONNECTION.length + 2)}` : '';
      const maybe =
        event.parent_candidates.length > 0
          ? ` maybe ${event.parent_candidates.map((id) => id.slice(CONNECTION.length + 2)).join(',')}`
          : '';
      return `${key} started ${event.tool ?? event.method}${parent}${maybe}`;
    }
    case 'call.progress':
      return `${key} progress ${event.progress}/${event.total}${event.message === null ? '' : ` ${event.message}`}`;
    case 'call.log':
      return `${key} log ${event.level}`;
    case 'call.round':
      return `${key} round ${event.round}`;
    case 'call.ended': {
      const { transport, rpc, tool } = event.layers;
      const error = event.error ? ` [${event.error.code ?? 'tool'} ${event.error.message}]` : '';
      return `${key} ${event.outcome} ${transport}/${rpc}/${tool}${error}${event.note ? ` (${event.note})` : ''}`;
    }
    case 'call.amended':
      return `${key} late ${event.late_answer_ms}`;
    case 'stray':
      return `stray ${event.kind} ${event.method ?? '-'}${event.reason ? ` (${event.reason})` : ''}`;
    case 'connection.described':
      return `described ${event.client?.name}/${event.client?.version} ${event.server?.name} ${event.protocol_version}`;
    default:
      return event satisfies never;
  }
}

const MODERN = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'modern', version: '1' },
};

export const request = (id: number | string, method: string, params: object = {}) => ({
  jsonrpc: '2.0',
  id,
  method,
  params,
});
export const modern = (id: number | string, method: string, params: object = {}) =>
  request(id, method, { ...params, _meta: MODERN });
export const toolCall = (id: number | string, name: string, extra: object = {}) =>
  request(id, 'tools/call', { name, arguments: {}, ...extra });
export const notification = (method: string, params: object = {}) => ({ jsonrpc: '2.0', method, params });
export const result = (id: number | string, value: unknown = { content: [] }) => ({
  jsonrpc: '2.0',
  id,
  result: value,
});
export const failure = (id: number | string | null, code: number, message: string) => ({
  jsonrpc: '2.0',
  id,
  error: { code, message },
});
