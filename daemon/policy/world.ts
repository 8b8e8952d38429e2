/**
 * What the judgement may ask about the machine: single entries of the file system, and facts of the connection. Handed in,
 * so that the same judgement runs in the proxy, in `policy check`, in drills and on invented trees in tests.
 */

export type EntryKind = 'folder' | 'file' | 'link' | 'other' | 'absent' | 'unreadable';

/** One entry, its last link not followed. `dev` and `ino` are 0 where nothing is known; they compare within one world. */
export interface Entry {
  readonly kind: EntryKind;
  readonly dev: number | bigint;
  readonly ino: number | bigint;
  /** Names of the file; more than one where it has hard links. 0 where nothing is known. */
  readonly nlink: number;
  /** When it was made, in ms: numbers are given again. Where a volume does not keep it, when it changed last. */
  readonly bornMs: number;
}

export const ABSENT: Entry = { kind: 'absent', dev: 0, ino: 0, nlink: 0, bornMs: 0 };
export const UNREADABLE: Entry = { kind: 'unreadable', dev: 0, ino: 0, nlink: 0, bornMs: 0 };

/** Facts of the connection and its server; null is unknown. */
export interface WorldFacts {
  /** By which rules paths are read. */
  readonly paths: 'posix' | 'win32';
  /** As `process.platform`. */
  readonly platform: string;
  readonly home: string | null;
  /** Where the server runs. */
  readonly cwd: string | null;
  /** The server's process: `/proc/self` is its own, not ours. */
  readonly serverPid: number | null;
  /** Where programs put what they do not keep; absolute. */
  readonly tempFolders: readonly string[];
  /** Callgrove's state folder and settings: no agent's business. */
  readonly ownFolders: readonly string[];
  /** Linux under Windows: `C:\x` is `/mnt/c/x`. */
  readonly wsl: boolean;
}

/** None of the functions throws; all take absolute paths, spelled as the platform does. */
export interface World extends WorldFacts {
  lstat(path: string): Entry;
  /** The target as it stands in the link; null where it cannot be read. */
  readlink(path: string): string | null;
  /** The start of a small file (4 KiB) as text; null where it cannot be read or is no file. */
  readText(path: string): string | null;
  /** An existing path as the system itself resolves it (realpath(3); win32: with its long names); null where unknown. */
  realPath(path: string): string | null;
}
