/**
 * Does `node_modules` agree with the lockfile of npm, pnpm or yarn? By the versions that the packages in it state, and by
 * what the manager wrote beside them. Plug'n'Play keeps packages in archives: unknown.
 */
import { join } from 'node:path';
import { npmLock } from '../model/npmLock.ts';
import { pnpmLock } from '../model/pnpmLock.ts';
import { yarnLock, yarnState } from '../model/yarnLock.ts';
import type { Files } from './files.ts';
import { type Compared, type Differing, differingIds, NOT_INSTALLED, NOT_KNOWN } from './installedState.ts';
import type { InstalledVersions } from './installedVersions.ts';
import { parseObject } from './packageJson.ts';
import type { LockText } from './readDependencies.ts';

const PACKAGES_MAX = 20_000;
const STATE_BYTES = 32 * 1024 * 1024;

interface Around {
  readonly root: string;
  readonly files: Files;
  readonly versions: InstalledVersions;
}

export function installedNpm({ folder, text }: LockText, { root, files, versions }: Around): Compared {
  const all = npmLock(parseObject(text) ?? {});
  if (all === null) return NOT_KNOWN;
  const locked = all.slice(0, PACKAGES_MAX);
  if (files.kindOf(join(folder, 'node_modules')) === null)
    return locked.length === 0 ? { state: 'compared', differing: [], compared: 0 } : NOT_INSTALLED;
  const differing: Differing[] = [];
  let compared = 0;
  let present = 0;
  for (const { path, name, version, optional, link } of locked) {
    if (link || version === null) continue;
    compared++;
    const found = versions.of(join(folder, path), root);
    if (found) present++;
    if (found === null && !optional) differing.push({ name, locked: version, installed: null });
    // `npm link` puts another folder in a package's place.
    else if (found?.linked)
      differing.push({ name, locked: version, installed: `${found.version ?? 'unknown'} (a link)` });
    else if (found && found.version !== version) differing.push({ name, locked: version, installed: found.version });
  }
  // A folder that holds no package at all, such as a cache's.
  if (present === 0 && compared > 0) return NOT_INSTALLED;
  const tops = new Set(locked.map(({ path }) => path));
  for (const name of topNames(join(folder, 'node_modules'), root, files)) {
    const found = tops.has(`node_modules/${name}`) ? null : versions.of(join(folder, 'node_modules', name), root);
    if (found) differing.push({ name, locked: null, installed: found.version ?? 'unknown' });
  }
  return { state: 'compared', differing, compared };
}

export function installedPnpm({ folder, text }: LockText, { root, files, versions }: Around): Compared {
  const locked = pnpmLock(text);
  if (locked === null) return NOT_KNOWN;
  const modules = join(folder, 'node_modules');
  if (files.kindOf(modules) === null) return locked.packages.size === 0 ? NOT_KNOWN : NOT_INSTALLED;
  const note = files.read(join(modules, '.modules.yaml'), root);
  if (note.kind !== 'file') return NOT_KNOWN;
  const store = join(modules, /"?virtualStoreDir"?:\s*"?([^",\n]+)"?/.exec(note.text)?.[1] ?? '.pnpm');
  const listed = files.list(store, root);
  // One store for all projects, outside of this one.
  if (listed === null) return NOT_KNOWN;
  const inStore = new Set(listed.map(({ name }) => storeId(name)));
  const current = files.read(join(store, 'lock.yaml'), root, STATE_BYTES);
  const noted = current.kind === 'file' ? pnpmLock(current.text)?.packages : undefined;
  // Long names are cut and hashed in the store.
  const there = (id: string) => (noted?.has(id) ?? true) && (inStore.has(id) || id.length > 70);
  const installed = new Set([...(noted ?? []), ...locked.packages].filter(there));
  const differing = new Map(
    differingIds(locked.packages, installed, locked.optional).map((row) => [row.name, row] as const),
  );
  for (const { importer, name, version } of locked.direct.slice(0, PACKAGES_MAX)) {
    if (locked.optional.has(`${name}@${version}`)) continue;
    const found = versions.of(join(folder, importer, 'node_modules', name), root);
    if (found?.version !== version) differing.set(name, { name, locked: version, installed: found?.version ?? null });
  }
  return { state: 'compared', differing: [...differing.values()], compared: locked.packages.size };
}

/** `@types+ms@2.1.0`, `a@1.0.0_b@2.0.0` (or `a@1.0.0(b@2.0.0)`): a folder of pnpm's store. */
function storeId(folder: string): string {
  const [, name = '', version = ''] = /^(@?[^@]+)@([^_(]+)/.exec(folder) ?? [];
  return `${name.startsWith('@') ? name.replace('+', '/') : name}@${version}`;
}

export function installedYarn({ folder, text }: LockText, around: Around): Compared {
  const { root, files, versions } = around;
  const { berry, entries } = yarnLock(text);
  const modules = join(folder, 'node_modules');
  const hasModules = files.kindOf(modules) !== null;
  if (['.pnp.cjs', '.pnp.js'].some((name) => files.kindOf(join(folder, name)) !== null)) return NOT_KNOWN;
  if (!hasModules) return entries.length === 0 ? NOT_KNOWN : NOT_INSTALLED;
  const locked = new Set(entries.map(({ name, version }) => `${name}@${version}`));
  const spare = new Set(entries.filter(({ optional }) => optional).map(({ name, version }) => `${name}@${version}`));
  for (const name of optionalOfProject(folder, root, files))
    for (const entry of entries) if (entry.name === name) spare.add(`${name}@${entry.version}`);
  const note = files.read(join(modules, berry ? '.yarn-state.yml' : '.yarn-integrity'), root, STATE_BYTES);
  if (note.kind !== 'file') return NOT_KNOWN;
  const installed = berry ? new Set<string>() : walkModules(modules, around);
  if (berry)
    for (const { name, folder: place } of yarnState(note.text)) {
      const found = versions.of(join(folder, place), root);
      if (found && !found.linked) installed.add(`${name}@${found.version ?? 'unknown'}`);
    }
  return { state: 'compared', differing: differingIds(locked, installed, spare), compared: locked.size };
}

function optionalOfProject(folder: string, root: string, files: Files): readonly string[] {
  const read = files.read(join(folder, 'package.json'), root);
  const stated = read.kind === 'file' ? parseObject(read.text)?.optionalDependencies : null;
  return typeof stated === 'object' && stated !== null ? Object.keys(stated) : [];
}

/** Every package below a `node_modules`, those inside others too; links lead to folders of the workspace and are left out. */
function walkModules(modules: string, { root, files, versions }: Around): Set<string> {
  const found = new Set<string>();
  const open = [modules];
  for (let at = open.pop(), looked = 0; at !== undefined && looked < PACKAGES_MAX; at = open.pop()) {
    for (const name of topNames(at, root, files)) {
      looked++;
      const folder = join(at, name);
      const inside = versions.of(folder, root);
      if (inside === null || inside.linked) continue;
      if (inside.version !== null) found.add(`${name}@${inside.version}`);
      if (files.kindOf(join(folder, 'node_modules')) === 'folder') open.push(join(folder, 'node_modules'));
    }
  }
  return found;
}

/** Names of the packages in a `node_modules`, scopes included. */
function topNames(modules: string, root: string, files: Files): readonly string[] {
  return (files.list(modules, root) ?? []).flatMap(({ name }) => {
    if (name.startsWith('.')) return [];
    if (!name.startsWith('@')) return [name];
    return (files.list(join(modules, name), root) ?? []).map((inner) => `${name}/${inner.name}`);
  });
}
