/**
 * Reads a frame's bytes again, from where the journal or its artifact holds them. What retention has taken away is
 * null: a head without its body is a normal sight.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameRef, Span } from '../protocol/events.ts';
import { segmentName } from '../protocol/segment.ts';
import { artifactPath } from './artifacts.ts';

export interface BodyPlaces {
  readonly journal: string;
  readonly artifacts: string;
}

/**
 * Bytes `offset` to `offset + limit` of a frame, fewer at its end; null where any of them is gone.
 * @param limit bytes; what is returned is held in memory, so the caller bounds it
 */
export function readFrame(
  places: BodyPlaces,
  connectionId: string,
  frame: Pick<FrameRef, 'spans' | 'artifact' | 'byteLength'>,
  offset = 0,
  limit = frame.byteLength,
): Uint8Array | null {
  const length = Math.max(0, Math.min(limit, frame.byteLength - offset));
  if (frame.artifact) {
    const whole: Span = { segment: 0, offset: 0, length: frame.byteLength };
    const bytes = readPieces(() => artifactPath(places.artifacts, frame.artifact ?? ''), [whole], offset, length);
    if (bytes) return bytes;
  }
  return readPieces(
    (span) => join(places.journal, segmentName(connectionId, span.segment)),
    frame.spans,
    offset,
    length,
  );
}

function readPieces(
  fileOf: (span: Span) => string,
  spans: readonly Span[],
  offset: number,
  length: number,
): Uint8Array | null {
  const bytes = Buffer.allocUnsafe(length);
  let file: { name: string; handle: number } | null = null;
  let skip = offset;
  let at = 0;
  try {
    for (const span of spans) {
      if (at >= length) break;
      if (skip >= span.length) {
        skip -= span.length;
        continue;
      }
      const name = fileOf(span);
      if (file === null || file.name !== name) {
        if (file) closeSync(file.handle);
        file = null;
        file = { name, handle: openSync(name, 'r') };
      }
      const want = Math.min(span.length - skip, length - at);
      if (readSync(file.handle, bytes, at, want, span.offset + skip) !== want) return null;
      at += want;
      skip = 0;
    }
    return at === length ? bytes : null;
  } catch {
    return null;
  } finally {
    if (file) closeSync(file.handle);
  }
}
