/**
 * The file that a server's command starts, and the package behind it. Reads what is installed; starts nothing and asks
 * no registry, so that what only those know is null.
 */
import { basename, dirname, isAbsolute, join, parse, resolve } from 'node:path';
import { imageSpec } from '../model/packageSpec.ts';
import { type ServerLaunch, serverLaunch } from '../model/serverLaunch.ts';
import type { ServerPackage } from '../protocol/harness.ts';
import { expandWord } from './expandWord.ts';
import type { Files } from './files.ts';
import { isIn } from './homePath.ts';
import { integrityOf, npmPackage } from './npmPackage.ts';
import { packageAbove } from './packageJson.ts';
import { environmentPackage, runnerPackage } from './pythonPackage.ts';
import type { CaptureRequest, SeenServer } from './request.ts';
import { programSearch, resolveProgram } from './resolveProgram.ts';

export interface StartedServer {
  readonly package: ServerPackage;
  /** Of the program that the command names; null where it is not found. */
  readonly file: string | null;
  /** One sentence where something could not be told; null where all could. */
  readonly missing: string | null;
}

const NOTHING = { name: null, requested: null, version: null, integrity: null, pinned: null } as const;

export function serverPackage(server: SeenServer, request: CaptureRequest, files: Files): StartedServer {
  if (server.url !== null) return { package: { how: 'url', ecosystem: null, ...NOTHING }, file: null, missing: null };
  const argv = server.command.map((word) => expandWord(word, request));
  const cwd = server.cwd === null ? request.cwd : resolve(request.root, expandWord(server.cwd, request));
  const search = programSearch(request.environment, server.env, cwd, request.platform);
  const file = resolveProgram(argv[0] ?? '', search);
  const launch = serverLaunch(argv);
  const found = packageOf(launch, { file, cwd, request, files, find: (program) => resolveProgram(program, search) });
  const missing =
    launch.kind === 'unknown'
      ? `server ${server.name}: ${launch.why}, so its package is unknown`
      : file === null
        ? `server ${server.name}: ${argv[0]} was not found on the PATH that was seen`
        : null;
  return { package: found, file, missing };
}

interface Around {
  readonly file: string | null;
  readonly cwd: string;
  readonly request: CaptureRequest;
  readonly files: Files;
  find(program: string): string | null;
}

function packageOf(launch: ServerLaunch, around: Around): ServerPackage {
  const { cwd, request, files } = around;
  switch (launch.kind) {
    case 'npm':
      return npmPackage(launch.runner, launch.spec.replace(/^npm:/, ''), cwd, request, files).package;
    case 'pypi':
      return runnerPackage(launch.runner, launch.spec, request, files);
    case 'image': {
      const { name, requested, exact } = imageSpec(launch.image);
      const digest = exact ? requested : null;
      return { how: 'image', ecosystem: 'image', name, requested, version: null, integrity: digest, pinned: exact };
    }
    case 'module':
      return modulePackage(launch, around);
    case 'project':
      return projectPackage(launch, around);
    case 'script':
      return scriptPackage(launch.file, around);
    case 'program':
      return programPackage(launch.program, around);
    case 'unknown':
      return { how: 'unknown', ecosystem: null, ...NOTHING };
  }
}

/** A file of the user's own, or one of an installed package. */
function scriptPackage(word: string, { cwd, request, files, file: started }: Around): ServerPackage {
  const path = isAbsolute(word) ? word : resolve(cwd, word);
  // `node dist/index` finds `dist/index.js`, `node .` the package's own entry.
  const tried = [path, `${path}.js`, `${path}.cjs`, `${path}.mjs`, join(path, 'index.js')];
  const file = tried.find((one) => files.kindOf(one) === 'file' || files.kindOf(one) === 'link') ?? null;
  const above = packageAbove(file === null ? path : dirname(file), files);
  const stated = { name: above?.name ?? null, requested: null, version: above?.version ?? null };
  if (above && /[\\/]node_modules[\\/]/.test(path)) {
    const how = isIn(path, request.root) ? 'local' : 'global';
    return { how, ecosystem: 'npm', ...stated, integrity: integrityOf(above.folder, files), pinned: true };
  }
  // An entry may name any file: one that is no program's text is not named by its content.
  const isText = /\.(?:[cm]?[jt]sx?|py|rb|php|pl|sh|bash|ps1)$/i.test(file ?? '');
  const digest = file !== null && (isText || file === started) ? files.digest(file, parse(file).root) : null;
  const isNode = /\.[cm]?[jt]sx?$/.test(file ?? path);
  // A package.json far above a Python script says nothing about it.
  const named = isNode ? stated : { name: basename(path), requested: null, version: null };
  return { how: 'script', ecosystem: 'none', ...named, integrity: digest, pinned: file === null ? null : true };
}

function modulePackage({ module, python }: Extract<ServerLaunch, { kind: 'module' }>, around: Around): ServerPackage {
  const { cwd, request, files, find } = around;
  // The working directory stands first on Python's own path.
  const top = module.replaceAll('.', '/');
  const own = [`${top}.py`, `${top}/__main__.py`].find((path) => files.kindOf(join(cwd, path)) === 'file');
  if (own !== undefined) return scriptPackage(own, around);
  const program = find(python);
  const found = program === null ? null : environmentPackage(program, { module }, request, files);
  return found ?? { how: 'unknown', ecosystem: 'pypi', ...NOTHING, name: module };
}

/** What a project's own runner starts: pinned as far as the project locks it. */
function projectPackage(launch: Extract<ServerLaunch, { kind: 'project' }>, around: Around): ServerPackage {
  const { cwd, request, files } = around;
  const folder = launch.folder === null ? cwd : resolve(cwd, launch.folder);
  if (/\.py$|\.[cm]?[jt]s$/.test(launch.target)) return scriptPackage(join(folder, launch.target), around);
  if (!/^(?:uv|poetry)$/.test(launch.runner)) {
    const above = packageAbove(folder, files);
    return {
      how: 'script',
      ecosystem: 'npm',
      ...NOTHING,
      name: above?.name ?? null,
      version: above?.version ?? null,
      pinned: above ? true : null,
    };
  }
  const script = join(folder, '.venv', request.platform === 'win32' ? 'Scripts' : 'bin', launch.target);
  const installed = environmentPackage(script, { script: launch.target }, request, files);
  const locked = ['uv.lock', 'poetry.lock'].some((name) => files.kindOf(join(folder, name)) === 'file');
  return {
    ...(installed ?? { how: 'local', ecosystem: 'pypi', ...NOTHING, name: launch.target || null }),
    pinned: locked,
  };
}

/** A program by its name: one that npm or a Python installer put there belongs to a package. */
function programPackage(word: string, { file, request, files }: Around): ServerPackage {
  const name = basename(word).replace(/\.(?:exe|cmd|bat)$/i, '');
  if (file === null) return { how: 'program', ecosystem: 'none', ...NOTHING, name };
  const real = shimTarget(file, files) ?? files.realPath(file, parse(file).root) ?? file;
  if (/[\\/]node_modules[\\/]/.test(real)) {
    const above = packageAbove(dirname(real), files);
    const how = isIn(real, request.root) ? 'local' : 'global';
    if (above)
      return {
        how,
        ecosystem: 'npm',
        name: above.name,
        requested: null,
        version: above.version,
        integrity: integrityOf(above.folder, files),
        pinned: true,
      };
  }
  const python = isOfPython(file, request, files) ? environmentPackage(file, { script: name }, request, files) : null;
  if (python) return python;
  if (isIn(real, request.root))
    return scriptPackage(real, { file: real, cwd: request.cwd, request, files, find: () => null });
  return { how: 'program', ecosystem: 'none', ...NOTHING, name, pinned: true };
}

/** A script that an installer of Python wrote, or any program of an environment: only those are looked up among packages. */
function isOfPython(file: string, { platform }: CaptureRequest, files: Files): boolean {
  const top = parse(file).root;
  if (platform === 'win32' || files.kindOf(join(dirname(dirname(file)), 'pyvenv.cfg')) === 'file') return true;
  const read = files.read(file, top, 512);
  return read.kind === 'file' && /^#!.*python|^#!\/bin\/sh\n'''exec'/.test(read.text);
}

/** What an npm shim on Windows, or a shell script of pnpm's, hands over to. */
function shimTarget(file: string, files: Files): string | null {
  const read = files.read(file, parse(file).root, 8192);
  if (read.kind !== 'file' || !/^(?:#!\/bin\/sh|@ECHO off|@SETLOCAL)/i.test(read.text)) return null;
  const target = /(?:%~?dp0%?|\$basedir)[\\/]([^"\r\n]*?node_modules[\\/][^"\r\n]+?\.[cm]?js)"/.exec(read.text)?.[1];
  return target === undefined ? null : resolve(dirname(file), target.replaceAll('\\', '/'));
}
