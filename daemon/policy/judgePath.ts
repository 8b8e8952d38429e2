/**
 * Whether one path argument stays where the agent may work, and if not why: every reason that holds, in the order of RECORDS
 * (PathReason). A path that servers may read in several ways stays inside only if every reading does.
 */
import type { Access } from '../protocol/policy.ts';
import { canonicalPath, type PathFlag } from './canonicalPath.ts';
import { type PathFault, pathFaults } from './pathFaults.ts';
import { namesOf, within } from './pathKey.ts';
import type { PathRules } from './pathRules.ts';
import { type Base, type Reading, readings } from './readings.ts';
import { checkoutOf, gitDirOf, mainCheckoutOf } from './worktree.ts';
import type { World } from './world.ts';

export interface PathQuestion {
  readonly requested: string;
  readonly access: Access;
  readonly bases: readonly Base[];
  /** Whether the server takes `~` for the home folder; null where nobody knows. */
  readonly expandsHome: boolean | null;
  /** The server runs git there: where a `.git` file leads counts, too. */
  readonly isCheckout: boolean;
}

export interface JudgedPath {
  readonly requested: string;
  readonly access: Access;
  /** As the kernel reads it, or as the reading does that is refused; null where neither can be told. */
  readonly canonical: string | null;
  /** The deepest root that it lies in. */
  readonly root: string | null;
  readonly symlinks: readonly string[];
  readonly flags: readonly PathFlag[];
  /** Every reason that holds, in order; empty where nothing speaks against it. */
  readonly faults: readonly PathFault[];
}

const UNPROVABLE: PathFault = { reason: 'unprovable_root', rule: 'root:unknown' };

export function judgePath(question: PathQuestion, rules: PathRules, world: World): JudgedPath {
  const { requested, access } = question;
  const read = readings(requested, question.bases, question.expandsHome, world);
  if (read.kind === 'invalid') {
    const faults: PathFault[] = [{ reason: 'invalid_path', rule: 'invalid_path' }];
    return { requested, access, canonical: null, root: null, symlinks: [], flags: read.flags, faults };
  }
  const judged: JudgedReading[] = [];
  for (const reading of read.readings) {
    // Another reading that ends where the first one did says nothing new.
    if (judged.some((one) => one.canonical === reading.path && one.symlinks.length === 0)) continue;
    judged.push(judgeReading(reading, question, rules, world));
  }
  const guilty = judged.find(({ sure, faults }) => sure && faults.length > 0);
  const doubtful = judged.find(({ faults }) => faults.length > 0);
  const told = guilty ?? doubtful ?? judged[0];
  const isProven = read.complete && judged.every(({ proven }) => proven);
  return {
    requested,
    access,
    canonical: told?.canonical ?? null,
    root: told?.root ?? null,
    symlinks: told?.symlinks ?? [],
    flags: [...(told?.flags ?? [])],
    faults: guilty ? guilty.faults : doubtful || !isProven ? [UNPROVABLE] : [],
  };
}

interface JudgedReading {
  readonly canonical: string | null;
  readonly root: string | null;
  readonly symlinks: readonly string[];
  readonly flags: ReadonlySet<PathFlag>;
  readonly faults: readonly PathFault[];
  readonly sure: boolean;
  /** Whether it could be said at all that it stays inside. */
  readonly proven: boolean;
}

function judgeReading(reading: Reading, question: PathQuestion, rules: PathRules, world: World): JudgedReading {
  const walked = canonicalPath(reading.path, world, rules.known);
  const { canonical, symlinks, isFile } = walked;
  const flags = new Set<PathFlag>([...reading.flags, ...walked.flags]);
  const common = { canonical, symlinks, flags, sure: reading.sure };
  if (canonical === null) {
    const faults: PathFault[] = flags.has('loop') ? [{ reason: 'invalid_path', rule: 'invalid_path:loop' }] : [];
    return { ...common, root: null, faults, proven: faults.length > 0 };
  }
  const place = rootOf(canonical, rules, world);
  if (place?.how === 'other_spelling') flags.add('other_spelling');
  const root = place?.root ?? worktreeOf({ canonical, isFile }, question.access, rules, flags, world);
  const { access } = question;
  const faults = pathFaults({ reading, canonical, root, access, flags }, rules, world);
  if (question.isCheckout && root !== null)
    faults.unshift(...checkoutFaults({ canonical, isFile }, root, rules, flags, world));
  if (access === 'write' && rules.lists.instruction_files.fits(canonical)) flags.add('instruction_file');
  const isSeen = !flags.has('unreadable') && (walked.exists || !flags.has('short_name'));
  return { ...common, root, faults, proven: faults.length > 0 || (rules.roots.length > 0 && isSeen) };
}

/** Where a path leads, and whether that is seen to be no folder. */
interface Place {
  readonly canonical: string;
  readonly isFile: boolean;
}

/** The deepest root that holds a path. */
function rootOf(path: string, rules: PathRules, world: World): { root: string; how: 'in' | 'other_spelling' } | null {
  for (const root of rules.roots) {
    const how = within(path, root, world);
    if (how !== 'out') return { root, how };
  }
  return null;
}

/**
 * Another worktree of a root's own repository: its files are the same project's. All may be read; written only from the
 * main checkout, because who works in a linked worktree was put there to leave the others alone.
 */
function worktreeOf(place: Place, access: Access, rules: PathRules, flags: Set<PathFlag>, world: World): string | null {
  if (rules.roots.length === 0) return null;
  // A folder that holds a root as well is no worktree of the root's.
  const names = namesOf(place.canonical, world.paths);
  const shared = rules.roots.map((root) => sharedNames(names, namesOf(root, world.paths)));
  const checkout = checkoutOf(place.canonical, world, Math.max(...shared), place.isFile);
  if (checkout === null) return null;
  const main = mainCheckoutOf(checkout.top, world);
  const isOurs = rules.mains.some((one) => one.main === main && (access === 'read' || one.root === main));
  // A checkout of its own that lies elsewhere has itself for its main one, and no root shares it.
  if (!isOurs) return null;
  flags.add('worktree');
  return checkout.top;
}

function sharedNames(one: readonly string[], other: readonly string[]): number {
  const at = one.findIndex((name, index) => name !== other[index]);
  return at < 0 ? one.length : at;
}

/** A `.git` file inside the root that leads git out of it. */
function checkoutFaults(place: Place, root: string, rules: PathRules, flags: Set<PathFlag>, world: World): PathFault[] {
  const checkout = checkoutOf(place.canonical, world, 0, place.isFile);
  if (!checkout?.isFile || rules.roots.includes(checkout.top) || checkout.top.length < root.length) return [];
  flags.add('nested_git_file');
  const gitDir = gitDirOf(checkout.top, world);
  if (gitDir !== null && rootOf(gitDir, rules, world) !== null) return [];
  return rules.mains.some(({ main }) => main === mainCheckoutOf(checkout.top, world))
    ? []
    : [{ reason: 'symlink_escape', rule: `gitdir:${gitDir ?? 'unknown'}` }];
}
