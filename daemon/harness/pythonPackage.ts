/**
 * Which version of a Python package a command would start: one installed as a tool (uv, pipx), one kept in a runner's
 * cache, or one of the environment that a program or interpreter belongs to. Asks no index.
 */
import { dirname, join, parse } from 'node:path';
import { pypiName, pypiSpec } from '../model/packageSpec.ts';
import type { ServerPackage } from '../protocol/harness.ts';
import type { Files } from './files.ts';
import { isIn } from './homePath.ts';
import {
  type Distribution,
  distributionsIn,
  ownerOfModule,
  ownerOfScript,
  recordDigest,
  sitePackages,
} from './pythonFolders.ts';
import type { CaptureRequest } from './request.ts';
import { variableOf } from './resolveProgram.ts';

/** Environments of a cache that are looked into. */
const CACHE_ENTRIES = 300;

interface Installed {
  readonly distribution: Distribution;
  readonly within: string;
}

/** @param runner `uvx` or `pipx` @param spec the package as the command names it */
export function runnerPackage(runner: string, spec: string, request: CaptureRequest, files: Files): ServerPackage {
  const { name, requested, exact } = pypiSpec(spec);
  const asked = { how: 'uvx', ecosystem: 'pypi', name, requested } as const;
  if (name === null) return { ...asked, version: null, integrity: null, pinned: exact };
  const places = runner === 'pipx' ? pipxPlaces(request) : uvPlaces(request);
  const fits = (found: Installed | null) =>
    found !== null && (requested === null || !exact || found.distribution.version === requested) ? found : null;
  // `uvx name` starts what `uv tool install` put there; `uvx name@latest` looks it up again.
  const tool =
    requested === 'latest'
      ? null
      : fits(
          inPrefixes(
            places.tools.map((one) => join(one, name)),
            name,
            files,
          ),
        );
  if (tool) return { ...asked, ...stated(tool, files), pinned: exact || requested === null };
  const cached = fits(
    inPrefixes(
      places.caches.flatMap((one) => deeper(one, places.depth, files)),
      name,
      files,
    ),
  );
  if (cached) return { ...asked, ...stated(cached, files), pinned: exact };
  return { ...asked, version: exact ? requested : null, integrity: null, pinned: exact };
}

/**
 * The package behind a console script or `python -m`, in the environment that the program lies in; null where it lies
 * in none or belongs to no package.
 * @param program absolute; links are followed, but not those of an environment's own interpreter
 */
export function environmentPackage(
  program: string,
  wanted: { readonly script: string } | { readonly module: string },
  request: CaptureRequest,
  files: Files,
): ServerPackage | null {
  const top = parse(program).root;
  const real = files.realPath(program, top);
  const prefixes = [dirname(dirname(program)), ...(real === null ? [] : [dirname(dirname(real))])];
  for (const prefix of new Set(prefixes)) {
    for (const folder of sitePackages(prefix, top, files)) {
      const all = distributionsIn(folder, top, files);
      const found =
        'script' in wanted
          ? ownerOfScript(all, wanted.script, top, files)
          : ownerOfModule(all, wanted.module, top, files);
      if (!found) continue;
      const inside = isIn(prefix, request.root);
      const how = inside ? 'local' : 'global';
      const { name, version } = found;
      return {
        how,
        ecosystem: 'pypi',
        name,
        requested: null,
        version,
        integrity: recordDigest(found, top, files),
        pinned: true,
      };
    }
  }
  return null;
}

function stated({ distribution, within }: Installed, files: Files) {
  return { version: distribution.version, integrity: recordDigest(distribution, within, files) };
}

function inPrefixes(prefixes: readonly string[], name: string, files: Files): Installed | null {
  for (const prefix of prefixes) {
    const within = dirname(prefix);
    const top = parse(prefix).root;
    for (const folder of sitePackages(prefix, top, files)) {
      const distribution = distributionsIn(folder, top, files).find((one) => one.name === pypiName(name));
      if (distribution) return { distribution, within: top === within ? within : top };
    }
  }
  return null;
}

/** The folders so many levels below another. */
function deeper(folder: string, levels: number, files: Files): readonly string[] {
  if (levels === 0) return [folder];
  const inner = (files.list(folder, parse(folder).root) ?? []).filter(
    ({ kind }) => kind === 'folder' || kind === 'link',
  );
  return inner
    .slice(0, CACHE_ENTRIES)
    .flatMap(({ name }) => deeper(join(folder, name), levels - 1, files))
    .slice(0, CACHE_ENTRIES);
}

interface Places {
  /** Hold one environment a tool, by its name. */
  readonly tools: readonly string[];
  /** Hold environments so many levels below. */
  readonly caches: readonly string[];
  readonly depth: number;
}

/** https://docs.astral.sh/uv/concepts/tools and …/cache. */
function uvPlaces({ home, platform, environment }: CaptureRequest): Places {
  const set = (name: string) => variableOf(environment.plain, name, platform);
  const windows = platform === 'win32';
  const data = windows
    ? join(set('APPDATA') ?? join(home, 'AppData', 'Roaming'), 'uv', 'data')
    : join(set('XDG_DATA_HOME') ?? join(home, '.local', 'share'), 'uv');
  const cache = windows
    ? join(set('LOCALAPPDATA') ?? join(home, 'AppData', 'Local'), 'uv', 'cache')
    : join(set('XDG_CACHE_HOME') ?? join(home, '.cache'), 'uv');
  return {
    tools: [set('UV_TOOL_DIR') ?? join(data, 'tools')],
    caches: [join(set('UV_CACHE_DIR') ?? cache, 'environments-v2')],
    // One folder an interpreter, one environment a set of packages below it.
    depth: 2,
  };
}

/** https://pipx.pypa.io/stable/explanation/how-pipx-works. */
function pipxPlaces({ home, platform, environment }: CaptureRequest): Places {
  const set = (name: string) => variableOf(environment.plain, name, platform);
  const stated = set('PIPX_HOME');
  const homes = stated
    ? [stated]
    : platform === 'win32'
      ? [join(home, 'pipx')]
      : [join(set('XDG_DATA_HOME') ?? join(home, '.local', 'share'), 'pipx'), join(home, '.local', 'pipx')];
  return {
    tools: homes.map((one) => join(one, 'venvs')),
    caches: [...homes.map((one) => join(one, '.cache')), join(home, '.cache', 'pipx')],
    depth: 1,
  };
}
