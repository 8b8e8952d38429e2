/**
 * The one door to files of a capture: bounded, never waiting, never following a link out of the folder that it was told
 * to stay in, never throwing. What a file means is for its readers; what git knows of it, for `git.ts`.
 */
import { createHash } from 'node:crypto';
import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  opendirSync,
  openSync,
  readlinkSync,
  readSync,
} from 'node:fs';
import { join, relative, sep } from 'node:path';
import { realPathOf } from './realPathOf.ts';

/** A file as it was read. */
export interface FileContent {
  readonly kind: 'file';
  /** As it was asked for; and where it lies, links followed. */
  readonly path: string;
  readonly realPath: string;
  /** The first `limitBytes` of it. */
  readonly bytes: Buffer;
  /** The same as UTF-8; what is no UTF-8 stands as U+FFFD. */
  readonly text: string;
  /** Whole size. */
  readonly size: number;
  /** `sha256:…` of all of it, also of what was cut off. */
  readonly sha256: string;
  /** True where `bytes` is not all of it. */
  readonly cut: boolean;
}
/** `reason` completes the sentence "<path> …", as in "is a link that leads out of /repo". */
export type NotRead =
  | { readonly kind: 'absent'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string };
export type FileKind = 'file' | 'folder' | 'link' | 'other';
export interface FolderEntry {
  readonly name: string;
  /** Of a link: `link`, wherever it leads. */
  readonly kind: FileKind;
}

export interface Files {
  /**
   * Reads a regular file, links followed as long as the file lies in `within` (an absolute folder).
   * @param limitBytes 1 MiB where not given, 32 MiB at most
   */
  read(path: string, within: string, limitBytes?: number): FileContent | NotRead;
  /** `sha256:…` of all of a file of at most 256 MiB; taken again only when its size, times or inode changed. */
  digest(path: string, within: string): string | null;
  /**
   * Git's id of a file's bytes as they lie there, of a link that of its target's name; null as for `digest`. A path that
   * is no UTF-8 is handed in as its bytes.
   */
  blob(path: string | Buffer, algorithm: 'sha1' | 'sha256'): string | null;
  /** Size in bytes of a regular file, links not followed; null for all else. */
  sizeOf(path: string | Buffer): number | null;
  /** What stands at a path, links not followed; null where nothing does or nothing can be told. */
  kindOf(path: string | Buffer): FileKind | null;
  /** Where a path leads, links followed; null where it leads nowhere, or out of `within`. */
  realPath(path: string, within: string): string | null;
  /** A folder's entries by name, at most 10,000; null where it is no readable folder in `within`. */
  list(folder: string, within: string): readonly FolderEntry[] | null;
  /**
   * Files (and links) under a folder, relative to it with forward slashes, in order of their names; no linked folder is
   * entered, nor one called `.git` or `node_modules`. At most 5,000 files, 16 deep, 50,000 entries looked at.
   */
  walk(folder: string, within: string): readonly string[];
}

const READ_BYTES = 1024 * 1024;
const READ_BYTES_MAX = 32 * 1024 * 1024;
const DIGEST_BYTES_MAX = 256 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;
const LIST_LIMIT = 10_000;
const WALK_FILES = 5000;
const WALK_ENTRIES = 50_000;
const WALK_DEPTH = 16;
/** About 300 bytes each. */
const CACHE_LIMIT = 60_000;

/** Digests are kept between calls, the oldest leave first. */
export function createFiles(): Files {
  const digests = new Map<string, { readonly stamp: string; readonly value: string }>();

  const remember = (key: string, stamp: string, value: string): string => {
    digests.delete(key);
    digests.set(key, { stamp, value });
    const oldest = digests.size > CACHE_LIMIT ? digests.keys().next().value : undefined;
    if (oldest !== undefined) digests.delete(oldest);
    return value;
  };
  const known = (key: string, stamp: string): string | null => {
    const found = digests.get(key);
    return found?.stamp === stamp ? found.value : null;
  };

  return {
    read: (path, within, limitBytes = READ_BYTES) =>
      readBounded(path, within, Math.min(limitBytes, READ_BYTES_MAX), (stat, real, file) => {
        const key = `sha256 ${real}`;
        return known(key, stampOf(stat)) ?? remember(key, stampOf(stat), `sha256:${hashOf(file, 'sha256', '')}`);
      }),
    digest: (path, within) => {
      const real = realWithin(path, within);
      if (real === null) return null;
      return onFile(real, (stat, file) => {
        if (stat.size > DIGEST_BYTES_MAX) return null;
        const key = `sha256 ${real}`;
        return known(key, stampOf(stat)) ?? remember(key, stampOf(stat), `sha256:${hashOf(file, 'sha256', '')}`);
      });
    },
    blob: (path, algorithm) => {
      const stat = lstat(path);
      if (stat?.isSymbolicLink()) return linkBlob(path, algorithm);
      if (!stat?.isFile() || stat.size > DIGEST_BYTES_MAX) return null;
      const key = `${algorithm} blob ${typeof path === 'string' ? path : path.toString('latin1')}`;
      // Known without opening: thousands of untracked files cost one lstat each.
      const found = known(key, stampOf(stat));
      if (found !== null) return found;
      return onFile(path, (now, file) => remember(key, stampOf(now), hashOf(file, algorithm, `blob ${now.size}\0`)));
    },
    sizeOf: (path) => {
      const stat = lstat(path);
      return stat?.isFile() ? Number(stat.size) : null;
    },
    kindOf: (path) => {
      const stat = lstat(path);
      return stat ? kindOf(stat) : null;
    },
    realPath: realWithin,
    list: listFolder,
    walk: walkFolder,
  };
}

function readBounded(
  path: string,
  within: string,
  limitBytes: number,
  digestOf: (stat: BigIntStats, real: string, file: number) => string,
): FileContent | NotRead {
  if (!lstat(path)) return { kind: 'absent', reason: 'is not there' };
  const real = realPathOf(path);
  if (real === null) return { kind: 'refused', reason: 'is a link that leads nowhere, or cannot be read' };
  if (!liesIn(real, within)) return { kind: 'refused', reason: `is a link that leads out of ${within}` };
  const content = onFile(real, (stat, file): FileContent | NotRead => {
    if (stat.size > DIGEST_BYTES_MAX) return { kind: 'refused', reason: 'is larger than 256 MiB' };
    const bytes = readStart(file, Math.min(Number(stat.size), limitBytes));
    const size = Number(stat.size);
    const cut = size > bytes.length;
    const sha256 = cut ? digestOf(stat, real, file) : `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    return { kind: 'file', path, realPath: real, bytes, text: bytes.toString('utf8'), size, sha256, cut };
  });
  return content ?? { kind: 'refused', reason: 'is no regular file, or cannot be read' };
}

/** Opens a regular file without waiting and without following a link at its end; null where that cannot be done. */
function onFile<T>(path: string | Buffer, use: (stat: BigIntStats, file: number) => T): T | null {
  try {
    // A named pipe would hold us for ever, a device may do anything when it is opened.
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

function readStart(file: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let at = 0;
  while (at < length) {
    const got = readSync(file, bytes, at, length - at, at);
    if (got === 0) break;
    at += got;
  }
  return bytes.subarray(0, at);
}

function hashOf(file: number, algorithm: 'sha1' | 'sha256', before: string): string {
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

function linkBlob(path: string | Buffer, algorithm: 'sha1' | 'sha256'): string | null {
  try {
    const target = readlinkSync(path, 'buffer');
    return createHash(algorithm).update(`blob ${target.length}\0`).update(target).digest('hex');
  } catch {
    return null;
  }
}

function lstat(path: string | Buffer): BigIntStats | null {
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

function stampOf(stat: BigIntStats): string {
  return `${stat.size} ${stat.mtimeNs} ${stat.ctimeNs} ${stat.ino} ${stat.dev}`;
}

function kindOf(entry: { isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean }): FileKind {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

function realWithin(path: string, within: string): string | null {
  const real = realPathOf(path);
  return real !== null && liesIn(real, within) ? real : null;
}

function liesIn(real: string, within: string): boolean {
  const folder = realPathOf(within);
  return folder !== null && (real === folder || real.startsWith(folder.endsWith(sep) ? folder : folder + sep));
}

function listFolder(folder: string, within: string): readonly FolderEntry[] | null {
  const real = realWithin(folder, within);
  if (real === null) return null;
  try {
    const opened = opendirSync(real);
    const found: FolderEntry[] = [];
    try {
      for (let entry = opened.readSync(); entry && found.length < LIST_LIMIT; entry = opened.readSync())
        found.push({ name: entry.name, kind: kindOf(entry) });
    } finally {
      opened.closeSync();
    }
    return found.sort(byName);
  } catch {
    return null;
  }
}

/** By code unit: the same order on every machine, whatever its locale. */
function byName(one: FolderEntry, other: FolderEntry): number {
  return one.name < other.name ? -1 : one.name > other.name ? 1 : 0;
}

function walkFolder(folder: string, within: string): readonly string[] {
  const found: string[] = [];
  let looked = 0;
  const enter = (at: string, depth: number): void => {
    for (const { name, kind } of listFolder(at, within) ?? []) {
      if (found.length >= WALK_FILES || ++looked > WALK_ENTRIES) return;
      const path = join(at, name);
      if (kind === 'file' || kind === 'link') found.push(relative(folder, path).split(sep).join('/'));
      if (kind === 'folder' && depth < WALK_DEPTH && name !== '.git' && name !== 'node_modules') enter(path, depth + 1);
    }
  };
  enter(folder, 1);
  return found;
}
