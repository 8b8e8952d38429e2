/**
 * The journal's numbers and file names, apart from its schemas: the proxies need these and must not load zod, which
 * costs more than their whole start. Readers import them through `journal.ts`.
 */

export const JOURNAL_VERSION = 1;

/** A segment is closed when it reaches this size, in bytes. */
export const SEGMENT_BYTES = 64 * 1024 * 1024;

/** `<connection>.<segment>.cgj` as its parts, or null for a file that is none of ours. */
export function parseSegmentName(name: string): { connection_id: string; segment: number } | null {
  const match = /^([a-z]+_[0-9a-z]+)\.(\d{4,9})\.cgj$/.exec(name);
  return match ? { connection_id: match[1]!, segment: Number(match[2]) } : null;
}

export function segmentName(connectionId: string, segment: number): string {
  return `${connectionId}.${String(segment).padStart(4, '0')}.cgj`;
}
