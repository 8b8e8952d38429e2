/**
 * The members of `_meta` by which hosts name the conversation, the turn or the trace that a call belongs to. Knows the
 * hosts' spellings; what becomes of the ids (session, turn) is decided elsewhere. `progressToken` is no join key.
 */
import type { JoinKeys } from '../protocol/events.ts';

/** What is read of `_meta`, by name. Codex sends an object, and older versions the same object as JSON text. */
const CODEX = 'x-codex-turn-metadata';
const CODEX_MEMBERS = ['session_id', 'thread_id', 'turn_id'] as const;
const CONVERSATION = [
  'vscode.conversationId',
  'ai.opencode/sessionID',
  'antigravity.google/conversation_id',
  'sessionId',
  'threadId',
] as const;
const TURN = ['vscode.requestId'] as const;
const CALL = ['claudecode/toolUseId', 'claude/toolUseId'] as const;
const PLAIN = ['traceparent', ...CONVERSATION, ...TURN, ...CALL] as const;

export const JOIN_META_KEYS: Readonly<Record<string, true | Readonly<Record<string, true>>>> = {
  ...Object.fromEntries(PLAIN.map((name) => [name, true])),
  [CODEX]: { session_id: true, thread_id: true, turn_id: true },
};

const MAX_VALUE_CHARS = 200;
const MAX_JSON_CHARS = 8_000;

export const NO_JOIN_KEYS: JoinKeys = { conversation_id: null, turn_id: null, trace_id: null, span_id: null, raw: {} };

/** The join keys in `_meta`; values that are no strings, or longer than 200 characters, are not ids and left out. */
export function joinKeysOf(meta: Readonly<Record<string, unknown>>): JoinKeys {
  let raw: Record<string, string> | null = null;
  for (const name of PLAIN) {
    const value = idIn(meta[name]);
    if (value !== null) {
      raw ??= {};
      raw[name] = value;
    }
  }
  const codex = objectIn(meta[CODEX]);
  if (codex) {
    raw ??= {};
    for (const name of CODEX_MEMBERS) {
      const value = idIn(codex[name]);
      if (value !== null) raw[`${CODEX}.${name}`] = value;
    }
  }
  if (!raw) return NO_JOIN_KEYS;
  const trace = traceOf(raw.traceparent);
  return {
    conversation_id: first(raw, [
      CONVERSATION[0],
      `${CODEX}.session_id`,
      `${CODEX}.thread_id`,
      ...CONVERSATION.slice(1),
    ]),
    turn_id: first(raw, [...TURN, `${CODEX}.turn_id`]),
    trace_id: trace?.trace_id ?? null,
    span_id: trace?.span_id ?? null,
    raw,
  };
}

/** A W3C `traceparent`, any version but ff; ids of zeros are invalid. */
export function traceOf(traceparent: string | undefined): { trace_id: string; span_id: string } | null {
  const match = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/.exec(traceparent ?? '');
  if (!match || match[1] === 'ff' || (match[1] === '00' && match[4] !== undefined)) return null;
  const [, , traceId, spanId] = match;
  if (/^0+$/.test(traceId!) || /^0+$/.test(spanId!)) return null;
  return { trace_id: traceId!, span_id: spanId! };
}

function first(raw: Readonly<Record<string, string>>, names: readonly string[]): string | null {
  for (const name of names) if (raw[name] !== undefined) return raw[name];
  return null;
}

function idIn(value: unknown): string | null {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_VALUE_CHARS ? value : null;
}

function objectIn(value: unknown): Record<string, unknown> | null {
  if (typeof value === 'string' && value.length <= MAX_JSON_CHARS && value.startsWith('{')) {
    try {
      return objectIn(JSON.parse(value));
    } catch {
      return null;
    }
  }
  return isObject(value) ? value : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
