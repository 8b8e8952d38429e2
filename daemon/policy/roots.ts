/**
 * Where a connection may work: every folder that its evidence proves, with what proves it. A folder that holds the home
 * folder or the whole disk proves nothing, whoever names it.
 */
import { canonicalPath } from './canonicalPath.ts';
import { namesOf, pathOf, within } from './pathKey.ts';
import { readings } from './readings.ts';
import type { World } from './world.ts';

export interface RootEvidence {
  /** Variables of the host, as the `open` record keeps them. */
  readonly variables: Readonly<Record<string, string>>;
  /** What the client said are its roots (`file:` URIs); null where it was not asked or did not say. */
  readonly clientRoots: readonly string[] | null;
  /** The server's own allowed folders, as its command line says ({@link allowedFolders} of model/toolCatalog.ts). */
  readonly serverFolders: readonly string[];
  /** The working directory of the agent's process. */
  readonly agentCwd: string | null;
}

export interface Root {
  /** Canonical. */
  readonly path: string;
  /** As the evidence spells it. */
  readonly spelled: readonly string[];
  readonly from: 'variable' | 'client' | 'server' | 'cwd' | 'given' | 'worktree';
  /** For people: `top of the git checkout at the variable CLAUDE_PROJECT_DIR`. */
  readonly why: string;
}

export interface RootFacts {
  readonly roots: readonly Root[];
  /** What proved nothing, and why, for people. */
  readonly refused: readonly { readonly path: string; readonly why: string }[];
}

/** Variables whose hosts document them as the project's folder. */
const VARIABLES = ['CLAUDE_PROJECT_DIR', 'WORKSPACE_FOLDER_PATHS', 'PROJECT_DIR'];
const MAX_ROOTS = 50;
const MAX_DEPTH = 64;

interface Candidate {
  readonly path: string;
  readonly from: Root['from'];
  readonly named: string;
}

export function rootsOf(evidence: RootEvidence, world: World): RootFacts {
  const named = VARIABLES.flatMap((name) =>
    foldersOf(evidence.variables[name] ?? '', world).map((path) => ({
      path,
      from: 'variable' as const,
      named: `the variable ${name}`,
    })),
  );
  const client = (evidence.clientRoots ?? []).flatMap((uri) => {
    const read = readings(uri, [], false, world);
    const path = read.kind === 'readings' ? read.readings[0]?.path : undefined;
    return path === undefined ? [] : [{ path, from: 'client' as const, named: "the client's roots" }];
  });
  const cwd =
    named.length + client.length === 0 && evidence.agentCwd !== null
      ? [{ path: evidence.agentCwd, from: 'cwd' as const, named: "the agent's working directory" }]
      : [];
  const server = evidence.serverFolders.flatMap((folder) => {
    const read = readings(folder, world.cwd === null ? [] : [{ path: world.cwd, sure: true }], true, world);
    const path = read.kind === 'readings' ? read.readings[0]?.path : undefined;
    return path === undefined ? [] : [{ path, from: 'server' as const, named: "the server's command line" }];
  });
  return judged([...named, ...client, ...cwd, ...server], world);
}

/** @param path as `policy check --root` names it: taken as it is, whatever lies there */
export function givenRoot(path: string, world: World): RootFacts {
  const canonical = canonicalPath(path, world).canonical ?? path;
  return { roots: [{ path: canonical, spelled: [path], from: 'given', why: 'given by hand' }], refused: [] };
}

function judged(candidates: readonly Candidate[], world: World): RootFacts {
  const roots: Root[] = [];
  const refused: { path: string; why: string }[] = [];
  for (const candidate of candidates.slice(0, MAX_ROOTS)) {
    const folder = canonicalPath(candidate.path, world).canonical;
    const why = folder === null ? 'it cannot be read' : tooWide(folder, world);
    if (folder === null || why !== null) {
      refused.push({ path: candidate.path, why: why ?? '' });
      continue;
    }
    // A server's folder is meant as it stands; a project is the checkout that it lies in.
    const top = candidate.from === 'server' ? null : topOf(folder, world);
    const path = top ?? folder;
    if (roots.some((root) => root.path === path)) continue;
    const why2 = top === null ? candidate.named : `top of the git checkout at ${candidate.named}`;
    roots.push({ path, spelled: spellings(candidate.path, folder, path, world), from: candidate.from, why: why2 });
    roots.push(
      ...worktreesOf(path, world).map((one) => ({
        path: one,
        spelled: [],
        from: 'worktree' as const,
        why: `a git worktree of the checkout ${path}`,
      })),
    );
  }
  return { roots: roots.filter((one, at) => roots.findIndex(({ path }) => path === one.path) === at), refused };
}

/** The root in the spelling of the evidence: the same number of names is taken off its end. */
function spellings(written: string, folder: string, root: string, world: World): string[] {
  const names = namesOf(written, world.paths).filter((name) => name !== '.');
  if (names.includes('..')) return [];
  const deeper = namesOf(folder, world.paths).length - namesOf(root, world.paths).length;
  return deeper < names.length ? [pathOf(names.slice(0, names.length - deeper), world.paths)] : [];
}

/** Why a folder proves nothing; null where it may be a root. */
function tooWide(folder: string, world: World): string | null {
  const names = namesOf(folder, world.paths);
  if (names.length === 0 || (world.paths === 'win32' && names.length === 1)) return 'it is the whole disk';
  const home = world.home === null ? null : canonicalPath(world.home, world).canonical;
  if (home !== null && within(home, folder, world) !== 'out') return 'it holds the home folder';
  if (world.lstat(folder).kind !== 'folder') return 'there is no such folder';
  return null;
}

/** The top level of the checkout that holds a folder; null where there is none, or none that may be a root. */
function topOf(folder: string, world: World): string | null {
  const names = namesOf(folder, world.paths);
  for (let depth = names.length; depth > Math.max(0, names.length - MAX_DEPTH); depth--) {
    const at = pathOf(names.slice(0, depth), world.paths);
    const kind = world.lstat(join(at, '.git', world)).kind;
    if (kind === 'folder' || kind === 'file') return tooWide(at, world) === null ? at : null;
  }
  return null;
}

/**
 * The main checkout of a linked worktree, where both say so: the `.git` file names a folder of the main one's, and that
 * folder names the file. One side alone could be written by whoever wrote the files.
 */
function worktreesOf(root: string, world: World): string[] {
  const file = join(root, '.git', world);
  const named = /^gitdir: (.+)$/m
    .exec(world.lstat(file).kind === 'file' ? (world.readText(file) ?? '') : '')?.[1]
    ?.trim();
  const own = named === undefined ? null : canonicalPath(absolute(named, root, world), world).canonical;
  if (own === null) return [];
  const names = namesOf(own, world.paths);
  if (names.at(-2) !== 'worktrees' || names.at(-3) !== '.git') return [];
  const back = world.readText(join(own, 'gitdir', world))?.trim();
  const agreed = back !== undefined && canonicalPath(absolute(back, own, world), world).canonical === file;
  const main = pathOf(names.slice(0, -3), world.paths);
  return agreed && tooWide(main, world) === null ? [main] : [];
}

function absolute(path: string, folder: string, world: World): string {
  const isAbsolute = world.paths === 'win32' ? /^[a-z]:[\\/]/i.test(path) : path.startsWith('/');
  const whole = isAbsolute ? path : join(folder, path, world);
  return world.paths === 'win32' ? whole.replaceAll('/', '\\') : whole;
}

function join(folder: string, name: string, world: World): string {
  const separator = world.paths === 'win32' ? '\\' : '/';
  return folder.endsWith(separator) ? `${folder}${name}` : `${folder}${separator}${name}`;
}

/** A variable may name several folders, as paths or URIs. */
function foldersOf(value: string, world: World): string[] {
  const separator = world.paths === 'win32' ? /[,;\n]/ : /[,;:\n]/;
  return value
    .split(separator)
    .map((one) => one.trim())
    .filter((one) => (world.paths === 'win32' ? /^[a-z]:[\\/]|^\\\\/i : /^\//).test(one));
}
