/**
 * Where a path leads, as the kernel would walk it: name by name, each link followed when it is met, so that `link/..` is
 * the parent of the link's target (path_resolution(7)). What does not exist yet is kept as it is spelled, below the deepest
 * ancestor that does. It says what was met; whether that is allowed is judged elsewhere.
 */
import { namesOf } from './pathKey.ts';
import { walkWindows } from './windowsPath.ts';
import type { Entry, World } from './world.ts';

/** What was met on the way, for people and rules. */
export type PathFlag =
  | 'absent'
  | 'dangling_link'
  | 'loop'
  | 'magic_link'
  | 'unreadable'
  | 'not_a_folder'
  | 'hard_link'
  | 'other_spelling'
  | 'network'
  | 'device'
  | 'alternate_stream'
  | 'trailing_dots'
  | 'short_name'
  | 'nested_git_file'
  | 'instruction_file'
  | 'too_long'
  | 'too_many_paths'
  | 'trimmed'
  | 'home_expanded'
  | 'file_uri'
  | 'lexical'
  | 'unicode_form'
  | 'not_local'
  /** Bound into a container, which sees it by other mounts. */
  | 'container'
  | 'worktree'
  | 'wsl';

export interface Walked {
  /** Null where a loop or a link that only its process can follow hides it. */
  readonly canonical: string | null;
  /** The links that were followed, as absolute paths, in their order; at most 40. */
  readonly symlinks: readonly string[];
  readonly flags: ReadonlySet<PathFlag>;
  /** It exists, as a file or a folder. */
  readonly exists: boolean;
  /** It exists and is no folder. */
  readonly isFile: boolean;
}

/** As Linux: ELOOP behind it (MAXSYMLINKS). */
export const MAX_LINKS = 40;

/** A folder to which a walk has led before: while the same folder stands there, the way to it is not walked again. */
export interface KnownFolder {
  /** Canonical. */
  readonly path: string;
  readonly entry: Entry;
}

/** @returns null where nothing is there that could be known again */
export function knownFolder(path: string, world: World): KnownFolder | null {
  const entry = world.lstat(path);
  return entry.kind === 'folder' && Number(entry.ino) !== 0 ? { path, entry } : null;
}

/**
 * @param path absolute, spelled as the platform does
 * @param known the deepest first
 */
export function canonicalPath(path: string, world: World, known: readonly KnownFolder[] = []): Walked {
  return world.paths === 'win32' ? walkWindows(path, world) : walkPosix(path, world, known);
}

function walkPosix(path: string, world: World, known: readonly KnownFolder[]): Walked {
  const flags = new Set<PathFlag>();
  const symlinks: string[] = [];
  const start = startOf(path, known, world);
  const names = namesOf(start, 'posix');
  const left = path.slice(start.length).split('/').reverse();
  /** So many names at the start were not looked at this time. */
  let unseen = names.length;
  /** How many names at the end do not exist: nothing is looked up below them. */
  let missing = 0;
  let last: 'folder' | 'file' | 'absent' = 'folder';
  let links = 0;
  while (left.length > 0) {
    const name = left.pop() ?? '';
    if (name === '' || name === '.') continue;
    if (name === '..') {
      if (names.length <= unseen && unseen > 0) {
        // The parent of a folder that was moved is not the one in whose place it is still found.
        const above = `/${names.slice(0, -1).join('/')}`;
        if (world.realPath(above) !== above) return walkPosix(path, world, []);
        unseen = 0;
      }
      if (last === 'file') flags.add('not_a_folder');
      names.pop();
      missing = Math.max(0, missing - 1);
      last = missing > 0 ? 'absent' : 'folder';
      continue;
    }
    names.push(name);
    if (missing > 0 || last === 'file') {
      if (last === 'file') flags.add('not_a_folder');
      missing++;
      last = 'absent';
      continue;
    }
    const here = `/${names.join('/')}`;
    const entry = world.lstat(here);
    if (entry.kind === 'link') {
      if (++links > MAX_LINKS)
        return { canonical: null, symlinks, flags: flags.add('loop'), exists: false, isFile: false };
      if (!symlinks.includes(here)) symlinks.push(here);
      const target = targetOf(here, names, world, flags);
      if (target === null) {
        const canonical = flags.has('magic_link') ? here : null;
        return { canonical, symlinks, flags: canonical ? flags : flags.add('unreadable'), exists: true, isFile: false };
      }
      if (target.startsWith('/')) names.length = unseen = 0;
      else names.pop();
      for (const one of target.split('/').reverse()) left.push(one);
    } else if (entry.kind === 'absent' || entry.kind === 'unreadable') {
      flags.add(entry.kind);
      missing = 1;
      last = 'absent';
    } else {
      last = entry.kind === 'folder' ? 'folder' : 'file';
      if (last === 'file' && entry.nlink > 1 && left.length === 0) flags.add('hard_link');
    }
  }
  if (last === 'absent' && symlinks.length > 0) flags.add('dangling_link');
  return { canonical: `/${names.join('/')}`, symlinks, flags, exists: last !== 'absent', isFile: last === 'file' };
}

/** The known folder in which a path begins, if the same one still stands there; else nothing. */
function startOf(path: string, known: readonly KnownFolder[], world: World): string {
  const found = known.find((one) => path === one.path || path.startsWith(`${one.path}/`));
  if (found === undefined) return '';
  const { kind, dev, ino, bornMs } = world.lstat(found.path);
  const { entry } = found;
  const isSame = kind === 'folder' && ino === entry.ino && dev === entry.dev && bornMs === entry.bornMs;
  return isSame ? found.path : '';
}

/**
 * The target of a link, as the server would see it. Links of /proc are no text: `self` and `cwd` are the server's own,
 * and what an open file, a namespace or another process's root leads to cannot be told by path (proc(5)).
 */
function targetOf(here: string, names: readonly string[], world: World, flags: Set<PathFlag>): string | null {
  if (names[0] !== 'proc') return world.readlink(here);
  const [, process, kind] = names;
  if (names.length === 2 && (process === 'self' || process === 'thread-self')) {
    const pid = world.serverPid;
    if (pid === null) flags.add('magic_link');
    return pid === null ? null : process === 'self' ? `${pid}` : `${pid}/task/${pid}`;
  }
  // /proc/mounts and /proc/net are plain links below `self`.
  if (!/^\d+$/.test(process ?? '')) return world.readlink(here);
  flags.add('magic_link');
  const inner = kind === 'task' ? names[4] : kind;
  const isOwn = process === String(world.serverPid);
  if (inner === 'cwd' && isOwn) return world.cwd;
  return inner === 'root' && isOwn && world.readlink(here) === '/' ? '/' : null;
}
