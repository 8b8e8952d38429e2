/**
 * Where a file that a capture names may stand. The name comes from what was recorded: it may lead nowhere but into the
 * place that it says. Pure.
 */
import { dirname, isAbsolute, join, relative } from 'node:path';
import type { Place } from '../daemon/protocol/harness.ts';

/** Where the file may stand; of a parent folder it is not recorded which one, so that the nearest counts. */
export function candidates(root: string, place: Place, path: string, home: string): string[] {
  // A name of another machine would be asked for over the network.
  if (!isAbsolute(root) || /^[\\/]{2}/.test(root) || /^[\\/]{2}/.test(path)) return [];
  if (place === 'managed' || place === 'extra') return isAbsolute(path) ? [path] : [];
  const bases = place === 'repository' ? [root] : place === 'home' ? [home] : parentsOf(root);
  return bases.map((base) => join(base, path)).filter((file, index) => isInside(bases[index] ?? root, file));
}

function parentsOf(folder: string): string[] {
  const up = dirname(folder);
  return up === folder ? [] : [up, ...parentsOf(up)];
}

function isInside(base: string, file: string): boolean {
  const rest = relative(base, file);
  return rest !== '' && !rest.startsWith('..') && !isAbsolute(rest);
}
