/** The doctor's look inside the state folder: what others could read, and what a killed process left behind. */
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Places, placesOf } from '../base/places.ts';
import { type Check, ok, warn } from './check.ts';

/** A file that is written in one step is there for milliseconds. */
const OLD_MS = 60_000;

export function checkLeftovers(home: string, now: number): Check[] {
  const places = placesOf(home, join);
  return [...permissions(places), ...leftovers(places, now)];
}

function permissions(places: Places): Check[] {
  const name = 'permissions';
  if (process.platform === 'win32') return [];
  const { journal, artifacts, control, bin, database, daemonFile, machineKey } = places;
  const all = [journal, artifacts, control, bin, database, daemonFile, machineKey];
  const there = all.flatMap((path) => {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    return stat ? [{ path, mode: stat.mode & 0o777, uid: stat.uid }] : [];
  });
  if (there.length === 0) return [];
  const foreign = there.filter(({ uid }) => uid !== process.getuid?.()).map(({ path }) => path);
  const open = there.filter(({ mode }) => mode & 0o077).map(({ path }) => path);
  if (foreign.length > 0)
    return [warn(name, `not yours: ${foreign.join(', ')}`, `chown -R "$(id -un)" ${places.home}`)];
  if (open.length > 0) return [warn(name, `others may look into ${open.join(', ')}`, `chmod -R go= ${places.home}`)];
  return [ok(name, 'what lies in the state folder is yours alone')];
}

function leftovers({ home, control, bin }: Places, now: number): Check[] {
  const old = [home, control, bin].flatMap((folder) => {
    try {
      return readdirSync(folder)
        .filter((file) => file.endsWith('.new') || file.startsWith('daemon-starting'))
        .map((file) => join(folder, file))
        .filter((path) => now - (lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now) > OLD_MS);
    } catch {
      return [];
    }
  });
  if (old.length === 0) return [ok('left over', 'nothing')];
  return [warn('left over', `by a process that was killed: ${old.join(', ')}`, `rm ${old.join(' ')}`)];
}
