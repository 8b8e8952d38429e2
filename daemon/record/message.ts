/**
 * What the record stage knows of one JSON-RPC message: its envelope, never its content; and which members of a message
 * that takes. The same for small frames, which are parsed, and large ones, which are skimmed.
 */
import type { ClientInfo, JoinKeys } from '../protocol/events.ts';
import { JOIN_META_KEYS } from './joinKeys.ts';

/** A JSON-RPC id or a progress token with its type: `n:1` is not `s:1`. Integers keep every digit. */
export type TypedId = string;

export interface RequestMessage {
  readonly kind: 'request' | 'notification';
  /** null for a notification. */
  readonly id: TypedId | null;
  readonly method: string;
  /** `params.name` of the methods that name a tool or a prompt. */
  readonly name: string | null;
  /** From `_meta`, else from `params` (`initialize`). */
  readonly protocol_version: string | null;
  readonly client: ClientInfo | null;
  /** `_meta` names the revision: then every request speaks for itself, and may have to be repeated. */
  readonly is_modern: boolean;
  readonly join: JoinKeys;
  /** Of a request: the token it wants progress under. Of `notifications/progress`: the token it is for. */
  readonly progress_token: TypedId | null;
  readonly progress: {
    readonly progress: number | null;
    readonly total: number | null;
    readonly message: string | null;
  } | null;
  /** Of `notifications/message`. */
  readonly level: string | null;
  /** What `notifications/cancelled` names. */
  readonly cancels: TypedId | null;
  /** The sender cancels because it waited long enough. */
  readonly timed_out: boolean;
  readonly subscription: TypedId | null;
  readonly related_task: TypedId | null;
  /** `params.taskId` of `tasks/…`, and what their notifications tell. */
  readonly task: TaskFact | null;
  /** The caller wants this request to become a task (2025-11-25). */
  readonly wants_task: boolean;
  /** What this request repeats, if it repeats one; null unless it may have to be. */
  readonly retry: Retry | null;
}

/** By what a repeated request is known: digests, so that no content stays behind. */
export interface Retry {
  /** Of `params.name`, `params.uri` and `params.arguments`; null for a large frame. */
  readonly input: string | null;
  readonly state: string | null;
  /** The names in `inputResponses`, sorted; null where it brings none. */
  readonly keys: readonly string[] | null;
}

export interface AnswerMessage {
  readonly kind: 'result' | 'error';
  readonly id: TypedId | null;
  /** `result` is an object, as the protocol asks. */
  readonly is_object: boolean;
  /** `malformed`: present, and no string. */
  readonly result_type: string | null;
  /** `malformed`: present, and no boolean. */
  readonly is_error: boolean | 'malformed' | null;
  readonly protocol_version: string | null;
  readonly server: ClientInfo | null;
  /** A task that the answer made, or tells about. */
  readonly task: TaskFact | null;
  /** The names in `inputRequests`, sorted, and the digest of `requestState`. */
  readonly asks: { readonly state: string | null; readonly keys: readonly string[] } | null;
  readonly code: number | null;
  /** The error's words, or the first text block of a tool error: at most 2,000 characters. */
  readonly message: string | null;
}

/** How a task stands, as an answer or a notification tells it. */
export interface TaskFact {
  readonly id: TypedId;
  readonly status: string | null;
  /** The task stands in `result.task`: the answer to the request that became it (2025-11-25). */
  readonly nested: boolean;
  /** The end of the task, where it is told with its status (the tasks extension). */
  readonly end: { readonly is_error: boolean; readonly code: number | null; readonly message: string | null } | null;
}

export type Message = RequestMessage | AnswerMessage;
export type ReadMessage = Message | { readonly kind: 'malformed' | 'noise'; readonly reason: string };

/** A tree of member names: the only values a message is read for. `true`: a scalar; `keys`: only the names in it. */
export interface Wanted {
  readonly [name: string]: true | 'keys' | Wanted;
}

const IMPLEMENTATION: Wanted = { name: true, version: true };
const ERROR: Wanted = { code: true, message: true };
const CONTENT: Wanted = { 0: { text: true } };
const META: Wanted = {
  progressToken: true,
  'io.modelcontextprotocol/subscriptionId': true,
  'io.modelcontextprotocol/related-task': { taskId: true },
  'io.modelcontextprotocol/protocolVersion': true,
  'io.modelcontextprotocol/clientInfo': IMPLEMENTATION,
  'io.modelcontextprotocol/serverInfo': IMPLEMENTATION,
  ...JOIN_META_KEYS,
};
const TASK: Wanted = { taskId: true, status: true, error: ERROR, result: { isError: true, content: CONTENT } };

/** Every member of a message that `readMessage` looks at. */
export const ENVELOPE: Wanted = {
  jsonrpc: true,
  id: true,
  method: true,
  params: {
    ...TASK,
    task: {},
    name: true,
    uri: true,
    protocolVersion: true,
    clientInfo: IMPLEMENTATION,
    progressToken: true,
    progress: true,
    total: true,
    message: true,
    level: true,
    requestId: true,
    reason: true,
    requestState: true,
    inputResponses: 'keys',
    _meta: META,
  },
  result: {
    ...TASK,
    task: TASK,
    resultType: true,
    isError: true,
    content: CONTENT,
    protocolVersion: true,
    serverInfo: IMPLEMENTATION,
    requestState: true,
    inputRequests: 'keys',
    _meta: META,
  },
  error: ERROR,
};

/** No value is looked at beyond this many characters. */
export const MAX_LOOKED_AT_CHARS = 8_000;
