/** Bytes of a journal that are no frame, as text: what a server said on stderr. */
import { type BodyPlaces, readFrame } from './journal/readSpans.ts';
import type { Span } from './protocol/events.ts';

/** Null where there are none, or any of them is gone. */
export function readSpanText(places: BodyPlaces, connectionId: string, spans: readonly Span[]): string | null {
  const byteLength = spans.reduce((sum, { length }) => sum + length, 0);
  if (byteLength === 0) return null;
  const bytes = readFrame(places, connectionId, { spans, artifact: null, byteLength });
  return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
