/** Reads a connection's `open` record again: what its proxy found out when it opened. Raw, so it is never stored. */
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { OpenRecord } from '../protocol/journal.ts';
import { segmentName } from '../protocol/segment.ts';
import { SegmentReader } from './segmentReader.ts';

/** Argument lists and environments are bounded by the system; this is more than both. */
const LIMIT_BYTES = 4 * 1024 * 1024;
const PIECE_BYTES = 64 * 1024;

/** Null where the journal's first segment is gone or torn. */
export function readOpenRecord(folder: string, connectionId: string): OpenRecord | null {
  try {
    const handle = openSync(join(folder, segmentName(connectionId, 0)), 'r');
    try {
      const reader = new SegmentReader();
      for (let at = 0; at < LIMIT_BYTES; ) {
        const piece = Buffer.allocUnsafe(PIECE_BYTES);
        const got = readSync(handle, piece, 0, PIECE_BYTES, at);
        const [record] = reader.push(piece.subarray(0, got));
        if (record) return OpenRecord.parse(JSON.parse(Buffer.from(record.payload).toString('utf8')));
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
