/** The files in which package managers lock versions, where a workspace has them, and their content by a digest. */
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { LockState } from '../protocol/harness.ts';
import type { Files } from './files.ts';
import type { CaptureRequest } from './request.ts';
import type { WorkspaceListing } from './workspaceListing.ts';

export interface Lockfile {
  readonly manager: string;
  /** Relative to the root, forward slashes. */
  readonly path: string;
  /** The folder that it stands in, absolute. */
  readonly folder: string;
}

/** Its text, at most 32 MiB, line ends as they are. */
export interface LockText extends Lockfile {
  readonly text: string;
}

const MANAGERS: readonly (readonly [name: string, manager: string])[] = [
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['deno.lock', 'deno'],
  ['uv.lock', 'uv'],
  ['poetry.lock', 'poetry'],
  ['pdm.lock', 'pdm'],
  ['Pipfile.lock', 'pipenv'],
  ['Cargo.lock', 'cargo'],
  ['go.sum', 'go'],
  ['Gemfile.lock', 'bundler'],
  ['composer.lock', 'composer'],
  ['mix.lock', 'mix'],
  ['pubspec.lock', 'dart'],
  ['gradle.lockfile', 'gradle'],
  ['Package.resolved', 'swift'],
  ['packages.lock.json', 'nuget'],
  ['flake.lock', 'nix'],
];
const REQUIREMENTS = /^requirements(?:[-_.][\w.-]+)?\.txt$/;

const LOCKFILES_MAX = 100;
const LOCK_BYTES = 32 * 1024 * 1024;
/** Data of tests and copies of others' code lock nothing that is installed here. */
const NOT_OURS = /(?:^|\/)(?:node_modules|vendor|third_party|testdata|fixtures?|__fixtures__)\//;

/** By path. Requirements count where they pin at least one version. */
export function findLockfiles(root: string, listing: WorkspaceListing): readonly Lockfile[] {
  const named = MANAGERS.flatMap(([name, manager]) =>
    listing.having(name).flatMap((path) => (path === name || path.endsWith(`/${name}`) ? [{ path, manager }] : [])),
  );
  const requirements = listing
    .having('requirements')
    .flatMap((path) => (REQUIREMENTS.test(path.slice(path.lastIndexOf('/') + 1)) ? [{ path, manager: 'pip' }] : []));
  return [...named, ...requirements]
    .filter(({ path }) => !NOT_OURS.test(path))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, manager }) => ({ path, manager, folder: dirname(join(root, path)) }));
}

export interface DependenciesPart {
  readonly dependencies: readonly LockState[];
  /** For `readInstalled`, so that each is read once. */
  readonly texts: readonly LockText[];
  readonly missing: readonly string[];
}

/** What locks versions here, hashed with line ends made even: git may write them either way. */
export function readDependencies(
  { root }: Pick<CaptureRequest, 'root'>,
  files: Files,
  listing: WorkspaceListing,
): DependenciesPart {
  const found = findLockfiles(root, listing);
  const missing: string[] = [];
  if (found.length > LOCKFILES_MAX)
    missing.push(`${found.length} lockfiles stand here; the first ${LOCKFILES_MAX} were captured`);
  const texts: LockText[] = [];
  const dependencies = found.slice(0, LOCKFILES_MAX).flatMap((lockfile): LockState[] => {
    const read = files.read(join(root, lockfile.path), root, LOCK_BYTES);
    if (read.kind === 'absent') return [];
    if (read.kind === 'refused' || read.cut) {
      missing.push(
        `${lockfile.path} was not read: it ${read.kind === 'refused' ? read.reason : 'is larger than 32 MiB'}`,
      );
      return [];
    }
    if (lockfile.manager === 'pip' && !/^[^#\n]*[\w\]]\s*==/m.test(read.text)) return [];
    texts.push({ ...lockfile, text: read.text });
    const even = read.bytes.includes(0) ? read.bytes : read.text.replaceAll('\r\n', '\n');
    const sha256 = `sha256:${createHash('sha256').update(even).digest('hex')}`;
    return [{ manager: lockfile.manager, lockfile: lockfile.path, sha256 }];
  });
  return { dependencies, texts, missing };
}
