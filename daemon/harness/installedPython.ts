/** Does a Python environment of the workspace agree with the lockfile of uv, poetry or pip? By its `dist-info` folders. */
import { isAbsolute, join, parse } from 'node:path';
import { pypiName } from '../model/packageSpec.ts';
import { type LockedPython, pinnedRequirements, poetryLock, uvLock } from '../model/pythonLock.ts';
import type { Files } from './files.ts';
import { type Compared, type Differing, NOT_INSTALLED, NOT_KNOWN } from './installedState.ts';
import { type Distribution, distributionsIn, sitePackages } from './pythonFolders.ts';
import type { LockText } from './readDependencies.ts';
import type { CaptureRequest } from './request.ts';
import { variableOf } from './resolveProgram.ts';

/** What makes an environment, and no lockfile names. */
const TOOLS = new Set(['pip', 'setuptools', 'wheel', 'uv', 'poetry', 'distribute', 'pkg-resources']);

const READERS: Readonly<Record<string, (text: string) => readonly LockedPython[]>> = {
  uv: uvLock,
  poetry: poetryLock,
  pip: pinnedRequirements,
};

export function installedPython(lock: LockText, request: CaptureRequest, files: Files): Compared {
  const locked = READERS[lock.manager]?.(lock.text) ?? [];
  const found = environmentOf(lock.folder, request, files);
  // uv keeps its environment in the project; the others may keep it anywhere.
  if (found === null) return lock.manager === 'uv' && locked.length > 0 ? NOT_INSTALLED : NOT_KNOWN;
  const { all, within } = found;
  const installed = new Map(all.map(({ name, version }) => [name, version] as const));
  const versions = new Map<string, { all: string[]; needed: boolean }>();
  for (const { name, version, needed } of locked) {
    const known = versions.get(name) ?? { all: [], needed: false };
    versions.set(name, { all: [...known.all, version], needed: known.needed || needed });
  }
  const differing: Differing[] = [];
  for (const [name, { all: wanted, needed }] of versions) {
    const now = installed.get(name) ?? null;
    if (now === null ? needed : !wanted.some((one) => sameVersion(one, now)))
      differing.push({ name, locked: wanted.join(', '), installed: now });
  }
  // Only `uv sync` takes out what is not locked: elsewhere more than is pinned may be there.
  const more = lock.manager === 'uv' ? all.filter(({ name }) => !versions.has(name) && !TOOLS.has(name)) : [];
  for (const one of more)
    if (!isEditable(one, within, files)) differing.push({ name: one.name, locked: null, installed: one.version });
  return { state: 'compared', differing, compared: versions.size };
}

interface Environment {
  readonly all: readonly Distribution[];
  readonly within: string;
}

/** Beside the lockfile by its usual names, else the one that was active in the environment that was seen. */
function environmentOf(folder: string, request: CaptureRequest, files: Files): Environment | null {
  const set = (name: string) => variableOf(request.environment.plain, name, request.platform);
  const stated = set('UV_PROJECT_ENVIRONMENT');
  const prefixes = [
    ...(stated ? [isAbsolute(stated) ? stated : join(folder, stated)] : []),
    ...['.venv', 'venv', 'env'].map((name) => join(folder, name)),
    ...(set('VIRTUAL_ENV') ? [set('VIRTUAL_ENV') ?? ''] : []),
  ];
  for (const prefix of prefixes) {
    const within = parse(prefix).root;
    if (files.read(join(prefix, 'pyvenv.cfg'), within).kind !== 'file') continue;
    const folders = sitePackages(prefix, within, files);
    if (folders.length > 0) return { all: folders.flatMap((one) => distributionsIn(one, within, files)), within };
  }
  return null;
}

/** The project itself, and folders that it is developed with. */
function isEditable({ folder }: Distribution, within: string, files: Files): boolean {
  const read = files.read(join(folder, 'direct_url.json'), within);
  return read.kind === 'file' && /"dir_info"/.test(read.text);
}

/** `1.0` is `1.0.0`, and letters' case says nothing (PEP 440). */
function sameVersion(one: string, other: string): boolean {
  const plain = (version: string) => pypiName(version.replace(/^v/i, '').replace(/(?:\.0)+$/, ''));
  return plain(one) === plain(other);
}
