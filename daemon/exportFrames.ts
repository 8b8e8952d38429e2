/** The messages of a session as a bundle has them: read from the journal, masked, and as much of each as is wanted. */
import { bodyAt } from './bundle/frameBody.ts';
import type { FrameFiles } from './journal/frameFiles.ts';
import type { BodyLevel, CallFrameLine, FrameLine } from './protocol/bundle.ts';
import type { FrameRef } from './protocol/events.ts';
import type { BundledCallRow } from './store/bundleQueries.ts';

/** Masks, or (where nothing is to be masked) hands on what it is given. */
export interface Masking {
  value<T>(value: T, member: string): T;
  /** One of many that are alike, with its JSON. */
  record<T extends object>(value: T, member: string): { readonly value: T; readonly json: string };
  message(text: string): string;
}

/** Of a frame so much is masked to show its beginning: secrets that it cuts off lie behind what is shown. */
const HEAD_READ_BYTES = 8 * 1024;
const HEAD_TAIL_CHARS = 2048;
/** A larger frame is not there in full. */
const FULL_READ_BYTES = 8 * 1024 * 1024;

export interface FrameText {
  readonly level: BodyLevel;
  readonly files: FrameFiles;
  readonly masking: Masking;
}

export function* bundledFrames(
  { call, journal_id, frames }: BundledCallRow,
  text: FrameText,
): Generator<CallFrameLine> {
  const { call_id, connection_id } = call;
  for (const { role, frame, imported } of frames)
    yield { ...frameLine({ call_id, connection_id, journal_id, role, frame, imported }, text), call_id, role };
}

export interface PlacedFrame {
  readonly call_id: string | null;
  readonly connection_id: string;
  /** The journal that its text stands in. */
  readonly journal_id: string;
  readonly role: FrameLine['role'];
  readonly frame: FrameRef;
  /** Of an imported one: what its bundle had of it. null for what is ours. */
  readonly imported: Pick<FrameLine, 'kept' | 'bytes'> | null;
}

export function frameLine(placed: PlacedFrame, { level, files, masking }: FrameText): FrameLine {
  const { call_id, connection_id, journal_id, role, frame, imported } = placed;
  const limit = level === 'none' ? 0 : level === 'head' ? HEAD_READ_BYTES : FULL_READ_BYTES;
  const isRead = frame.byteLength <= limit;
  const bytes = limit === 0 || imported?.kept === 'none' ? null : files.read(journal_id, frame, limit);
  const text = bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  const masked = text && (isRead ? masking.message(text) : masking.message(text).slice(0, -HEAD_TAIL_CHARS));
  return {
    v: 1,
    call_id,
    connection_id,
    key: frame.key,
    role,
    direction: frame.direction,
    at: new Date(frame.at).toISOString(),
    mono: frame.mono,
    bytes: imported?.bytes ?? frame.byteLength,
    ...keptOf(level, masked, isRead, imported?.kept ?? null),
  };
}

/** @param before what the bundle that a frame came with had of it; null for a frame of our own */
function keptOf(
  level: BodyLevel,
  text: string | null,
  whole: boolean,
  before: FrameLine['kept'] | null,
): Pick<FrameLine, 'kept' | 'body'> {
  if (level === 'none' || before === 'none') return { kept: before === 'gone' ? 'gone' : 'none', body: null };
  if (before === 'shape' && text !== null) return { kept: 'shape', body: text };
  return bodyAt(level, text, whole && (before === null || before === 'full'));
}
