/**
 * Large frames, kept by the hash of their bytes: copied out of the journal piece by piece, so that no frame has to fit
 * into memory. An artifact that is there is complete: it gets its name last.
 */
import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Span } from '../protocol/events.ts';
import { segmentName } from '../protocol/segment.ts';

/** @param hash 64 hex digits */
export function artifactPath(folder: string, hash: string): string {
  return join(folder, hash);
}

const PIECE_BYTES = 1024 * 1024;

/**
 * Copies a frame into the artifacts' folder.
 * @returns the sha256 of its bytes; null where the journal no longer holds them or the disk takes no more: the frame
 * then stays where it is, in the journal
 */
export function keepArtifact(
  folder: string,
  journal: string,
  connectionId: string,
  spans: readonly Span[],
): string | null {
  const unfinished = join(folder, `unfinished-${randomUUID()}`);
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  let source: { segment: number; handle: number } | null = null;
  let target: number | null = null;
  try {
    target = openSync(unfinished, 'wx', 0o600);
    for (const span of spans) {
      if (source === null || source.segment !== span.segment) {
        if (source) closeSync(source.handle);
        source = null;
        source = {
          segment: span.segment,
          handle: openSync(join(journal, segmentName(connectionId, span.segment)), 'r'),
        };
      }
      for (let at = 0; at < span.length; ) {
        const got = readSync(source.handle, piece, 0, Math.min(PIECE_BYTES, span.length - at), span.offset + at);
        if (got === 0) return null;
        hash.update(piece.subarray(0, got));
        for (let written = 0; written < got; ) written += writeSync(target, piece, written, got - written);
        at += got;
      }
    }
    const name = hash.digest('hex');
    const path = artifactPath(folder, name);
    // A copy that is there is used again, and counts as young again.
    if (existsSync(path)) utimesSync(path, new Date(), new Date());
    else renameSync(unfinished, path);
    return name;
  } catch {
    return null;
  } finally {
    if (source) closeSync(source.handle);
    if (target !== null) closeSync(target);
    rmSync(unfinished, { force: true });
  }
}

export interface ArtifactFile {
  readonly hash: string;
  readonly bytes: number;
  /** Epoch ms of the last time it was kept. */
  readonly at: number;
}

/** Everything in the folder that is an artifact or an unfinished one. */
export function listArtifacts(folder: string): ArtifactFile[] {
  return readdirSync(folder).flatMap((name) => {
    if (!/^[0-9a-f]{64}$|^unfinished-/.test(name)) return [];
    const stat = statSync(join(folder, name), { throwIfNoEntry: false });
    return stat ? [{ hash: name, bytes: stat.size, at: stat.mtimeMs }] : [];
  });
}
