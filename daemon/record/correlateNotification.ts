/**
 * Which call a notification belongs to: progress by its token, cancellation by the id it names, the rest by the task
 * or the subscription it names. A log line names nothing: it belongs to a call only where there is just one.
 */
import { callIdOf } from '../base/ids.ts';
import type { CallEnded, FrameEvent, FrameRef, Stray } from '../protocol/events.ts';
import { elapsed, tellTask } from './correlateAnswer.ts';
import { type CorrelateState, type OpenCall, openCallIds, remember, takeCall } from './correlateState.ts';
import type { RequestMessage, TypedId } from './message.ts';
import { isSubscription, isSubscriptionAcknowledged, mayCause } from './revision.ts';

export function correlateNotification(
  state: CorrelateState,
  ref: FrameRef,
  message: RequestMessage,
  events: FrameEvent[],
): void {
  if (message.cancels !== null) cancel(state, ref, message, message.cancels, events);
  else if (message.progress) progress(state, ref, message, message.progress, events);
  else {
    const call_id = owner(state, ref, message);
    if (call_id === null) events.push(stray(ref, message, null));
    else events.push({ type: 'call.log', call_id, frame: ref, level: message.level });
    if (message.task) tellTask(state, otherSide(ref), message.task, ref, events);
  }
}

function progress(
  state: CorrelateState,
  ref: FrameRef,
  message: RequestMessage,
  facts: NonNullable<RequestMessage['progress']>,
  events: FrameEvent[],
): void {
  const key = message.progress_token === null ? undefined : state.tokens[otherSide(ref)][message.progress_token];
  if (key === undefined) events.push(stray(ref, message, 'no call asked for progress under this token'));
  else events.push({ type: 'call.progress', call_id: callIdOf(state.connection_id, key), frame: ref, ...facts });
}

/** A sender cancels its own requests; a server may also end a subscription. */
function cancel(
  state: CorrelateState,
  ref: FrameRef,
  message: RequestMessage,
  id: TypedId,
  events: FrameEvent[],
): void {
  const subscription = state.open.c2s[id];
  const endsSubscription = ref.direction === 's2c' && subscription !== undefined && isSubscription(subscription.method);
  const direction = endsSubscription ? 'c2s' : ref.direction;
  const call = takeCall(state, direction, id);
  if (!call) {
    events.push(stray(ref, message, 'cancels no request that is open'));
    return;
  }
  events.push(
    { type: 'call.log', call_id: call.call_id, frame: ref, level: null },
    {
      type: 'call.ended',
      call_id: call.call_id,
      at: ref.at,
      duration_ms: elapsed(call, ref),
      ...givenUp(call, ref, message),
      layers: { transport: 'ok', rpc: call.acknowledged ? 'ok' : null, tool: null },
      error: null,
      response: null,
    },
  );
  remember(state, 'given_up', direction, id, call);
}

function givenUp(call: OpenCall, ref: FrameRef, message: RequestMessage): Pick<CallEnded, 'outcome' | 'note'> {
  // Listening ends this way; anything else may still take effect.
  if (call.acknowledged)
    return { outcome: 'success', note: `ended by the ${ref.direction === 's2c' ? 'server' : 'client'}` };
  if (message.timed_out)
    return { outcome: 'timeout', note: 'given up after a time-out; the request may have taken effect' };
  return { outcome: 'cancelled', note: 'cancelled; the request may have taken effect' };
}

function owner(state: CorrelateState, ref: FrameRef, message: RequestMessage): string | null {
  const asked = otherSide(ref);
  if (message.subscription !== null) {
    const call = state.open[asked][message.subscription];
    if (call && isSubscription(call.method)) {
      if (isSubscriptionAcknowledged(message.method)) call.acknowledged = true;
      return call.call_id;
    }
  }
  const taskId = message.related_task ?? message.task?.id ?? null;
  const task = taskId === null ? undefined : (state.tasks[asked][taskId] ?? state.tasks[ref.direction][taskId]);
  if (task) return task.call_id;
  if (message.method !== 'notifications/message') return null;
  const [only, ...others] = openCallIds(state, asked, 2, (call) => mayCause(call.method));
  return only !== undefined && others.length === 0 ? only : null;
}

function stray(ref: FrameRef, message: RequestMessage, reason: string | null): Stray {
  return { type: 'stray', kind: 'notification', method: message.method, reason, frame: ref };
}

function otherSide(ref: FrameRef): FrameRef['direction'] {
  return ref.direction === 'c2s' ? 's2c' : 'c2s';
}
