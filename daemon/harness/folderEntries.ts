/** What stands in folders, in bounds and without entering linked ones. */
import { opendirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { FileKind, FolderEntry } from './files.ts';
import { realPathOf } from './realPathOf.ts';

const LIST_LIMIT = 10_000;
const WALK_FILES = 5000;
const WALK_ENTRIES = 50_000;
const WALK_DEPTH = 16;

/** Of a directory entry or of what `lstat` says. */
export function kindOf(entry: { isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean }): FileKind {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

/** Where a path leads, links followed; null where it leads nowhere or out of `within`. */
export function realWithin(path: string, within: string): string | null {
  const real = realPathOf(path);
  return real !== null && liesIn(real, within) ? real : null;
}

/** Is a path, links followed already, in a folder or that folder itself? */
export function liesIn(real: string, within: string): boolean {
  const folder = realPathOf(within);
  return folder !== null && (real === folder || real.startsWith(folder.endsWith(sep) ? folder : folder + sep));
}

/** By name, at most 10,000; null where it is no readable folder in `within`. */
export function listFolder(folder: string, within: string): readonly FolderEntry[] | null {
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

/** Files and links below a folder, relative to it with forward slashes: bounds as `Files.walk` says. */
export function walkFolder(folder: string, within: string): readonly string[] {
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
