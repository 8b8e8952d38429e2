/** How frames, their keys and places in the tree are written in columns: short, sortable, and read back exactly. */
import { batchKey, frameKey } from '../base/ids.ts';
import type { FrameRef, Span } from '../protocol/events.ts';
import { RowError } from './rows.ts';

/** A chunk begins fewer frames than this, and a batch has fewer messages. */
const BATCH_STEP = 2048;

/** A frame's key as two integers: the chunk of its first byte, and which frame (and message of a batch) it is. */
export function keyParts(key: string): { ordinal: number; part: number } {
  // Nearly every chunk is one frame.
  if (/^\d+$/.test(key)) return { ordinal: Number(key), part: 0 };
  const match = /^(\d+)(?:\.(\d+))?(?:-(\d+))?$/.exec(key);
  if (!match) throw new RowError(`${key.slice(0, 40)} is no frame key`);
  const message = match[3] === undefined ? 0 : Number(match[3]) + 1;
  return { ordinal: Number(match[1]), part: Number(match[2] ?? 0) * BATCH_STEP + message };
}

/** The key that these integers were made from. */
export function keyOfParts(ordinal: number, part: number): string {
  const key = frameKey(ordinal, Math.floor(part / BATCH_STEP));
  const message = part % BATCH_STEP;
  return message === 0 ? key : batchKey(key, message - 1);
}

/** `[at, mono, direction, bytes, artifact, segment, offset, length, segment, …]` as JSON. The key stands beside it. */
export function packFrame(frame: FrameRef): string {
  const { at, mono, direction, byteLength, artifact } = frame;
  // All of it numbers and our own words, so that it is JSON as it stands.
  let packed = `[${at},${mono},"${direction}",${byteLength},${artifact === null ? 'null' : `"${artifact}"`}`;
  for (const span of frame.spans) packed += `,${span.segment},${span.offset},${span.length}`;
  return `${packed}]`;
}

/** @throws RowError for a column that we did not write */
export function unpackFrame(packed: string, ordinal: number, part: number): FrameRef {
  const value: unknown = JSON.parse(packed);
  if (!Array.isArray(value)) throw new RowError('a frame column holds no list');
  const [at, mono, direction, byteLength, artifact, ...places]: unknown[] = value;
  const spans: Span[] = [];
  for (let i = 0; i + 2 < places.length; i += 3) {
    spans.push({ segment: Number(places[i]), offset: Number(places[i + 1]), length: Number(places[i + 2]) });
  }
  return {
    key: keyOfParts(ordinal, part),
    at: Number(at),
    mono: Number(mono),
    direction: direction === 's2c' ? 's2c' : 'c2s',
    byteLength: Number(byteLength),
    artifact: typeof artifact === 'string' ? artifact : null,
    spans,
  };
}

const TIME_LIMIT = 36 ** 9 - 1;

function fixed(value: number, width: number): string {
  return Math.max(0, Math.trunc(value)).toString(36).padStart(width, '0');
}

/**
 * One step of a row's place in the tree: its start and, for rows of the same millisecond, where it was seen. A child's
 * place is its parent's followed by its own step, so a parent stands right before all that it caused.
 */
export function placeStep(atMs: number, connection: number, ordinal: number, part: number): string {
  return (
    fixed(Math.min(atMs, TIME_LIMIT), 9) +
    fixed(connection, 4) +
    fixed(ordinal, 6) +
    (part === 0 ? '000000' : fixed(Math.min(part, 36 ** 6 - 1), 6))
  );
}

/** Every place below `place` is smaller than this, every place after them larger. */
export function placeEnd(place: string): string {
  return `${place}~`;
}
