/**
 * Which journal segments there are and what they weigh, and the removal of those that nobody needs any more. What may
 * go is decided by whoever knows what was read and what is pinned; a segment that may still grow is never touched.
 */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseSegmentName } from '../protocol/segment.ts';

export interface SegmentFile {
  readonly name: string;
  readonly connection_id: string;
  readonly segment: number;
  readonly bytes: number;
  /** Epoch ms of its last change. */
  readonly at: number;
  /** A later segment of the same connection is there. */
  readonly closed: boolean;
}

export function listSegments(folder: string): SegmentFile[] {
  const files = readdirSync(folder).flatMap((name) => {
    const parts = parseSegmentName(name);
    const stat = parts ? statSync(join(folder, name), { throwIfNoEntry: false }) : undefined;
    return parts && stat ? [{ name, ...parts, bytes: stat.size, at: stat.mtimeMs }] : [];
  });
  const last = new Map<string, number>();
  for (const { connection_id, segment } of files)
    last.set(connection_id, Math.max(segment, last.get(connection_id) ?? 0));
  return files.map((file) => ({ ...file, closed: file.segment < (last.get(file.connection_id) ?? 0) }));
}

/** Removes a file; one that is gone already is fine. */
export function removeFile(folder: string, name: string): void {
  rmSync(join(folder, name), { force: true });
}
