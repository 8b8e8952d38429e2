/**
 * Opens regular files and nothing else: a named pipe would hold us for ever, a device may do anything when it is opened.
 * Never waits, follows no link at the end of a path, throws nothing.
 */
import { createHash } from 'node:crypto';
import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  readSync,
} from 'node:fs';

export type HashName = 'sha1' | 'sha256';

/** Larger files have no digest. */
export const DIGEST_BYTES_MAX = 256 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;

/** null where it cannot be opened, or is no regular file. */
export function onFile<T>(path: string | Buffer, use: (stat: BigIntStats, file: number) => T): T | null {
  try {
    if (!lstat(path)?.isFile()) return null;
    const file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    try {
      const stat = fstatSync(file, { bigint: true });
      return stat.isFile() ? use(stat, file) : null;
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}

/** The first bytes of an open file. */
export function readStart(file: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let at = 0;
  while (at < length) {
    const got = readSync(file, bytes, at, length - at, at);
    if (got === 0) break;
    at += got;
  }
  return bytes.subarray(0, at);
}

/** Hex digits over what is given and then the whole file. */
export function hashOf(file: number, algorithm: HashName, before: string): string {
  const hash = createHash(algorithm).update(before);
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  // A file that grows while it is read ends at the bound.
  for (let at = 0; at <= DIGEST_BYTES_MAX; ) {
    const got = readSync(file, chunk, 0, CHUNK_BYTES, at);
    if (got === 0) break;
    hash.update(chunk.subarray(0, got));
    at += got;
  }
  return hash.digest('hex');
}

/** Git's id of a link: that of its target's name. */
export function linkBlob(path: string | Buffer, algorithm: HashName): string | null {
  try {
    const target = readlinkSync(path, 'buffer');
    return createHash(algorithm).update(`blob ${target.length}\0`).update(target).digest('hex');
  } catch {
    return null;
  }
}

export function lstat(path: string | Buffer): BigIntStats | null {
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

/** Changes whenever the file does: also where its size and time of change were set back. */
export function stampOf(stat: BigIntStats): string {
  return `${stat.size} ${stat.mtimeNs} ${stat.ctimeNs} ${stat.ino} ${stat.dev}`;
}
