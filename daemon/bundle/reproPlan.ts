/**
 * What has to be sent to a server for a recorded call to come out as it did: the handshake, what the agent had called
 * before on the same connection, and the call itself, as its frames stand in a bundle. Decides what is needed at most;
 * what is needed at least only a run can tell (minimise.ts).
 */
import type { Json } from '../model/json.ts';
import { jsonMember } from '../model/jsonMember.ts';
import type { BundledConnection, FrameLine } from '../protocol/bundle.ts';
import type { Call } from '../protocol/record.ts';
import type { ReportCall } from './callsWithFrames.ts';

/** How a replayed call ended, or is to end. */
export interface ReproEnd {
  readonly kind: 'rpc_error' | 'tool_error' | 'result' | 'asks_more' | 'no_answer' | 'server_ended';
  /** Of the protocol's error. */
  readonly code: number | null;
  readonly text: string;
}

export interface ReproAnswer {
  readonly method: string;
  readonly result?: Json;
  readonly error?: Json;
}

export interface ReproPlan {
  readonly kind: 'plan';
  readonly server: {
    readonly name: string;
    readonly transport: 'stdio' | 'http' | 'unknown';
    readonly command: readonly string[];
    readonly cwd: string | null;
    readonly url: string | null;
    readonly variables: readonly string[];
  };
  /** Messages of the agent, as JSON. A call with several rounds is as many lines. */
  readonly handshake: readonly string[];
  readonly earlier: readonly string[];
  readonly failing: string;
  /** The id of the failing message, of its first round. */
  readonly id: Json;
  readonly expected: ReproEnd;
  /** What the client answered when the server asked. */
  readonly answers: readonly ReproAnswer[];
  /** How long an answer is waited for. */
  readonly waitMs: number;
  /** Messages before the call that are not whole in the record, and are left out. */
  readonly missing: number;
}

export type ReproChoice = ReproPlan | { readonly kind: 'none' /** A whole sentence. */; readonly why: string };

const HANDSHAKE = new Set(['initialize', 'notifications/initialized', 'server/discover']);
/** Texts of an end: enough to know it again. */
const TEXT_CHARS = 4000;
const LEAST_WAIT_MS = 10_000;
const MOST_WAIT_MS = 60_000;

/**
 * @param calls of the failing call's connection, in the order of their start, with whole frames as far as there are any
 * @param connection null where nothing is known of it
 * @param loose frames of the connection that belong to no call of the bundle: of its handshake, perhaps
 */
export function reproPlan(
  failing: Call,
  calls: readonly ReportCall[],
  connection: BundledConnection | null,
  loose: readonly FrameLine[] = [],
): ReproChoice {
  const none = (why: string): ReproChoice => ({ kind: 'none', why });
  if (failing.direction === 's2c')
    return none('It is the server that asked here, and no message of the agent makes it ask for certain.');
  if (failing.outcome === 'denied')
    return none('Policy refused the call: the server never saw it, so there is nothing to replay.');
  if (failing.outcome === 'running') return none('The call has not ended yet.');
  const at = calls.findIndex(({ call }) => call.call_id === failing.call_id);
  const own = calls[at];
  const [message, ...rounds] = messagesOf(own?.frames ?? []);
  const id = jsonMember(message?.value, 'id');
  if (own === undefined || message == null || id === undefined)
    return none('The call’s own message is not whole in the record.');
  if (rounds.includes(null))
    return none('What the agent answered to the server’s questions is not whole in the record.');
  const before = calls.slice(0, at).filter(({ call }) => call.direction === 'c2s');
  const sent = before.map(({ call, frames }) => ({
    call,
    text: linesOf(messagesOf(frames)),
    mono: frames[0]?.mono ?? 0,
  }));
  const whole = sent.flatMap(({ call, text, mono }) => (text === null ? [] : [{ method: call.method, text, mono }]));
  const handshake = [...whole, ...loose.flatMap(looseMessage)]
    .filter(({ method }) => HANDSHAKE.has(method))
    .sort((a, b) => a.mono - b.mono)
    .map(({ text }) => text);
  const first = usesMeta(message.value) ? handshake : wholeHandshake(handshake, failing.protocol_version);
  return {
    kind: 'plan',
    server: {
      name: failing.server,
      transport: connection?.transport ?? 'unknown',
      command: connection?.command ?? [],
      cwd: connection?.cwd ?? null,
      url: connection?.url ?? null,
      variables: connection?.variables ?? [],
    },
    handshake: first,
    earlier: whole.filter(({ method }) => !HANDSHAKE.has(method)).map(({ text }) => text),
    failing: linesOf([message, ...rounds]) ?? message.text,
    id,
    expected: endOf(failing, own.frames, connection),
    answers: calls.slice(0, at + 1).flatMap(({ call, frames }) => answersOf(call, frames)),
    waitMs: Math.min(MOST_WAIT_MS, Math.max(LEAST_WAIT_MS, 3 * (failing.duration_ms ?? 0))),
    missing: sent.length - whole.length,
  };
}

/** What the agent sent for one call: its request, and those that went on with it; null for each that is not whole. */
function messagesOf(frames: readonly FrameLine[]): (Message | null)[] {
  const rounds = frames.filter(({ role, direction }) => role === 'round' && direction === 'c2s');
  return [messageOf(frames, 'request', 'c2s'), ...rounds.map(parsedFrame)];
}

function linesOf(messages: readonly (Message | null)[]): string | null {
  const texts = messages.flatMap((one) => (one === null ? [] : [one.text]));
  return texts.length === messages.length ? texts.join('\n') : null;
}

function looseMessage(frame: FrameLine): { method: string; text: string; mono: number }[] {
  const message = frame.direction === 'c2s' ? parsedFrame(frame) : null;
  const method = jsonMember(message?.value, 'method');
  return message && typeof method === 'string' ? [{ method, text: message.text, mono: frame.mono }] : [];
}

interface Message {
  readonly value: Json;
  readonly text: string;
}

/** Parsed, and on one line; null where the bundle does not carry all of it. */
function messageOf(
  frames: readonly FrameLine[],
  role: FrameLine['role'],
  direction: FrameLine['direction'],
): Message | null {
  return parsedFrame(frames.find((one) => one.role === role && one.direction === direction));
}

function parsedFrame(frame: FrameLine | undefined): Message | null {
  if (frame?.kept !== 'full' || frame.body === null) return null;
  try {
    const value: Json = JSON.parse(frame.body);
    if (jsonMember(value, 'jsonrpc') === undefined) return null;
    // As it stood: a number may have more digits than a parser keeps. Only ends of lines cannot stay.
    return { value, text: /[\r\n]/.test(frame.body) ? JSON.stringify(value) : frame.body };
  } catch {
    return null;
  }
}

/** Since 2026-07-28 each request says for itself who asks: there is no handshake. */
function usesMeta(message: Json): boolean {
  const meta = jsonMember(jsonMember(message, 'params'), '_meta');
  return typeof meta === 'object' && meta !== null && Object.keys(meta).some((name) => /protocolVersion$/.test(name));
}

/** A notification that no call waits for is no call of the record; where the whole handshake is gone, the plainest stands for it. */
function wholeHandshake(recorded: readonly string[], version: string | null): string[] {
  const clientInfo = { name: 'callgrove-repro', version: '1' };
  const params = { protocolVersion: version ?? '2025-06-18', capabilities: {}, clientInfo };
  const first = { jsonrpc: '2.0', id: 'callgrove-handshake', method: 'initialize', params };
  const has = (method: string) => recorded.some((one) => one.includes(`"${method}"`));
  return [
    ...(has('initialize') ? [] : [JSON.stringify(first)]),
    ...recorded,
    ...(has('notifications/initialized')
      ? []
      : [JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })]),
  ];
}

function endOf(call: Call, frames: readonly FrameLine[], connection: BundledConnection | null): ReproEnd {
  const answer = messageOf(frames, 'response', 's2c')?.value;
  const error = jsonMember(answer, 'error');
  const said = call.error_message ?? '';
  if (call.layers.rpc === 'error' || error !== undefined) {
    const code = jsonMember(error, 'code') ?? Number(/^-?\d+(?=:)/.exec(said)?.[0] ?? Number.NaN);
    const text = jsonMember(error, 'message') ?? said.replace(/^-?\d+:\s*/, '');
    return {
      kind: 'rpc_error',
      code: typeof code === 'number' && Number.isFinite(code) ? code : null,
      text: cut(text),
    };
  }
  const asked = unanswered(frames);
  if (asked !== null && call.outcome !== 'success' && call.outcome !== 'error')
    return { kind: 'asks_more', code: null, text: asked };
  if (call.outcome === 'lost') {
    const ended = connection?.ended_at != null && !connection.stopped && connection.lost_calls > 0;
    return { kind: ended ? 'server_ended' : 'no_answer', code: null, text: call.outcome_note ?? '' };
  }
  if (call.outcome === 'timeout' || call.outcome === 'cancelled')
    return { kind: 'no_answer', code: null, text: call.outcome_note ?? '' };
  const result = jsonMember(answer, 'result');
  const content = jsonMember(result, 'content');
  const texts = Array.isArray(content) ? content.map((block: Json) => jsonMember(block, 'text')) : [];
  const text = texts.filter((one) => typeof one === 'string').join('\n');
  if (call.layers.tool === 'error') return { kind: 'tool_error', code: null, text: cut(text || said) };
  return { kind: 'result', code: null, text: cut(text || JSON.stringify(result ?? null)) };
}

/** The names of what the server wanted to know, and was not told; null where nothing was left open. */
function unanswered(frames: readonly FrameLine[]): string | null {
  const last = frames.findLast(({ role }) => role === 'round');
  const result = last?.direction === 's2c' ? jsonMember(parsedFrame(last)?.value, 'result') : undefined;
  const requests = jsonMember(result, 'inputRequests');
  if (result === undefined) return null;
  return typeof requests === 'object' && requests !== null ? Object.keys(requests).join(', ') : '';
}

function cut(text: Json | undefined): string {
  return typeof text === 'string' ? text.slice(0, TEXT_CHARS) : '';
}

/** What the client said to a request of the server. */
function answersOf(call: Call, frames: readonly FrameLine[]): ReproAnswer[] {
  if (call.direction !== 's2c' || call.event === 'notification') return [];
  const answer = messageOf(frames, 'response', 'c2s')?.value;
  const result = jsonMember(answer, 'result');
  const error = jsonMember(answer, 'error');
  if (result !== undefined) return [{ method: call.method, result }];
  return error === undefined ? [] : [{ method: call.method, error }];
}
