/**
 * Which checkout a folder belongs to, and where a `.git` file leads. A linked worktree is believed where both sides say so:
 * its `.git` file names a folder of the main checkout's, and that folder names the file. One side alone could be written by
 * whoever wrote the files (GHSA-w766-5x43-whvw).
 */
import { canonicalPath } from './canonicalPath.ts';
import { namesOf, pathOf } from './pathKey.ts';
import type { World } from './world.ts';

const MAX_DEPTH = 64;

/**
 * The nearest folder from a path upwards that holds a `.git`; null where there is none.
 * @param above so many names of the path are not looked at: what lies there holds other things, too
 * @param isFile its last name is no folder: nothing is looked for in it, where to be told so costs as much as eight looks
 */
export function checkoutOf(
  path: string,
  world: World,
  above = 0,
  isFile = false,
): { readonly top: string; readonly isFile: boolean } | null {
  const names = namesOf(path, world.paths);
  for (let depth = names.length - (isFile ? 1 : 0); depth > Math.max(above, names.length - MAX_DEPTH); depth--) {
    const top = pathOf(names.slice(0, depth), world.paths);
    const { kind } = world.lstat(joined(top, '.git', world));
    if (kind === 'folder' || kind === 'link') return { top, isFile: false };
    if (kind === 'file') return { top, isFile: true };
  }
  return null;
}

/** Where the `.git` file of a checkout leads, canonical; null where it is none or says nothing. */
export function gitDirOf(top: string, world: World): string | null {
  const text = world.readText(joined(top, '.git', world)) ?? '';
  const named = /^gitdir: (.+)$/m.exec(text)?.[1]?.trim();
  return named === undefined ? null : canonicalPath(absolute(named, top, world), world).canonical;
}

/** The main checkout of a linked worktree; the folder itself where it is none. */
export function mainCheckoutOf(top: string, world: World): string {
  if (world.lstat(joined(top, '.git', world)).kind !== 'file') return top;
  const own = gitDirOf(top, world);
  const names = own === null ? [] : namesOf(own, world.paths);
  if (own === null || names.at(-2) !== 'worktrees' || names.at(-3) !== '.git') return top;
  const back = world.readText(joined(own, 'gitdir', world))?.trim();
  const isAgreed =
    back !== undefined && canonicalPath(absolute(back, own, world), world).canonical === joined(top, '.git', world);
  return isAgreed ? pathOf(names.slice(0, -3), world.paths) : top;
}

function absolute(path: string, folder: string, world: World): string {
  const isAbsolute = world.paths === 'win32' ? /^[a-z]:[\\/]/i.test(path) : path.startsWith('/');
  const whole = isAbsolute ? path : joined(folder, path, world);
  return world.paths === 'win32' ? whole.replaceAll('/', '\\') : whole;
}

export function joined(folder: string, name: string, world: World): string {
  const separator = world.paths === 'win32' ? '\\' : '/';
  return folder.endsWith(separator) ? `${folder}${name}` : `${folder}${separator}${name}`;
}
