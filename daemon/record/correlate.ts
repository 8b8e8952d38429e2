/**
 * Pairs requests with answers, and everything else with the call that it belongs to. Takes a connection's frames in
 * journal order; gives the events that each of them causes. No clock, no content: what a call carried is read later,
 * from the journal. What can't be proven is left open: a child names candidates, a lost answer is no failure.
 */
import { batchKey, callIdOf } from '../base/ids.ts';
import type { CallStarted, FrameEvent, FrameRef } from '../protocol/events.ts';
import { correlateAnswer } from './correlateAnswer.ts';
import { correlateNotification } from './correlateNotification.ts';
import {
  type CorrelateState,
  type FrameDirection,
  forgetToken,
  frameKeyOf,
  type OpenCall,
  openCall,
  openCallIds,
  type WaitingCall,
} from './correlateState.ts';
import { describeConnection } from './describeConnection.ts';
import { giveUpOldest } from './endConnection.ts';
import type { RequestMessage, TypedId } from './message.ts';
import { isMessage, isRequest, type ParsedFrame } from './parseFrame.ts';
import { introducesClient, isRepeatable, mayCause } from './revision.ts';

/** So many candidates are named for a parent that can't be proven. */
export const MAX_CANDIDATES = 20;

/** The events that this frame causes, oldest first. `state` is changed. */
export function correlate(state: CorrelateState, frame: FrameRef, parsed: ParsedFrame): FrameEvent[] {
  const events: FrameEvent[] = [];
  for (let index = 0; index < parsed.messages.length; index++) {
    const message = parsed.messages[index]!;
    const ref = parsed.batch ? { ...frame, key: batchKey(frame.key, index) } : frame;
    if (!isMessage(message))
      events.push({ type: 'stray', kind: message.kind, method: null, reason: message.reason, frame: ref });
    else if (!isRequest(message)) correlateAnswer(state, ref, message, events);
    else if (message.id === null) correlateNotification(state, ref, message, events);
    else correlateRequest(state, ref, message, message.id, events);
  }
  return events;
}

function correlateRequest(
  state: CorrelateState,
  ref: FrameRef,
  message: RequestMessage,
  id: TypedId,
  events: FrameEvent[],
): void {
  const { direction } = ref;
  if (introducesClient(message)) {
    const { client, is_modern, protocol_version } = message;
    // Until 2025-11-25 what the client names is a wish; what holds is what the server answers.
    describeConnection(state, { client, server: null, protocol_version: is_modern ? protocol_version : null }, events);
  }
  if (state.open[direction][id]) {
    const reason = 'a request under the id of one that is still open';
    events.push({ type: 'stray', kind: 'duplicate_id', method: message.method, reason, frame: ref });
  }
  const waiting = repeated(state, direction, message);
  if (waiting) {
    goOn(state, ref, message, id, waiting.call, events);
    return;
  }
  const call_id = callIdOf(state.connection_id, ref.key);
  const version = message.protocol_version ?? state.protocol_version;
  events.push(startedEvent(state, ref, message, call_id, version));
  openCall(state, direction, id, {
    call_id,
    mono: ref.mono,
    method: message.method,
    version,
    wants_task: message.wants_task,
    about_task: message.task?.id ?? null,
    token: message.progress_token,
    retry: message.retry,
    rounds: 1,
    acknowledged: false,
    twins: [],
    has_twin: false,
  });
  giveUpOldest(state, ref, events);
}

function startedEvent(
  state: CorrelateState,
  ref: FrameRef,
  message: RequestMessage,
  call_id: string,
  version: string | null,
): CallStarted {
  const parent = provenParent(state, ref.direction, message);
  return {
    type: 'call.started',
    call_id,
    event: message.method === 'tools/call' ? 'tool_call' : 'request',
    direction: ref.direction,
    method: message.method,
    tool: message.name,
    parent_call_id: parent,
    // What the server asks of the agent was caused by something; a request of the agent's own stands for itself.
    parent_candidates:
      parent === null && ref.direction === 's2c'
        ? openCallIds(state, 'c2s', MAX_CANDIDATES, (call) => mayCause(call.method))
        : [],
    join: message.join,
    client: message.client ?? state.client,
    protocol_version: version,
    request: ref,
  };
}

/** Names its task: by `related-task` (whoever sends it), or as a `tasks/…` request about a task of its own side. */
function provenParent(state: CorrelateState, direction: FrameDirection, message: RequestMessage): string | null {
  if (message.related_task !== null) {
    const other = direction === 'c2s' ? 's2c' : 'c2s';
    const task = state.tasks[other][message.related_task] ?? state.tasks[direction][message.related_task];
    if (task) return task.call_id;
  }
  return message.task === null ? null : (state.tasks[direction][message.task.id]?.call_id ?? null);
}

/** The waiting call that this request repeats: the same method and input, with the server's state or its answers. */
function repeated(state: CorrelateState, direction: FrameDirection, message: RequestMessage): WaitingCall | null {
  const { retry } = message;
  const list = state.waiting[direction];
  if (!retry || list.length === 0 || !isRepeatable(message.method)) return null;
  if (retry.state === null && retry.keys === null) return null;
  const index = list.findIndex(({ call, state: asked, keys }) => {
    if (call.method !== message.method || asked !== retry.state) return false;
    const before = call.retry?.input ?? null;
    if (before !== null && retry.input !== null && before !== retry.input) return false;
    return asked !== null || String(keys) === String(retry.keys);
  });
  return index < 0 ? null : (list.splice(index, 1)[0] ?? null);
}

function goOn(
  state: CorrelateState,
  ref: FrameRef,
  message: RequestMessage,
  id: TypedId,
  call: OpenCall,
  events: FrameEvent[],
): void {
  call.rounds++;
  events.push({ type: 'call.round', call_id: call.call_id, round: call.rounds, frame: ref });
  if (call.token !== message.progress_token)
    forgetToken(state, ref.direction, call.token, frameKeyOf(state, call.call_id));
  call.token = message.progress_token;
  call.retry = message.retry;
  openCall(state, ref.direction, id, call);
  giveUpOldest(state, ref, events);
}
