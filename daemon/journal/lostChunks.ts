/** What a writer keeps of chunks that it could not write, until it can say so in a `gap` record. */
import type { Direction } from '../protocol/journal.ts';

export interface Lost {
  readonly reason: string;
  readonly sinceMs: number;
  readonly chunks: Record<Direction, number>;
  bytes: number;
}

export function noChunks(): Record<Direction, number> {
  return { c2s: 0, s2c: 0, stderr: 0 };
}

/** The system's code, or what there is in its place. */
export function codeOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string')
    return error.code;
  return String(error);
}
