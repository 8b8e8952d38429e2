/**
 * Reads a message's envelope from its value, complete or thinned out by the skimmer. Judges form only; what a message
 * means for a call is correlate's business.
 */
import { createHash } from 'node:crypto';
import type { ClientInfo } from '../protocol/events.ts';
import { joinKeysOf, NO_JOIN_KEYS } from './joinKeys.ts';
import {
  type AnswerMessage,
  MAX_LOOKED_AT_CHARS,
  type ReadMessage,
  type Retry,
  type TaskFact,
  type TypedId,
} from './message.ts';

const MAX_NAME_CHARS = 200;
const MAX_MESSAGE_CHARS = 2_000;
/** As the SDKs of both lines say it. */
const TIMED_OUT = /request timed out|-32001/i;
const MAX_KEYS = 50;

/**
 * Reads the envelope of one message. Lenient: unknown methods and members are fine. What is no JSON-RPC 2.0 message is
 * `noise` where it does not claim to be one, else `malformed`.
 * @param whole the value is complete, so that arguments can be digested
 */
export function readMessage(value: unknown, whole: boolean): ReadMessage {
  if (!isObject(value)) return { kind: 'noise', reason: 'JSON, but no message' };
  if (value.jsonrpc === undefined) return { kind: 'noise', reason: 'JSON, but not JSON-RPC' };
  if (value.jsonrpc !== '2.0') return { kind: 'malformed', reason: 'jsonrpc is not "2.0"' };
  const id = value.id === undefined ? null : typedId(value.id);
  if (value.method !== undefined) return readRequest(value, id, whole);
  if (value.id !== undefined && value.id !== null && id === null)
    return { kind: 'malformed', reason: 'an id that is no string or number' };
  if (value.error !== undefined) return readError(value.error, id);
  if (value.result !== undefined) {
    return id === null ? { kind: 'malformed', reason: 'a result without an id' } : readResult(value.result, id);
  }
  return { kind: 'malformed', reason: 'neither method nor result nor error' };
}

function readRequest(value: Record<string, unknown>, id: TypedId | null, whole: boolean): ReadMessage {
  if (typeof value.method !== 'string') return { kind: 'malformed', reason: 'a method that is no string' };
  if (value.id !== undefined && id === null)
    return { kind: 'malformed', reason: 'a request whose id is no string or number' };
  const method = clip(value.method, MAX_NAME_CHARS);
  const params = isObject(value.params) ? value.params : NOTHING;
  const meta = isObject(params._meta) ? params._meta : null;
  const version = meta && text(meta['io.modelcontextprotocol/protocolVersion'], 40);
  const isRequest = id !== null;
  return {
    kind: isRequest ? 'request' : 'notification',
    id,
    method,
    name: method === 'tools/call' || method === 'prompts/get' ? text(params.name, MAX_NAME_CHARS) : null,
    protocol_version: version ?? text(params.protocolVersion, 40),
    client: implementation(meta?.['io.modelcontextprotocol/clientInfo'] ?? params.clientInfo),
    is_modern: version !== null,
    join: meta ? joinKeysOf(meta) : NO_JOIN_KEYS,
    progress_token: typedId(isRequest ? meta?.progressToken : params.progressToken),
    progress:
      method === 'notifications/progress'
        ? {
            progress: number(params.progress),
            total: number(params.total),
            message: text(params.message, MAX_MESSAGE_CHARS),
          }
        : null,
    level: isRequest ? null : text(params.level, 40),
    cancels: method === 'notifications/cancelled' ? typedId(params.requestId) : null,
    timed_out: method === 'notifications/cancelled' && TIMED_OUT.test(text(params.reason, MAX_NAME_CHARS) ?? ''),
    subscription: typedId(meta?.['io.modelcontextprotocol/subscriptionId']),
    related_task: relatedTask(meta),
    task: params.taskId === undefined ? null : taskOf(params, false),
    wants_task: isObject(params.task),
    retry: isRequest && version !== null ? retryOf(params, whole) : null,
  };
}

function retryOf(params: Record<string, unknown>, whole: boolean): Retry {
  const { name, uri, requestState, inputResponses } = params;
  return {
    input: whole ? inputDigest([name, uri, params.arguments]) : null,
    state: typeof requestState === 'string' ? digest(requestState) : null,
    keys: isObject(inputResponses) ? keysOf(inputResponses) : null,
  };
}

/** null where the value is nested too deeply to be written. */
function inputDigest(input: readonly unknown[]): string | null {
  try {
    return createHash('sha256').update(JSON.stringify(input)).digest('base64url').slice(0, 22);
  } catch {
    return null;
  }
}

function readResult(result: unknown, id: TypedId): AnswerMessage {
  const members = isObject(result) ? result : NOTHING;
  const meta = isObject(members._meta) ? members._meta : null;
  const isError =
    members.isError === undefined ? null : typeof members.isError === 'boolean' ? members.isError : 'malformed';
  const resultType = members.resultType === undefined ? null : (text(members.resultType, 40) ?? 'malformed');
  return {
    kind: 'result',
    id,
    is_object: isObject(result),
    result_type: resultType,
    is_error: isError,
    protocol_version: text(members.protocolVersion, 40),
    server: implementation(meta?.['io.modelcontextprotocol/serverInfo'] ?? members.serverInfo),
    task: taskIn(members, meta),
    asks:
      resultType === 'input_required'
        ? {
            state: typeof members.requestState === 'string' ? digest(members.requestState) : null,
            keys: isObject(members.inputRequests) ? keysOf(members.inputRequests) : [],
          }
        : null,
    code: null,
    message: isError === true ? firstText(members.content) : null,
  };
}

function readError(error: unknown, id: TypedId | null): AnswerMessage {
  const members = isObject(error) ? error : NOTHING;
  return {
    kind: 'error',
    id,
    is_object: isObject(error),
    result_type: null,
    is_error: null,
    protocol_version: null,
    server: null,
    task: null,
    asks: null,
    code: number(members.code),
    message: text(members.message, MAX_MESSAGE_CHARS),
  };
}

function taskIn(members: Record<string, unknown>, meta: Record<string, unknown> | null): TaskFact | null {
  if (isObject(members.task)) return taskOf(members.task, true);
  if (members.taskId !== undefined) return taskOf(members, false);
  const related = relatedTask(meta);
  return related === null ? null : { id: related, status: null, nested: false, end: null };
}

function taskOf(members: Record<string, unknown>, nested: boolean): TaskFact | null {
  const id = typedId(members.taskId);
  if (id === null) return null;
  const { result, error } = members;
  const end = isObject(error)
    ? { is_error: true, code: number(error.code), message: text(error.message, MAX_MESSAGE_CHARS) }
    : isObject(result)
      ? {
          is_error: result.isError === true,
          code: null,
          message: result.isError === true ? firstText(result.content) : null,
        }
      : null;
  return { id, status: text(members.status, 40), nested, end };
}

function relatedTask(meta: Record<string, unknown> | null): TypedId | null {
  const related = meta?.['io.modelcontextprotocol/related-task'];
  return isObject(related) ? typedId(related.taskId) : null;
}

/**
 * The id with its type, or null where it is neither string nor number. Strings are digested: some servers take who knows
 * a task's id for its owner, and ids stay in the stored state.
 */
export function typedId(value: unknown): TypedId | null {
  if (typeof value === 'string') return `s:${digest(value)}`;
  if (typeof value === 'number' || typeof value === 'bigint') return `n:${value}`;
  return null;
}

const NOTHING: Record<string, unknown> = {};

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown, maxChars: number): string | null {
  return typeof value === 'string' ? clip(value, maxChars) : null;
}

function clip(value: string, maxChars: number): string {
  return value.length <= maxChars ? value : value.slice(0, maxChars);
}

function number(value: unknown): number | null {
  return typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : null;
}

function implementation(value: unknown): ClientInfo | null {
  if (!isObject(value)) return null;
  const name = text(value.name, MAX_NAME_CHARS);
  return name === null ? null : { name, version: text(value.version, MAX_NAME_CHARS) };
}

function firstText(content: unknown): string | null {
  const block: unknown = Array.isArray(content) ? content[0] : undefined;
  return isObject(block) ? text(block.text, MAX_MESSAGE_CHARS) : null;
}

function keysOf(value: Record<string, unknown>): string[] {
  return [...new Set(Object.keys(value).map((key) => clip(key, 100)))].sort().slice(0, MAX_KEYS);
}

/** Equal for equal texts; of long ones the first characters count, so that a large frame gives the same. */
function digest(value: string): string {
  return createHash('sha256').update(clip(value, MAX_LOOKED_AT_CHARS)).digest('base64url').slice(0, 22);
}
