/**
 * Reads many frames in the order in which they were recorded: files stay open and are read in large blocks. For one
 * frame now and then `readFrame` of readSpans.ts is there.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Disposable } from '../base/lifecycle.ts';
import type { FrameRef } from '../protocol/events.ts';
import { segmentName } from '../protocol/segment.ts';
import { type BodyPlaces, readFrame } from './readSpans.ts';

const BLOCK_BYTES = 512 * 1024;
const FILES_OPEN = 16;

interface OpenFile {
  readonly fd: number;
  readonly block: Buffer;
  start: number;
  length: number;
}

export interface FrameFiles extends Disposable {
  /** The first `limit` bytes of a frame, fewer where it has no more; null where any of them is gone. */
  read(
    connectionId: string,
    frame: Pick<FrameRef, 'spans' | 'artifact' | 'byteLength'>,
    limit: number,
  ): Uint8Array | null;
}

export function createFrameFiles(places: BodyPlaces): FrameFiles {
  const files = new Map<string, OpenFile | null>();
  const fileOf = (name: string): OpenFile | null => {
    const known = files.get(name);
    if (known !== undefined) return known;
    for (const [oldest, file] of files) {
      if (files.size < FILES_OPEN) break;
      if (file) closeSync(file.fd);
      files.delete(oldest);
    }
    let file: OpenFile | null = null;
    try {
      file = {
        fd: openSync(join(places.journal, name), 'r'),
        block: Buffer.allocUnsafe(BLOCK_BYTES),
        start: 0,
        length: 0,
      };
    } catch {
      // Retention took it.
    }
    files.set(name, file);
    return file;
  };
  /** A view that holds until the next read. */
  const piece = (file: OpenFile, offset: number, length: number): Buffer | null => {
    if (offset < file.start || offset + length > file.start + file.length) {
      file.start = offset;
      file.length = readSync(file.fd, file.block, 0, BLOCK_BYTES, offset);
      if (file.length < length) return null;
    }
    return file.block.subarray(offset - file.start, offset - file.start + length);
  };

  return {
    read(connectionId, frame, limit) {
      const length = Math.min(limit, frame.byteLength);
      const [span] = frame.spans;
      if (
        frame.artifact !== null ||
        frame.spans.length !== 1 ||
        !span ||
        length > BLOCK_BYTES ||
        span.length < length
      ) {
        return readFrame(places, connectionId, frame, 0, length);
      }
      const file = fileOf(segmentName(connectionId, span.segment));
      return file && piece(file, span.offset, length);
    },
    dispose() {
      for (const file of files.values()) if (file) closeSync(file.fd);
      files.clear();
    },
  };
}
