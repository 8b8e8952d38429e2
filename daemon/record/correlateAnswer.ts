/**
 * What an answer does: it ends its call, asks for another round, turns it into a task, or comes too late. The answers
 * about a task end the call that became the task.
 */
import { callIdOf } from '../base/ids.ts';
import type { CallEnded, FrameEvent, FrameRef } from '../protocol/events.ts';
import { answerOutcome, type Judgement, toolError } from './answerOutcome.ts';
import {
  type CorrelateState,
  type FrameDirection,
  findClosed,
  forgetToken,
  frameKeyOf,
  MAX_TASKS,
  MAX_WAITING,
  type OpenCall,
  remember,
  rememberClosed,
  type TaskCall,
  takeCall,
} from './correlateState.ts';
import { describeConnection } from './describeConnection.ts';
import { lost } from './endConnection.ts';
import type { AnswerMessage, TaskFact, TypedId } from './message.ts';
import { fetchesTaskResult, isRepeatable, type ResultKind, resultKind, settledVersion, taskMade } from './revision.ts';

export function correlateAnswer(
  state: CorrelateState,
  ref: FrameRef,
  answer: AnswerMessage,
  events: FrameEvent[],
): void {
  const direction = ref.direction === 'c2s' ? 's2c' : 'c2s';
  const call = answer.id === null ? null : takeCall(state, direction, answer.id);
  if (!call || answer.id === null) {
    lateAnswer(state, direction, ref, answer, events);
    return;
  }
  const protocol_version = settledVersion(call.method, answer);
  describeConnection(state, { client: null, server: answer.server, protocol_version }, events);
  const kind = answer.kind === 'result' ? resultKind(answer, call.version ?? state.protocol_version) : 'complete';
  const task = taskMade(answer, call.wants_task, kind);
  if (kind === 'input_required' && answer.asks && isRepeatable(call.method)) {
    events.push({ type: 'call.round', call_id: call.call_id, round: call.rounds, frame: ref });
    waitForRepeat(state, direction, call, answer.asks, ref, events);
    return;
  }
  if (task) {
    events.push({ type: 'call.log', call_id: call.call_id, frame: ref, level: null });
    becomeTask(state, direction, call, task, ref, events);
    return;
  }
  endCall(state, direction, answer.id, call, ref, judge(answer, call, kind), events);
  if (call.about_task !== null) aboutTask(state, direction, call, answer, ref, events);
}

function judge(answer: AnswerMessage, call: OpenCall, kind: ResultKind): Judgement {
  // Input is asked for by three methods only.
  const judgement = answerOutcome(answer, call.method, kind === 'input_required' ? 'invalid' : kind);
  const note = call.has_twin ? 'its id was used twice while it was open: answers were matched in order' : null;
  return { ...judgement, note: judgement.note ?? note };
}

function endCall(
  state: CorrelateState,
  direction: FrameDirection,
  id: TypedId,
  call: OpenCall,
  ref: FrameRef,
  judgement: Judgement,
  events: FrameEvent[],
): void {
  events.push(endedEvent(call, ref, judgement));
  remember(state, 'answered', direction, id, call);
}

function endedEvent(call: OpenCall, ref: FrameRef, judgement: Judgement): CallEnded {
  const { call_id } = call;
  return { type: 'call.ended', call_id, at: ref.at, duration_ms: elapsed(call, ref), ...judgement, response: ref };
}

/** null where the frame's clock says nothing, as at the end of a proxy that was killed. */
export function elapsed(call: { readonly mono: number }, ref: FrameRef): number | null {
  return ref.mono < call.mono ? null : Math.round((ref.mono - call.mono) * 1000) / 1000;
}

function lateAnswer(
  state: CorrelateState,
  direction: FrameDirection,
  ref: FrameRef,
  answer: AnswerMessage,
  events: FrameEvent[],
): void {
  const closed = answer.id === null ? null : findClosed(state, direction, answer.id);
  if (!closed) {
    const reason = answer.id === null ? 'an error that names no request' : 'no request with this id is open';
    events.push({ type: 'stray', kind: 'unasked_answer', method: null, reason, frame: ref });
    return;
  }
  events.push({
    type: 'call.amended',
    call_id: callIdOf(state.connection_id, closed.key),
    late_answer_ms: elapsed(closed, ref) ?? 0,
    frame: ref,
  });
  const index = state.given_up.indexOf(closed);
  if (index < 0) return;
  state.given_up.splice(index, 1);
  rememberClosed(state, 'answered', closed);
}

function waitForRepeat(
  state: CorrelateState,
  direction: FrameDirection,
  call: OpenCall,
  asks: NonNullable<AnswerMessage['asks']>,
  ref: FrameRef,
  events: FrameEvent[],
): void {
  const list = state.waiting[direction];
  list.push({ call, state: asks.state, keys: asks.keys });
  if (list.length <= MAX_WAITING) return;
  const oldest = list.shift();
  if (oldest) events.push(lost(oldest.call, ref.at, 'the server asked for input; the request was not repeated'));
}

function becomeTask(
  state: CorrelateState,
  direction: FrameDirection,
  call: OpenCall,
  task: TaskFact,
  ref: FrameRef,
  events: FrameEvent[],
): void {
  const tasks = state.tasks[direction];
  const ids = Object.keys(tasks);
  if (ids.length >= MAX_TASKS) {
    const id = ids.find((known) => tasks[known]?.open === null) ?? ids[0]!;
    const oldest = tasks[id]?.open;
    if (oldest) events.push(lost(oldest, ref.at, 'too many tasks at once: no longer watched'));
    delete tasks[id];
  }
  const before = tasks[task.id]?.open;
  if (before) events.push(lost(before, ref.at, 'its task id was given to another task'));
  tasks[task.id] = { call_id: call.call_id, open: call, status: null };
  tellTask(state, direction, task, ref, events);
}

function aboutTask(
  state: CorrelateState,
  direction: FrameDirection,
  asked: OpenCall,
  answer: AnswerMessage,
  ref: FrameRef,
  events: FrameEvent[],
): void {
  const id = asked.about_task;
  const known = id === null ? undefined : state.tasks[direction][id];
  if (!known?.open) return;
  if (fetchesTaskResult(asked.method)) {
    const { open } = known;
    endTask(state, direction, known, ref, answerOutcome(answer, open.method, resultKind(answer, open.version)), events);
  } else if (answer.task && answer.task.id === id) tellTask(state, direction, answer.task, ref, events);
}

/** Notes how a task stands, and ends its call where that is an end. */
export function tellTask(
  state: CorrelateState,
  direction: FrameDirection,
  task: TaskFact,
  ref: FrameRef,
  events: FrameEvent[],
): void {
  const known = state.tasks[direction][task.id];
  if (!known?.open) return;
  known.status = task.status ?? known.status;
  const isTool = known.open.method === 'tools/call';
  if (task.status === 'cancelled') {
    const layers = { transport: 'ok', rpc: 'ok', tool: null } as const;
    endTask(
      state,
      direction,
      known,
      ref,
      { outcome: 'cancelled', note: 'the task was cancelled', layers, error: null },
      events,
    );
  } else if (task.status === 'failed') {
    endTask(state, direction, known, ref, failure(task, isTool), events);
  } else if (task.status === 'completed' && task.end) {
    const { end } = task;
    const layers = { transport: 'ok', rpc: 'ok', tool: isTool ? 'ok' : null } as const;
    const success: Judgement = { outcome: 'success', note: null, layers, error: null };
    endTask(state, direction, known, ref, end.is_error ? toolError(null, end.message) : success, events);
  }
}

function failure(task: TaskFact, isTool: boolean): Judgement {
  const code = task.end?.code ?? null;
  const error = { code, message: task.end?.message ?? null };
  const layers =
    code === null
      ? ({ transport: 'ok', rpc: 'ok', tool: isTool ? 'error' : null } as const)
      : ({ transport: 'ok', rpc: 'error', tool: null } as const);
  return { outcome: 'error', note: 'the task failed', layers, error };
}

function endTask(
  state: CorrelateState,
  direction: FrameDirection,
  task: TaskCall,
  ref: FrameRef,
  judgement: Judgement,
  events: FrameEvent[],
): void {
  if (!task.open) return;
  events.push(endedEvent(task.open, ref, judgement));
  forgetToken(state, direction, task.open.token, frameKeyOf(state, task.call_id));
  task.open = null;
}
