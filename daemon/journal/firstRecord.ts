/** Reads a segment's first record: for a connection that is what its proxy found out when it opened. */
import { closeSync, openSync, readSync } from 'node:fs';
import { SegmentReader } from './segmentReader.ts';

/** Argument lists and environments are bounded by the system; this is more than both. */
const LIMIT_BYTES = 4 * 1024 * 1024;
const PIECE_BYTES = 64 * 1024;

/** Null where the file is gone, torn or its first record no JSON. */
export function firstRecord(file: string): { kind: string; value: unknown } | null {
  try {
    const handle = openSync(file, 'r');
    try {
      const reader = new SegmentReader();
      for (let at = 0; at < LIMIT_BYTES; ) {
        const piece = Buffer.allocUnsafe(PIECE_BYTES);
        const got = readSync(handle, piece, 0, PIECE_BYTES, at);
        const [record] = reader.push(piece.subarray(0, got));
        if (record) return { kind: record.head.k, value: JSON.parse(Buffer.from(record.payload).toString('utf8')) };
        if (got === 0) return null;
        at += got;
      }
      return null;
    } finally {
      closeSync(handle);
    }
  } catch {
    return null;
  }
}
