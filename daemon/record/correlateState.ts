/**
 * What correlation remembers of a connection between two frames: plain JSON data, bounded, and without any content.
 * Opening and closing entries is done here; what a frame means is decided by correlate.
 */
import { callIdOf } from '../base/ids.ts';
import type { ClientInfo, FrameRef } from '../protocol/events.ts';
import type { Retry, TypedId } from './message.ts';

export type FrameDirection = FrameRef['direction'];

/** A call that has not ended. */
export interface OpenCall {
  readonly call_id: string;
  /** When its first request was complete, on the connection's monotonic clock. */
  readonly mono: number;
  readonly method: string;
  readonly version: string | null;
  readonly wants_task: boolean;
  /** The task that this request is about (`tasks/…`). */
  readonly about_task: TypedId | null;
  token: TypedId | null;
  retry: Retry | null;
  rounds: number;
  /** `subscriptions/listen`: the server has taken it. */
  acknowledged: boolean;
  /** Requests that came under the same id while this one was open, oldest first. */
  twins: OpenCall[];
  has_twin: boolean;
}

/** A call that became a task; `open` is null once it has ended, and then only names the call. */
export interface TaskCall {
  readonly call_id: string;
  open: OpenCall | null;
  status: string | null;
}

export interface ClosedCall {
  readonly direction: FrameDirection;
  readonly id: TypedId;
  /** Of the frame that opened it. */
  readonly key: string;
  readonly mono: number;
  readonly token: TypedId | null;
}

export interface CorrelateState {
  readonly connection_id: string;
  client: ClientInfo | null;
  server: ClientInfo | null;
  protocol_version: string | null;
  /** By the direction of the request, then by its id. */
  readonly open: Readonly<Record<FrameDirection, Record<TypedId, OpenCall>>>;
  open_count: number;
  /** Calls whose answer asked for input, until they are repeated. */
  readonly waiting: Readonly<Record<FrameDirection, WaitingCall[]>>;
  readonly tasks: Readonly<Record<FrameDirection, Record<TypedId, TaskCall>>>;
  /** The frame keys of calls by their progress token and direction; kept a while beyond the call's end. */
  readonly tokens: Readonly<Record<FrameDirection, Record<TypedId, string>>>;
  readonly answered: ClosedCall[];
  readonly given_up: ClosedCall[];
}

export interface WaitingCall {
  readonly call: OpenCall;
  readonly state: string | null;
  readonly keys: readonly string[];
}

/** Beyond these the oldest are given up, or forgotten where they have ended. */
export const MAX_OPEN = 10_000;
export const MAX_WAITING = 1_000;
export const MAX_TASKS = 1_000;
export const MAX_ANSWERED = 100;
export const MAX_GIVEN_UP = 500;

export function newCorrelateState(connectionId: string): CorrelateState {
  return {
    connection_id: connectionId,
    client: null,
    server: null,
    protocol_version: null,
    open: { c2s: {}, s2c: {} },
    open_count: 0,
    waiting: { c2s: [], s2c: [] },
    tasks: { c2s: {}, s2c: {} },
    tokens: { c2s: {}, s2c: {} },
    answered: [],
    given_up: [],
  };
}

/** Enters a call under its id; a twin queues behind the one that has the id already. */
export function openCall(state: CorrelateState, direction: FrameDirection, id: TypedId, call: OpenCall): void {
  const first = state.open[direction][id];
  if (first) {
    first.twins.push(call);
    first.has_twin = true;
    call.has_twin = true;
  } else state.open[direction][id] = call;
  state.open_count++;
  if (call.token !== null) state.tokens[direction][call.token] = frameKeyOf(state, call.call_id);
}

/** Takes the oldest call under this id out, or gives null. */
export function takeCall(state: CorrelateState, direction: FrameDirection, id: TypedId): OpenCall | null {
  const calls = state.open[direction];
  const call = calls[id];
  if (!call) return null;
  const [next, ...rest] = call.twins;
  if (next) {
    next.twins = rest;
    calls[id] = next;
    call.twins = [];
  } else delete calls[id];
  state.open_count--;
  return call;
}

/** Remembers an ended call for what may still come: its answer, another answer, progress. */
export function remember(
  state: CorrelateState,
  list: 'answered' | 'given_up',
  direction: FrameDirection,
  id: TypedId,
  call: OpenCall,
): void {
  rememberClosed(state, list, {
    direction,
    id,
    key: frameKeyOf(state, call.call_id),
    mono: call.mono,
    token: call.token,
  });
}

export function rememberClosed(state: CorrelateState, list: 'answered' | 'given_up', closed: ClosedCall): void {
  const closedCalls = state[list];
  closedCalls.push(closed);
  if (closedCalls.length <= (list === 'answered' ? MAX_ANSWERED : MAX_GIVEN_UP)) return;
  const gone = closedCalls.shift();
  if (gone) forgetToken(state, gone.direction, gone.token, gone.key);
}

export function forgetToken(
  state: CorrelateState,
  direction: FrameDirection,
  token: TypedId | null,
  key: string,
): void {
  if (token !== null && state.tokens[direction][token] === key) delete state.tokens[direction][token];
}

/** What `callIdOf` put behind the connection: much shorter, where many have to be kept. */
export function frameKeyOf(state: CorrelateState, callId: string): string {
  return callId.slice(callIdOf(state.connection_id, '').length);
}

/** The newest ended call that had this id; given up ones first, because they still lack their answer. */
export function findClosed(state: CorrelateState, direction: FrameDirection, id: TypedId): ClosedCall | null {
  const had = (closed: ClosedCall) => closed.direction === direction && closed.id === id;
  return state.given_up.findLast(had) ?? state.answered.findLast(had) ?? null;
}

/** The calls that a frame without any name of its call may belong to: open ones and running tasks, oldest first. */
export function openCallIds(
  state: CorrelateState,
  direction: FrameDirection,
  atMost: number,
  isMember: (call: OpenCall) => boolean,
): string[] {
  const ids: string[] = [];
  for (const task of Object.values(state.tasks[direction])) {
    if (ids.length === atMost) return ids;
    if (task.open && isMember(task.open)) ids.push(task.call_id);
  }
  const calls = state.open[direction];
  for (const id in calls) {
    for (const call of [calls[id]!, ...calls[id]!.twins]) {
      if (ids.length === atMost) return ids;
      if (isMember(call)) ids.push(call.call_id);
    }
  }
  return ids;
}
