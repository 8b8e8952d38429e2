/**
 * Whether it pays to search an agent's chunk for what a call may name before it is read: short lines are told apart sooner
 * by a search, long ones by reading them without their long texts (skim.ts).
 */

/** Longer lines are read, in bytes. */
export const LINE_BYTES = 1024;
/** Of more lines at once each is read. */
const CHUNK_BYTES = 16 * 1024;
const LF = 10;

export function isSearched(chunk: Uint8Array): boolean {
  return chunk.length <= LINE_BYTES || (chunk.length <= CHUNK_BYTES && chunk.indexOf(LF) < LINE_BYTES);
}
