/**
 * Which version of an npm package a runner would start: of the workspace and its parents, installed globally, or kept
 * from an earlier time in the runner's cache, in npm's own order. Asks no registry: what only that knows is null.
 */
import { createHash } from 'node:crypto';
import { dirname, join, parse } from 'node:path';
import { npmSpec } from '../model/packageSpec.ts';
import { fitsRange } from '../model/semverRange.ts';
import type { ServerPackage } from '../protocol/harness.ts';
import type { Files } from './files.ts';
import { isObject, packageAt, readJson, type StatedPackage } from './packageJson.ts';
import type { CaptureRequest } from './request.ts';
import { programSearch, resolveProgram, variableOf } from './resolveProgram.ts';

export interface FoundPackage {
  readonly package: ServerPackage;
  /** The package's folder; null where it is not on this disk. */
  readonly folder: string | null;
}

const LOCK_BYTES = 8 * 1024 * 1024;
const DEPTH_LIMIT = 40;
const CACHE_ENTRIES = 500;

/**
 * @param runner `npx`, `npm exec`, `pnpm dlx`, `bunx`, …
 * @param spec the package as the command names it
 * @param cwd where the runner would start
 */
export function npmPackage(
  runner: string,
  spec: string,
  cwd: string,
  request: CaptureRequest,
  files: Files,
): FoundPackage {
  const { name, requested, exact } = npmSpec(spec);
  const asked = { ecosystem: 'npm', name, requested } as const;
  if (name === null) {
    const empty = { how: 'npx', ...asked, version: null, integrity: null, pinned: exact } as const;
    return { package: empty, folder: null };
  }
  const fits = ({ version }: StatedPackage) =>
    requested === null || (version !== null && fitsRange(version, requested.replace(/^v/, '')));
  const onlyLocal = / exec$/.test(runner) && !runner.startsWith('npm');
  // `dlx` never looks at what is installed; a tag is looked up at the registry, whatever is installed.
  if (!runner.endsWith(' dlx') && runner !== 'deno') {
    const local = localPackage(name, cwd, files);
    if (local && fits(local)) return found('local', local, true);
    const global = onlyLocal ? null : globalPackage(name, request, files);
    if (global && fits(global)) return found('global', global, requested === null || exact);
  }
  const cached = onlyLocal ? null : cachedPackage(runner, spec, name, request, files);
  if (cached && (fits(cached) || !exact)) return found('npx', cached, exact);
  const version = exact && requested !== null ? requested.replace(/^v/, '') : null;
  return { package: { how: 'npx', ...asked, version, integrity: null, pinned: exact }, folder: null };

  function found(how: ServerPackage['how'], { folder, version }: StatedPackage, pinned: boolean): FoundPackage {
    return { package: { how, ...asked, version, integrity: integrityOf(folder, files), pinned }, folder };
  }
}

/** In `node_modules` of a folder or of one above it. */
function localPackage(name: string, cwd: string, files: Files): StatedPackage | null {
  let at = cwd;
  for (let depth = 0; depth < DEPTH_LIMIT; depth++) {
    const found = packageAt(join(at, 'node_modules', name), at, files);
    if (found) return found;
    if (at === dirname(at)) return null;
    at = dirname(at);
  }
  return null;
}

function globalPackage(name: string, request: CaptureRequest, files: Files): StatedPackage | null {
  for (const folder of globalFolders(request, files)) {
    const found = packageAt(join(folder, name), folder, files);
    if (found) return found;
  }
  return null;
}

/** Where `npm install --global` puts packages: what npm's settings say, else beside the node that is on the PATH. */
function globalFolders(request: CaptureRequest, files: Files): readonly string[] {
  const { platform, environment, home, cwd } = request;
  const inPrefix = (prefix: string) =>
    platform === 'win32' ? join(prefix, 'node_modules') : join(prefix, 'lib', 'node_modules');
  const stated = npmSetting('prefix', request, files);
  if (stated !== null) return [inPrefix(stated)];
  const node = resolveProgram('node', programSearch(environment, {}, cwd, platform));
  const real = node === null ? null : files.realPath(node, parse(node).root);
  const appData = variableOf(environment.plain, 'APPDATA', platform);
  if (platform === 'win32') return [inPrefix(join(appData ?? join(home, 'AppData', 'Roaming'), 'npm'))];
  return real === null ? [] : [inPrefix(dirname(dirname(real)))];
}

/** Of the environment, else of the user's `.npmrc`; null where neither says it. */
function npmSetting(key: string, { environment, home, platform }: CaptureRequest, files: Files): string | null {
  const named = ['npm_config_', 'NPM_CONFIG_'].map((prefix) =>
    variableOf(environment.plain, `${prefix}${prefix === 'npm_config_' ? key : key.toUpperCase()}`, platform),
  );
  const set = named.find((value) => value !== undefined && value !== '');
  if (set !== undefined) return set;
  const rc = files.read(join(home, '.npmrc'), home);
  const line = rc.kind === 'file' ? new RegExp(`^\\s*${key}\\s*=\\s*(.+?)\\s*$`, 'm').exec(rc.text)?.[1] : undefined;
  if (line === undefined) return null;
  return line.replace(/^["']|["']$/g, '').replace(/^~(?=[\\/])|\$\{HOME\}/, home);
}

function cachedPackage(
  runner: string,
  spec: string,
  name: string,
  request: CaptureRequest,
  files: Files,
): StatedPackage | null {
  const { home, platform, environment } = request;
  const plain = (key: string) => variableOf(environment.plain, key, platform);
  const local = plain('LOCALAPPDATA') ?? join(home, 'AppData', 'Local');
  if (runner === 'npx' || runner.startsWith('npm ')) {
    const cache =
      npmSetting('cache', request, files) ?? (platform === 'win32' ? join(local, 'npm-cache') : join(home, '.npm'));
    // As libnpmexec names the folder of one set of packages.
    const folder = join(cache, '_npx', createHash('sha512').update(spec).digest('hex').slice(0, 16));
    return packageAt(join(folder, 'node_modules', name), folder, files);
  }
  if (/^pnpm|^pnpx/.test(runner)) {
    const cache =
      platform === 'win32'
        ? join(local, 'pnpm-cache')
        : platform === 'darwin'
          ? join(home, 'Library', 'Caches', 'pnpm')
          : join(plain('XDG_CACHE_HOME') ?? join(home, '.cache'), 'pnpm');
    return lastIn(
      join(cache, 'dlx'),
      [
        ['pkg', 'node_modules', name],
        ['node_modules', name],
      ],
      files,
    );
  }
  if (runner === 'bunx') {
    const cache = join(plain('BUN_INSTALL') ?? join(home, '.bun'), 'install', 'cache');
    const { requested, exact } = npmSpec(spec);
    return exact && requested !== null ? packageAt(join(cache, `${name}@${requested}@@@1`), cache, files) : null;
  }
  return null;
}

/** In the last of a cache's folders that has the package; which of several a runner would take is its own secret. */
function lastIn(cache: string, tails: readonly (readonly string[])[], files: Files): StatedPackage | null {
  const folders = (files.list(cache, cache) ?? []).slice(-CACHE_ENTRIES);
  for (const { name } of folders.reverse()) {
    for (const tail of tails) {
      const found = packageAt(join(cache, name, ...tail), dirname(cache), files);
      if (found) return found;
    }
  }
  return null;
}

/** What npm's own note of an installed tree says of a package. */
export function integrityOf(folder: string, files: Files): string | null {
  const at = folder.replaceAll('\\', '/').lastIndexOf('/node_modules/');
  if (at < 0) return null;
  const top = folder.slice(0, at);
  const key = folder.slice(at + 1).replaceAll('\\', '/');
  for (const lock of [join(top, 'node_modules', '.package-lock.json'), join(top, 'package-lock.json')]) {
    const packages = readJson(lock, top, files, LOCK_BYTES)?.packages;
    const entry = isObject(packages) ? packages[key] : null;
    if (isObject(entry) && typeof entry.integrity === 'string') return entry.integrity.slice(0, 200);
  }
  return null;
}
