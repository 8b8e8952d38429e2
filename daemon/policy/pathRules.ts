/** The part of a connection's policy that judges paths, made ready: roots, allowed and denied places, lists. */
import type { Access, AllowedPath, PathLists } from '../protocol/policy.ts';
import { type KnownFolder, knownFolder } from './canonicalPath.ts';
import { namesOf } from './pathKey.ts';
import { PATH_LISTS } from './pathLists.ts';
import { type PatternList, patternList } from './pathPattern.ts';
import type { World } from './world.ts';

export interface PathRules {
  /** Canonical, the deepest first. */
  readonly roots: readonly string[];
  /** Those of the roots that stand there, the deepest first. */
  readonly known: readonly KnownFolder[];
  /** Names of the roots as they are spelled, canonical and not: what a text by itself may lie in. */
  readonly spelledRoots: readonly (readonly string[])[];
  /** The main checkout of each root's repository, or the root itself. */
  readonly mains: readonly { readonly root: string; readonly main: string }[];
  /** Canonical roots of recorded workspaces. */
  readonly workspaces: readonly string[];
  readonly lists: {
    readonly credential_files: PatternList;
    readonly hidden_config: PatternList;
    readonly host_mounts: PatternList;
    readonly sibling_workspaces: PatternList;
    readonly instruction_files: PatternList;
  };
  readonly readable: PatternList;
  readonly denied: PatternList;
  /** What the user allows beyond the roots. */
  allowed(canonical: string): AllowedPlace | null;
  /** Whether a path lies in a temporary folder, and not in the neighbourhood of a root that lies there itself. */
  scratch(canonical: string): boolean;
}

const LIST_NAMES = ['hidden_config', 'host_mounts', 'credential_files'] as const;
type ListName = 'hidden_config' | 'host_mounts' | 'credential_files';

export interface AllowedPlace {
  readonly access: Access;
  readonly rule: string;
  /** The lists that the allowed path itself stands in, for that access: the user named it, knowing what it is. */
  readonly named: Readonly<Record<Access, ReadonlySet<ListName>>>;
}

export interface PathRuleInputs {
  /** Canonical path and the ways in which it was spelled. */
  readonly roots: readonly { readonly path: string; readonly spelled: readonly string[] }[];
  readonly mains: PathRules['mains'];
  readonly workspaces: readonly string[];
  readonly allow: readonly AllowedPath[];
  readonly deny: readonly string[];
  readonly lists: PathLists;
}

type Facts = Pick<World, 'paths' | 'tempFolders'>;

export function pathRules(inputs: PathRuleInputs, world: World): PathRules {
  const { paths, home } = world;
  const roots = [...new Set(inputs.roots.map(({ path }) => path))].sort((a, b) => b.length - a.length);
  const list = (patterns: readonly string[]) => patternList(patterns, roots, home, paths);
  const { credential_files = [], hidden_config = [], host_mounts = [], sibling_workspaces = [] } = inputs.lists;
  const lists = {
    credential_files: list([...PATH_LISTS.credential_files, ...world.ownFolders, ...credential_files]),
    hidden_config: list([...PATH_LISTS.hidden_config, ...hidden_config]),
    host_mounts: list([...PATH_LISTS.host_mounts, ...host_mounts]),
    sibling_workspaces: list(sibling_workspaces),
    instruction_files: list(PATH_LISTS.instruction_files),
  };
  const places = inputs.allow.map(({ path, access }) => {
    const literal = path.includes('*') ? null : literalPath(path, roots[0] ?? null, home);
    const named = new Set(LIST_NAMES.filter((name) => literal !== null && lists[name].fits(literal) !== null));
    return { access, rule: `allow:${path}`, named, pattern: list([path]) };
  });
  return {
    roots,
    known: roots.flatMap((root) => knownFolder(root, world) ?? []),
    spelledRoots: inputs.roots.flatMap(({ path, spelled }) => [path, ...spelled].map((one) => namesOf(one, paths))),
    mains: inputs.mains,
    workspaces: inputs.workspaces,
    lists,
    readable: list(PATH_LISTS.readable),
    denied: list(inputs.deny),
    allowed(canonical) {
      const fitting = places.filter(({ pattern }) => pattern.fits(canonical) !== null);
      if (fitting.length === 0) return null;
      const best = fitting.find(({ access }) => access === 'write') ?? fitting[0];
      const listsOf = (all: typeof fitting) => new Set(all.flatMap((one) => [...one.named]));
      const named = { read: listsOf(fitting), write: listsOf(fitting.filter((one) => one.access === 'write')) };
      return best ? { access: best.access, rule: best.rule, named } : null;
    },
    scratch: (canonical) => isScratch(namesOf(canonical, paths), roots, world),
  };
}

function literalPath(path: string, root: string | null, home: string | null): string | null {
  if (path === '~' || path.startsWith('~/')) return home === null ? null : `${home}${path.slice(1)}`;
  if (/^(?:[/\\]|[a-z]:)/i.test(path)) return path;
  return root === null ? null : `${root}/${path}`;
}

/** The folder of the temporary folder in which a root lies is its neighbourhood; what lies there is not scratch. */
function isScratch(names: readonly string[], roots: readonly string[], facts: Facts): boolean {
  const temps = facts.tempFolders
    .map((folder) => namesOf(folder, facts.paths))
    .filter((temp) => temp.length > 0 && temp.length < names.length && temp.every((name, at) => names[at] === name));
  return (
    temps.length > 0 &&
    temps.every((temp) => {
      const child = [...temp, names[temp.length] ?? ''];
      return !roots.some((root) => {
        const own = namesOf(root, facts.paths);
        return child.every((name, at) => own[at] === name);
      });
    })
  );
}
