/**
 * Whether one path argument stays where the agent may work, and if not why: the first reason that holds, in the order of
 * RECORDS (PathReason). A path that servers may read in several ways stays inside only if every reading does.
 */
import type { Access, PathReason } from '../protocol/policy.ts';
import { canonicalPath, type PathFlag } from './canonicalPath.ts';
import { namesOf, within } from './pathKey.ts';
import type { PathRules } from './pathRules.ts';
import { type Base, type Reading, readings } from './readings.ts';
import { isSibling } from './siblings.ts';
import type { World } from './world.ts';

export interface PathQuestion {
  readonly requested: string;
  readonly access: Access;
  readonly bases: readonly Base[];
  readonly expandsHome: boolean | null;
}

/** A reason that holds, and the rule by which: `hidden_config:**​/.git`, `root:/w`. */
export interface PathFault {
  readonly reason: PathReason;
  readonly rule: string;
}

export interface JudgedPath {
  readonly requested: string;
  readonly access: Access;
  /** The kernel's own reading, or the refused one; null where none can be told. */
  readonly canonical: string | null;
  /** The deepest root that it lies in. */
  readonly root: string | null;
  readonly symlinks: readonly string[];
  readonly flags: readonly PathFlag[];
  /** Every reason that holds, in order; empty where nothing speaks against it. */
  readonly faults: readonly PathFault[];
  /** False where only a reading that some servers have is at fault, or where no root or folder is proven. */
  readonly sure: boolean;
}

export function judgePath(question: PathQuestion, rules: PathRules, world: World): JudgedPath {
  const { requested, access } = question;
  const read = readings(requested, question.bases, question.expandsHome, world);
  if (read.kind === 'invalid') return invalid(question, read.flags);
  const judged = read.readings.map((reading) => judgeReading(reading, question, rules, world));
  const guilty =
    judged.find(({ sure, faults }) => sure && faults.length > 0) ?? judged.find(({ faults }) => faults.length > 0);
  const first = guilty ?? judged[0];
  const flags = new Set<PathFlag>(judged.filter((one) => one === first).flatMap((one) => [...one.flags]));
  const unproven = !read.complete || judged.some(({ proven }) => !proven);
  const faults = [...(first?.faults ?? [])];
  const certain = first !== undefined && first.faults.length > 0 && first.sure;
  if (!certain && (unproven || faults.length > 0))
    faults.splice(0, faults.length, { reason: 'unprovable_root', rule: 'root:unknown' });
  return {
    requested,
    access,
    canonical: first?.canonical ?? null,
    root: first?.root ?? null,
    symlinks: first?.symlinks ?? [],
    flags: [...flags],
    faults,
    sure: certain || faults.length === 0,
  };
}

function invalid({ requested, access }: PathQuestion, flags: readonly PathFlag[]): JudgedPath {
  const faults: PathFault[] = [{ reason: 'invalid_path', rule: 'invalid_path' }];
  return { requested, access, canonical: null, root: null, symlinks: [], flags, faults, sure: true };
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
  const walked = canonicalPath(reading.path, world);
  const flags = new Set<PathFlag>([...reading.flags, ...walked.flags]);
  const common = { canonical: walked.canonical, symlinks: walked.symlinks, flags, sure: reading.sure };
  if (walked.canonical === null) {
    const looped = flags.has('loop');
    const faults: PathFault[] = looped ? [{ reason: 'invalid_path', rule: 'invalid_path:loop' }] : [];
    return { ...common, root: null, faults, proven: looped };
  }
  const place = rootOf(walked.canonical, rules, world);
  if (place?.how === 'other_spelling') flags.add('other_spelling');
  const root = place?.root ?? null;
  const faults = faultsOf(reading, walked.canonical, root, flags, question, rules, world);
  const blind = flags.has('unreadable') || (flags.has('short_name') && !walked.exists);
  return {
    ...common,
    root,
    faults,
    proven: faults.length > 0 || ((root !== null || rules.roots.length > 0) && !blind),
  };
}

/** The deepest root that holds a path. */
function rootOf(path: string, rules: PathRules, world: World): { root: string; how: 'in' | 'other_spelling' } | null {
  for (const root of rules.roots) {
    const how = within(path, root, world);
    if (how !== 'out') return { root, how };
  }
  return null;
}

function faultsOf(
  reading: Reading,
  canonical: string,
  root: string | null,
  flags: Set<PathFlag>,
  { requested, access }: PathQuestion,
  rules: PathRules,
  world: World,
): PathFault[] {
  const names = namesOf(canonical, world.paths);
  const asked = namesOf(reading.path, world.paths);
  const faults: PathFault[] = [];
  const hold = (reason: PathReason, rule: string) => faults.push({ reason, rule });
  const given = rules.allowed(names);
  const isGiven = given !== null && (given.access === 'write' || access === 'read');
  const out = root === null && !isGiven;
  const device = flags.has('device') || flags.has('network') || flags.has('magic_link');
  if (rules.roots.length > 0 && out) {
    const way = lexicalWay(reading, rules, world);
    const excused =
      (access === 'read' && rules.readable.fits(names) !== null) || (way === 'elsewhere' && rules.scratch(canonical));
    if (!excused && way === 'climbed') hold('parent_traversal', `root:${rules.roots[0]}`);
    if (!excused && way === 'inside') hold('symlink_escape', `root:${rules.roots[0]}`);
    const sibling = isSibling(canonical, rules, world);
    if (sibling !== null) hold('sibling_workspace', `sibling_workspace:${sibling}`);
    listed(faults, names, asked, given, rules, device, true);
    if (!excused) {
      if (access === 'write' && given !== null) hold('write_not_allowed', given.rule);
      else hold(access === 'write' ? 'write_outside_root' : 'read_outside_root', `root:${rules.roots[0]}`);
    }
  } else listed(faults, names, asked, given, rules, device, out);
  const denied = rules.denied.fits(names) ?? rules.denied.fits(asked);
  if (denied !== null) hold(access === 'write' ? 'write_not_allowed' : 'read_outside_root', `deny:${denied}`);
  if (access === 'write' && rules.lists.instruction_files.fits(names) !== null) flags.add('instruction_file');
  // A name that the agent did not say by itself, such as a link's, is judged as it was asked, too.
  return requested === '' && faults.length === 0 ? [] : faults;
}

/** The lists, in their order. A place that the user allowed by name is not held against the call. */
function listed(
  faults: PathFault[],
  names: readonly string[],
  asked: readonly string[],
  given: ReturnType<PathRules['allowed']>,
  rules: PathRules,
  device: boolean,
  outside: boolean,
): void {
  const { hidden_config, host_mounts, credential_files } = rules.lists;
  const hidden = given?.named.has('hidden_config') ? null : (hidden_config.fits(names) ?? hidden_config.fits(asked));
  if (hidden !== null) faults.push({ reason: 'hidden_config', rule: `hidden_config:${hidden}` });
  const mount = host_mounts.fits(names) ?? (device ? 'device' : null);
  if (mount !== null && (outside || device) && !given?.named.has('host_mount'))
    faults.push({ reason: 'host_mount', rule: `host_mount:${mount}` });
  const secret = given?.named.has('credential_file')
    ? null
    : (credential_files.fits(names) ?? credential_files.fits(asked));
  if (secret !== null) faults.push({ reason: 'credential_file', rule: `credential_file:${secret}` });
}

/**
 * How the text by itself lies to the roots, links not followed: `inside` to its end, `climbed` out by `..`, or
 * `elsewhere` from the start.
 */
function lexicalWay(reading: Reading, rules: PathRules, world: World): 'inside' | 'climbed' | 'elsewhere' {
  const kept: string[] = [];
  let climbed = false;
  const isInside = () =>
    rules.spelledRoots.some((root) => kept.length >= root.length && root.every((n, i) => kept[i] === n));
  for (const name of namesOf(reading.base ?? reading.path, world.paths)) step(name);
  if (reading.base !== null) {
    const rest = namesOf(reading.path, world.paths).slice(namesOf(reading.base, world.paths).length);
    for (const name of rest) step(name);
  }
  if (isInside()) return 'inside';
  return climbed || (reading.flags.includes('lexical') && climbed) ? 'climbed' : 'elsewhere';

  function step(name: string): void {
    if (name === '.') return;
    if (name !== '..') kept.push(name);
    else {
      const before = isInside();
      kept.pop();
      if (before && !isInside()) climbed = true;
    }
  }
}
