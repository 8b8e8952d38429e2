/** Reads the records of what proxies saw of the files that calls name. */
import { type BodyPlaces, readFrame } from './journal/readSpans.ts';
import type { Span } from './protocol/events.ts';
import { FileStateRecord } from './protocol/fileState.ts';

/** Twenty files of 64 KiB, as base64. */
const RECORD_BYTES = 2 * 1024 * 1024;

/** As it was recorded; null where it is gone, or of another form. */
export function readFileStates(places: BodyPlaces, connectionId: string, place: Span): FileStateRecord | null {
  if (place.length > RECORD_BYTES) return null;
  const bytes = readFrame(places, connectionId, { spans: [place], artifact: null, byteLength: place.length });
  if (!bytes) return null;
  try {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    return FileStateRecord.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
