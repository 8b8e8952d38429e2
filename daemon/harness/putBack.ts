/**
 * Puts one thing that only the warm folder has into a throw-away copy of a fresh checkout. Copies files as they are,
 * follows no link, and writes nowhere but into the copy and its home.
 */
import { cpSync, existsSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import type { FreshItem } from '../protocol/comparison.ts';

export interface PutBackPlaces {
  readonly warmRoot: string;
  readonly warmHome: string;
  readonly warmEnvironment: Readonly<Record<string, string | undefined>>;
  readonly copyRoot: string;
  readonly copyHome: string;
  /** The environment that tests of the copy run with; a variable is put back into it. */
  readonly environment: Record<string, string>;
}

/** @returns false where it is nothing that could be put back */
export function putBack({ group, item }: FreshItem, places: PutBackPlaces): boolean {
  const variable = places.warmEnvironment[item];
  if (group === 'environment' && variable !== undefined) {
    places.environment[item] = variable;
    return true;
  }
  if (item.startsWith('~/')) return copy(item.slice(2), places.warmHome, places.copyHome);
  if (copy(item, places.warmRoot, places.copyRoot)) return true;
  if (group === 'dependencies') return copy(`node_modules/${item}`, places.warmRoot, places.copyRoot);
  return group === 'files' && remove(item, places);
}

/** Undoes `putBack`: the thing is again as the fresh checkout has it. @param freshRoot that checkout */
export function takeAway({ group, item }: FreshItem, places: PutBackPlaces, freshRoot: string): void {
  if (group === 'environment' && places.warmEnvironment[item] !== undefined) {
    delete places.environment[item];
    return;
  }
  const [root, path] = item.startsWith('~/') ? [places.copyHome, item.slice(2)] : [places.copyRoot, item];
  const isPackage = group === 'dependencies' && !lstatSync(join(places.warmRoot, item), { throwIfNoEntry: false });
  const name = isPackage ? `node_modules/${item}` : path;
  const target = inside(root, name);
  if (target) rmSync(target, { recursive: true, force: true });
  if (!item.startsWith('~/')) copy(name, freshRoot, places.copyRoot);
}

function copy(path: string, from: string, to: string): boolean {
  const [source, target] = [inside(from, path), inside(to, path)];
  if (!source || !target || !lstatSync(source, { throwIfNoEntry: false })) return false;
  rmSync(target, { recursive: true, force: true });
  mkdirSync(dirname(target), { recursive: true });
  cpSync(source, target, { recursive: true, verbatimSymlinks: true });
  return true;
}

/** A file that was deleted in the warm folder. */
function remove(path: string, { warmRoot, copyRoot }: PutBackPlaces): boolean {
  const [source, target] = [inside(warmRoot, path), inside(copyRoot, path)];
  if (!source || !target || existsSync(source) || !existsSync(target)) return false;
  rmSync(target, { recursive: true, force: true });
  return true;
}

/** null for a path that leads out of the folder by its words; the folder above must be no link either. */
function inside(folder: string, path: string): string | null {
  const full = normalize(join(folder, path)).replace(/[\\/]$/, '');
  if (!full.startsWith(folder + sep)) return null;
  for (let at = dirname(full); at.length > folder.length; at = dirname(at))
    if (lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink()) return null;
  return full;
}
