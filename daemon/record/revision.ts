/**
 * The one place that knows how the protocol's revisions differ, from 2024-11-05 to 2026-07-28 and what comes after:
 * which answers are not the end of their call, and where facts stand. Judges no outcome.
 */
import type { AnswerMessage, RequestMessage, TaskFact } from './message.ts';

/** The first revision without `initialize`: every request names its revision, every result its type. */
const FIRST_MODERN = '2026-07-28';

/** Later revisions, unknown here, are taken to go on as the newest known one. */
export function isModern(version: string | null): boolean {
  return version !== null && /^\d{4}-\d{2}-\d{2}/.test(version) && version >= FIRST_MODERN;
}

/** What kind of answer a result is: an end, a wish for input, the start of a task, or nothing the revision knows. */
export type ResultKind = 'complete' | 'input_required' | 'task' | 'invalid';

export function resultKind(answer: AnswerMessage, version: string | null): ResultKind {
  const { result_type: type } = answer;
  // Before 2026-07-28 the member had no meaning; where the revision is not known, a known value speaks for itself.
  if (type === null || (version !== null && !isModern(version))) return 'complete';
  if (type === 'complete' || type === 'input_required') return type;
  if (type === 'task') return answer.task === null ? 'invalid' : 'task';
  return version === null ? 'complete' : 'invalid';
}

/**
 * The task that a request became, or null. 2025-11-25 answers with `result.task` to a request that asked for it with
 * `params.task`; the tasks extension answers with `resultType: "task"`, asked or not.
 */
export function taskMade(answer: AnswerMessage, wantedTask: boolean, kind: ResultKind): TaskFact | null {
  if (kind === 'task') return answer.task;
  return wantedTask && answer.task?.nested && answer.task.status !== null ? answer.task : null;
}

/** A request that stays open for as long as its sender listens. */
export function isSubscription(method: string): boolean {
  return method === 'subscriptions/listen';
}

export function isSubscriptionAcknowledged(method: string): boolean {
  return method === 'notifications/subscriptions/acknowledged';
}

/** Methods whose request the client repeats with what the server asked for. */
export function isRepeatable(method: string): boolean {
  return method === 'tools/call' || method === 'prompts/get' || method === 'resources/read';
}

/** The answer to this request is the answer to the request that became the task (2025-11-25). */
export function fetchesTaskResult(method: string): boolean {
  return method === 'tasks/result';
}

/** The sender says who it is, and which revision it wants. */
export function introducesClient(request: RequestMessage): boolean {
  return request.method === 'initialize' || request.is_modern;
}

/** The revision that an answer settles for the whole connection. */
export function settledVersion(requestMethod: string, answer: AnswerMessage): string | null {
  return requestMethod === 'initialize' ? answer.protocol_version : null;
}

/** While such a request is open, the other side may ask or log something on its account. */
export function mayCause(method: string): boolean {
  return !isSubscription(method) && !method.startsWith('tasks/') && method !== 'initialize' && method !== 'ping';
}
