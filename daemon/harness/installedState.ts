/** How a comparison of what is locked with what is installed is told: one row a name, bounded, in order. */
import type { InstalledState } from '../protocol/workbench.ts';

export type Differing = InstalledState['differing'][number];

export interface Compared {
  readonly state: 'compared' | 'absent' | 'unknown';
  readonly differing: readonly Differing[];
  readonly compared: number;
}

export const NOT_INSTALLED: Compared = { state: 'absent', differing: [], compared: 0 };
export const NOT_KNOWN: Compared = { state: 'unknown', differing: [], compared: 0 };

const DIFFERING_MAX = 100;

export function installedState(
  manager: string,
  lockfile: string,
  { state, differing, compared }: Compared,
): InstalledState {
  const sorted = [...differing].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return {
    manager,
    lockfile,
    state: state !== 'compared' ? state : sorted.length === 0 ? 'agrees' : 'differs',
    differing: sorted.slice(0, DIFFERING_MAX),
    differing_total: sorted.length,
    compared,
  };
}

const keyOf = ({ name, locked, installed }: Differing) => `${name}\0${locked ?? ''}\0${installed ?? ''}`;

/**
 * What two sets of `name@version` differ in, one row a name.
 * @param spare may be missing on a platform that they are not for
 */
export function differingIds(
  locked: ReadonlySet<string>,
  installed: ReadonlySet<string>,
  spare: ReadonlySet<string>,
): readonly Differing[] {
  const rows = new Map<string, { locked: string[]; installed: string[] }>();
  const row = (id: string) => {
    const at = id.lastIndexOf('@');
    const name = id.slice(0, at);
    const found = rows.get(name) ?? { locked: [], installed: [] };
    rows.set(name, found);
    return { found, version: id.slice(at + 1) };
  };
  for (const id of locked) {
    if (installed.has(id)) continue;
    const { found, version } = row(id);
    // Missing without another in its place is nothing, where it may be left out.
    if (!spare.has(id)) found.locked.push(version);
  }
  for (const id of installed) {
    if (locked.has(id)) continue;
    const { found, version } = row(id);
    found.installed.push(version);
  }
  const text = (versions: readonly string[]) => (versions.length === 0 ? null : [...versions].sort().join(', '));
  return [...rows].flatMap(([name, found]) => {
    const before = text(found.locked);
    const now = text(found.installed);
    return before === null && now === null ? [] : [{ name, locked: before, installed: now }];
  });
}
