/** One look at a path: what stands there, and of a small file its digest and content. Follows no link, waits for nothing. */
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import type { FileLook, FileState } from '../protocol/fileState.ts';

/** Larger files are not read. */
export const READ_BYTES = 64 * 1024;

export interface Looked {
  readonly look: FileLook;
  readonly content: NonNullable<FileState['content']> | null;
}

/** @param path absolute @param reads whether a small file is read, too; never throws */
export function lookAt(path: string, reads: boolean): Looked {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    const folder = folderOf(path);
    if (!stats) return { look: nothing('absent', folder), content: null };
    const bytes = reads && stats.isFile() && stats.size <= READ_BYTES ? readWhole(path, stats) : null;
    const look: FileLook = {
      kind: kindOf(stats),
      bytes: stats.isFile() ? stats.size : null,
      mtime_ms: stats.mtimeMs,
      ctime_ms: stats.ctimeMs,
      id: idOf(stats),
      folder,
      sha256: bytes && createHash('sha256').update(bytes).digest('hex'),
    };
    return { look, content: bytes && contentOf(bytes) };
  } catch (error) {
    // A name within a file, or one that is too long, is no name of anything.
    const code = error instanceof Error && 'code' in error ? error.code : null;
    const isNone = code === 'ENOTDIR' || code === 'ENAMETOOLONG';
    return { look: nothing(isNone ? 'absent' : 'unreadable', null), content: null };
  }
}

export function isSameLook(a: FileLook, b: FileLook): boolean {
  return (
    a.kind === b.kind &&
    a.bytes === b.bytes &&
    a.mtime_ms === b.mtime_ms &&
    a.ctime_ms === b.ctime_ms &&
    a.id === b.id &&
    a.sha256 === b.sha256
  );
}

function nothing(kind: 'absent' | 'unreadable', folder: string | null): FileLook {
  return { kind, bytes: null, mtime_ms: null, ctime_ms: null, id: null, folder, sha256: null };
}

function kindOf(stats: Stats): FileLook['kind'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'folder';
  return stats.isSymbolicLink() ? 'link' : 'other';
}

function idOf({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}

function folderOf(path: string): string | null {
  try {
    const stats = lstatSync(dirname(path), { throwIfNoEntry: false });
    return stats?.isDirectory() ? idOf(stats) : null;
  } catch {
    return null;
  }
}

/** Null where it is another file by now, or grew. */
function readWhole(path: string, seen: Stats): Uint8Array | null {
  let file: number | null = null;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    const stats = fstatSync(file);
    if (!stats.isFile() || idOf(stats) !== idOf(seen)) return null;
    const bytes = Buffer.allocUnsafe(READ_BYTES + 1);
    let size = 0;
    for (;;) {
      const read = readSync(file, bytes, size, bytes.length - size, size);
      if (read === 0) break;
      size += read;
      if (size > READ_BYTES) return null;
    }
    return bytes.subarray(0, size);
  } catch {
    return null;
  } finally {
    if (file !== null) closeSync(file);
  }
}

function contentOf(bytes: Uint8Array): NonNullable<FileState['content']> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString('utf8');
  return Buffer.byteLength(text) === buffer.length && !text.includes('\ufffd')
    ? { encoding: 'utf8', text }
    : { encoding: 'base64', text: buffer.toString('base64') };
}
