/** What the gate reads of messages: parsed copies of the agent's and the server's lines, whose bytes stay as they are. */
import { type LongTexts, NO_LONG_TEXTS } from '../model/longTexts.ts';
import { EnvelopeScan } from './httpEnvelope.ts';
import { skim } from './skim.ts';

export interface GateMessage {
  /** As JSON.parse gives it; undefined where there is none. */
  readonly id: unknown;
  readonly method: string | null;
  readonly params: ReadonlyMembers;
  /** Of an answer; null where it is no object. */
  readonly result: ReadonlyMembers | null;
}

export type ReadonlyMembers = Readonly<Record<string, unknown>>;

const NONE: ReadonlyMembers = {};
const REVISION = 'io.modelcontextprotocol/protocolVersion';

export interface GateMessages {
  readonly isBatch: boolean;
  /** One for each element of a batch; null for what is no message. */
  readonly messages: readonly (GateMessage | null)[];
  /** What was left out of a call's arguments. */
  readonly texts: LongTexts;
}

/**
 * The same as {@link readMessages}, but that long texts of a call's arguments are left out.
 * @param secret what their marks begin with
 */
export function skimMessages(bytes: Uint8Array, secret: string): GateMessages | null {
  const skimmed = skim(bytes, secret);
  if (skimmed === null) return readMessages(bytes);
  const { value, texts } = skimmed;
  const message = messageOf(value);
  return message !== null && isReadWithout(message, texts)
    ? { isBatch: false, messages: [message], texts }
    : readMessages(bytes);
}

/** Is nothing that was left out of a message looked at but a call's arguments? */
function isReadWithout(message: GateMessage, texts: LongTexts): boolean {
  const { id, method, params, result } = message;
  if (method === null) return result?.roots === undefined;
  const isWhole = (text: unknown) => typeof text !== 'string' || texts.of(text) === null;
  return method === 'tools/call' && [id, params.name, revisionOf(message)].every(isWhole);
}

/** Null for what is no JSON. */
export function readMessages(bytes: Uint8Array): GateMessages | null {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch {
    return null;
  }
  return Array.isArray(value)
    ? { isBatch: true, messages: value.map(messageOf), texts: NO_LONG_TEXTS }
    : { isBatch: false, messages: [messageOf(value)], texts: NO_LONG_TEXTS };
}

/** @param value of JSON.parse */
export function messageOf(value: unknown): GateMessage | null {
  const message = members(value);
  if (!message) return null;
  return {
    id: message.id,
    method: typeof message.method === 'string' ? message.method : null,
    params: members(message.params) ?? NONE,
    result: members(message.result),
  };
}

export function members(value: unknown): ReadonlyMembers | null {
  return isObject(value) ? value : null;
}

/** No copy is made: an answer may be large. */
function isObject(value: unknown): value is ReadonlyMembers {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The revision that a request of 2026-07-28 or later names itself. */
export function revisionOf({ params }: GateMessage): string | null {
  const revision = members(params._meta)?.[REVISION];
  return typeof revision === 'string' ? revision : null;
}

/** Equal for equal ids of either type; numbers beyond 2^53 may fall together, which only makes the gate look twice. */
export function idText(id: unknown): string {
  return JSON.stringify(id) ?? 'null';
}

/** The id as it stands in the message's bytes, as JSON text; `null` where there is none. */
export function exactId(bytes: Uint8Array, id: unknown): string {
  const scan = new EnvelopeScan();
  scan.push(bytes);
  const found = scan.messages[0]?.id;
  return found === undefined ? idText(id) : Buffer.from(found, 'latin1').toString('utf8');
}
