/**
 * The one door to files of a capture: bounded, never waiting, never following a link out of the folder that it was told
 * to stay in, never throwing. What a file means is for its readers; what git knows of it, for `git.ts`.
 */
import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { kindOf, liesIn, listFolder, realWithin, walkFolder } from './folderEntries.ts';
import { realPathOf } from './realPathOf.ts';
import { DIGEST_BYTES_MAX, type HashName, hashOf, linkBlob, lstat, onFile, readStart, stampOf } from './regularFile.ts';

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
  blob(path: string | Buffer, algorithm: HashName): string | null;
  /** Size in bytes of a regular file, links not followed; null for all else. */
  sizeOf(path: string | Buffer): number | null;
  /** Size and time of change, links not followed, as one word; `none` where nothing is. */
  stampOf(path: string | Buffer): string;
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
/** Digests that are kept, the oldest leave first: about 300 bytes each. */
const DIGESTS_KEPT = 60_000;
/** Small files are kept as they are: several agents read the same ones, and most stay as they were. */
const KEPT_BYTES = 64 * 1024;
const KEPT_SUM_BYTES = 16 * 1024 * 1024;
/** What changed so lately may change again within one tick of the file system's clock. */
const SETTLED_MS = 100;

/** Keeps digests and small files between calls. */
export function createFiles(): Files {
  const digests = new Map<string, { readonly stamp: string; readonly value: string }>();
  const contents = new Map<string, { readonly stamp: string; readonly content: FileContent }>();
  let keptBytes = 0;

  const digestOf = (key: string, stat: BigIntStats, take: () => string): string => {
    const stamp = stampOf(stat);
    const known = digests.get(key);
    if (known?.stamp === stamp) return known.value;
    const value = take();
    digests.delete(key);
    if (isSettled(stat)) digests.set(key, { stamp, value });
    const oldest = digests.size > DIGESTS_KEPT ? digests.keys().next().value : undefined;
    if (oldest !== undefined) digests.delete(oldest);
    return value;
  };
  const sha256Of = (real: string, stat: BigIntStats, file: number): string =>
    digestOf(`sha256 ${real}`, stat, () => `sha256:${hashOf(file, 'sha256', '')}`);
  const keep = (content: FileContent, stat: BigIntStats): void => {
    if (content.cut || content.size > KEPT_BYTES || !isSettled(stat)) return;
    const before = contents.get(content.realPath)?.content.size ?? 0;
    if (keptBytes - before + content.size > KEPT_SUM_BYTES) {
      contents.clear();
      keptBytes = content.size;
    } else keptBytes += content.size - before;
    contents.set(content.realPath, { stamp: stampOf(stat), content });
  };

  const read = (path: string, within: string, limitBytes: number): FileContent | NotRead => {
    if (!lstat(path)) return { kind: 'absent', reason: 'is not there' };
    const real = realPathOf(path);
    if (real === null) return { kind: 'refused', reason: 'is a link that leads nowhere, or cannot be read' };
    if (!liesIn(real, within)) return { kind: 'refused', reason: `is a link that leads out of ${within}` };
    const before = contents.get(real);
    const now = before && lstat(real);
    if (before && now?.isFile() && stampOf(now) === before.stamp && before.content.size <= limitBytes)
      return { ...before.content, path };
    const content = onFile(real, (stat, file): FileContent | NotRead => {
      if (stat.size > DIGEST_BYTES_MAX) return { kind: 'refused', reason: 'is larger than 256 MiB' };
      const bytes = readStart(file, Math.min(Number(stat.size), limitBytes));
      const size = Number(stat.size);
      const cut = size > bytes.length;
      const sha256 = cut ? sha256Of(real, stat, file) : `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
      const found = {
        kind: 'file' as const,
        path,
        realPath: real,
        bytes,
        text: bytes.toString('utf8'),
        size,
        sha256,
        cut,
      };
      keep(found, stat);
      return found;
    });
    return content ?? { kind: 'refused', reason: 'is no regular file, or cannot be read' };
  };

  return {
    read: (path, within, limitBytes = READ_BYTES) => read(path, within, Math.min(limitBytes, READ_BYTES_MAX)),
    digest: (path, within) => {
      const real = realWithin(path, within);
      if (real === null) return null;
      return onFile(real, (stat, file) => (stat.size > DIGEST_BYTES_MAX ? null : sha256Of(real, stat, file)));
    },
    blob: (path, algorithm) => {
      const stat = lstat(path);
      if (stat?.isSymbolicLink()) return linkBlob(path, algorithm);
      if (!stat?.isFile() || stat.size > DIGEST_BYTES_MAX) return null;
      const key = `${algorithm} blob ${typeof path === 'string' ? path : path.toString('latin1')}`;
      // Known without opening: thousands of untracked files cost one lstat each.
      const known = digests.get(key);
      if (known?.stamp === stampOf(stat)) return known.value;
      return onFile(path, (now, file) => digestOf(key, now, () => hashOf(file, algorithm, `blob ${now.size}\0`)));
    },
    sizeOf: (path) => {
      const stat = lstat(path);
      return stat?.isFile() ? Number(stat.size) : null;
    },
    stampOf: (path) => {
      const stat = lstat(path);
      return stat ? `${stat.size}@${stat.mtimeNs}` : 'none';
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

function isSettled({ ctimeMs }: BigIntStats): boolean {
  return Date.now() - Number(ctimeMs) > SETTLED_MS;
}
