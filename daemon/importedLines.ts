/** The lines of imports' journals in which whole records of calls stand. */
import { type BodyPlaces, readFrame } from './journal/readSpans.ts';
import type { LineReader } from './store/importQueries.ts';

export function importedLines(places: BodyPlaces): LineReader {
  return (importId, line) => {
    const bytes = readFrame(places, importId, { spans: [line], artifact: null, byteLength: line.length });
    return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  };
}
