/**
 * Where a connection may work: every folder that its evidence proves, with what proves it. A folder that holds the home
 * folder or the whole disk proves nothing, whoever names it.
 */
import { canonicalPath } from './canonicalPath.ts';
import { namesOf, pathOf, within } from './pathKey.ts';
import { readings } from './readings.ts';
import { checkoutOf } from './worktree.ts';
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
  readonly from: 'variable' | 'client' | 'server' | 'cwd' | 'given';
  /** The server's command line allows it, whatever else proves it. */
  readonly isServers: boolean;
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
  return {
    roots: [{ path: canonical, spelled: [path], from: 'given', isServers: false, why: 'given by hand' }],
    refused: [],
  };
}

function judged(candidates: readonly Candidate[], world: World): RootFacts {
  const roots = new Map<string, Root>();
  const refused: { path: string; why: string }[] = [];
  for (const { path: written, from, named } of candidates.slice(0, MAX_ROOTS)) {
    const folder = canonicalPath(written, world).canonical;
    const why = folder === null ? 'it cannot be read' : tooWide(folder, world);
    if (folder === null || why !== null) {
      refused.push({ path: written, why: why ?? 'it cannot be read' });
      continue;
    }
    // A server's folder is meant as it stands; a project is the checkout that it lies in.
    const top = from === 'server' ? null : (checkoutOf(folder, world)?.top ?? null);
    const path = top !== null && tooWide(top, world) === null ? top : folder;
    const known = roots.get(path);
    roots.set(path, {
      path,
      from: known?.from ?? from,
      isServers: known?.isServers === true || from === 'server',
      spelled: [...(known?.spelled ?? []), ...spellings(written, folder, path, world)],
      why: known?.why ?? (path === top ? `top of the git checkout at ${named}` : named),
    });
  }
  return { roots: [...roots.values()], refused };
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

/** A variable may name several folders, as paths or URIs. */
function foldersOf(value: string, world: World): string[] {
  const separator = world.paths === 'win32' ? /[,;\n]/ : /[,;:\n]/;
  return value
    .split(separator)
    .map((one) => one.trim())
    .filter((one) => (world.paths === 'win32' ? /^[a-z]:[\\/]|^\\\\/i : /^\//).test(one));
}
