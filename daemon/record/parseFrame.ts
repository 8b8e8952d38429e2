/**
 * From a frame's bytes to the messages in it: JSON.parse for frames of usual size, the skimmer for large ones and for
 * ids that JSON.parse would round. Batches give several messages. What can't be read becomes data, never an exception.
 */
import { Buffer } from 'node:buffer';
import type { Message, ReadMessage, RequestMessage, TypedId } from './message.ts';
import { readMessage } from './readMessage.ts';
import { skim } from './skim.ts';

/** Frames above this many bytes are skimmed, and kept as artifacts by whoever ingests them. */
export const LARGE_FRAME_BYTES = 256 * 1024;

/** Of a batch, so many messages are looked at. */
export const MAX_BATCH = 1_000;

export interface ParsedFrame {
  /** The frame is an array of messages (2025-03-26 only); their keys then carry their place in it. */
  readonly batch: boolean;
  readonly messages: readonly ReadMessage[];
}

/** Reads one frame. `bytes` without the line end. */
export function parseFrame(bytes: Uint8Array): ParsedFrame {
  if (bytes.byteLength > LARGE_FRAME_BYTES) return skimFrame(bytes);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return brokenFrame(bytes);
  }
  const frame = framed(value, true);
  return frame.messages.some(isInexact) ? skimFrame(bytes) : frame;
}

/** What stands for bytes that are no whole frame, or no JSON. */
export function unreadableFrame(kind: 'malformed' | 'noise', reason: string): ParsedFrame {
  return { batch: false, messages: [{ kind, reason }] };
}

/** Reads one frame without making its values. */
export function skimFrame(bytes: Uint8Array): ParsedFrame {
  const skimmed = skim(bytes);
  return skimmed.kind === 'value' ? framed(skimmed.value, false) : brokenFrame(bytes, skimmed.reason);
}

function framed(value: unknown, whole: boolean): ParsedFrame {
  if (!Array.isArray(value)) return { batch: false, messages: [readMessage(value, whole)] };
  if (value.length === 0) return unreadableFrame('malformed', 'an empty batch');
  const messages = value.slice(0, MAX_BATCH).map((item: unknown) => readMessage(item, whole));
  if (value.length > MAX_BATCH)
    messages.push({ kind: 'malformed', reason: `a batch of more than ${MAX_BATCH}: its rest was not read` });
  return { batch: true, messages };
}

function brokenFrame(bytes: Uint8Array, reason = 'not JSON'): ParsedFrame {
  // A log line may begin with a bracket; a message begins with a member name, alone or in a batch.
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 100)).toString('latin1');
  return /^\s*(?:\[\s*)?\{\s*"/.test(start)
    ? unreadableFrame('malformed', `broken JSON: ${reason}`)
    : unreadableFrame('noise', 'not JSON');
}

function isInexact(message: ReadMessage): boolean {
  if (!isMessage(message)) return false;
  if (!isRequest(message)) return isLong(message.id);
  return (
    isLong(message.id) || isLong(message.progress_token) || isLong(message.cancels) || isLong(message.subscription)
  );
}

/** Numbers of 16 digits and more may have been rounded. */
function isLong(id: TypedId | null): boolean {
  return id !== null && id.length >= 18 && id.startsWith('n:');
}

export function isRequest(message: Message): message is RequestMessage {
  return 'method' in message;
}

export function isMessage(message: ReadMessage): message is Message {
  return message.kind !== 'malformed' && message.kind !== 'noise';
}
