/** The reasons that hold against one reading of a path, in the order of RECORDS, each with the rule by which it does. */
import type { Access, PathReason } from '../protocol/policy.ts';
import type { PathFlag } from './canonicalPath.ts';
import { lies, namesOf, pathOf, within } from './pathKey.ts';
import type { PatternList } from './pathPattern.ts';
import type { AllowedPlace, PathRules } from './pathRules.ts';
import type { Reading } from './readings.ts';
import { siblingOf } from './siblings.ts';
import type { World } from './world.ts';

/** A reason that holds, and the rule by which: `hidden_config:.git`, `root:/w`, `deny:secret`. */
export interface PathFault {
  readonly reason: PathReason;
  readonly rule: string;
}

export interface PathInQuestion {
  readonly reading: Reading;
  readonly canonical: string;
  /** The root that it lies in; null outside. */
  readonly root: string | null;
  readonly access: Access;
  readonly flags: ReadonlySet<PathFlag>;
}

export function pathFaults(path: PathInQuestion, rules: PathRules, world: World): PathFault[] {
  const { canonical, access } = path;
  const given = rules.allowed(canonical);
  const isGiven = given !== null && (given.access === 'write' || access === 'read');
  const isOut = path.root === null && !isGiven;
  const faults: PathFault[] = [];
  const hold = (reason: PathReason, rule: string) => faults.push({ reason, rule });
  // Without a root nothing can be said to be outside it; the lists hold wherever a path leads.
  const outside = isOut && rules.roots.length > 0;
  const way = outside ? lexicalWay(path.reading, rules, world) : 'inside';
  const isExcused =
    outside &&
    ((access === 'read' && rules.readable.fits(canonical) !== null) ||
      (way === 'elsewhere' && rules.scratch(canonical)));
  const root = `root:${rules.roots[0]}`;
  if (outside && !isExcused && way === 'climbed') hold('parent_traversal', root);
  if (outside && !isExcused && way === 'inside') hold('symlink_escape', root);
  const sibling = outside ? siblingOf(canonical, rules, world) : null;
  if (sibling !== null) hold('sibling_workspace', `sibling_workspace:${sibling}`);
  faults.push(...listFaults(path, given, isOut, rules));
  if (outside && !isExcused) {
    if (access === 'write' && given !== null) hold('write_not_allowed', given.rule);
    else hold(access === 'write' ? 'write_outside_root' : 'read_outside_root', root);
  }
  const denied = fitsEither(rules.denied, path);
  if (denied !== null) hold(access === 'write' ? 'write_not_allowed' : 'read_outside_root', `deny:${denied}`);
  return faults;
}

/** The lists, for where it leads and for what it was called. A place that the user allowed by name is not held against it. */
function listFaults(
  path: PathInQuestion,
  given: AllowedPlace | null,
  isOut: boolean,
  { lists }: PathRules,
): PathFault[] {
  const { access, flags } = path;
  const listed = (list: 'hidden_config' | 'host_mounts' | 'credential_files') =>
    given?.named[access].has(list) ? null : fitsEither(lists[list], path);
  const device = flags.has('device') || flags.has('magic_link') || (isOut && flags.has('network'));
  const faults: PathFault[] = [];
  const hidden = listed('hidden_config');
  if (hidden !== null) faults.push({ reason: 'hidden_config', rule: `hidden_config:${hidden}` });
  // A workspace may itself lie on a mount; a device is one wherever its name stands.
  const mount = isOut ? listed('host_mounts') : null;
  if (mount !== null || device) faults.push({ reason: 'host_mount', rule: `host_mount:${mount ?? 'device'}` });
  const secret = listed('credential_files');
  if (secret !== null) faults.push({ reason: 'credential_file', rule: `credential_file:${secret}` });
  return faults;
}

/** What fits where a path leads, else what fits what it was called: most are called what they are. */
function fitsEither(list: PatternList, { canonical, reading }: PathInQuestion): string | null {
  const { lexical } = reading;
  return list.fits(canonical) ?? (lexical === canonical ? null : list.fits(lexical));
}

/**
 * How the text by itself lies to the roots, links not followed: `inside` at its end, `climbed` out of one by `..`, or
 * `elsewhere` from its start.
 */
function lexicalWay({ asked, base }: Reading, rules: PathRules, world: World): 'inside' | 'climbed' | 'elsewhere' {
  const kept: string[] = [];
  let hasClimbed = false;
  const isInside = () =>
    rules.spelledRoots.some((root) => {
      const how = lies(kept, root);
      return (
        how === 'in' ||
        (how === 'other_spelling' && within(pathOf(kept, world.paths), pathOf(root, world.paths), world) !== 'out')
      );
    });
  const steps = namesOf(asked, world.paths);
  const baseSteps = base === null ? 0 : namesOf(base, world.paths).length;
  for (const [at, name] of steps.entries()) {
    if (name === '.') continue;
    if (name !== '..') kept.push(name);
    else {
      const wasInside = at >= baseSteps && isInside();
      kept.pop();
      if (wasInside && !isInside()) hasClimbed = true;
    }
  }
  if (isInside()) return 'inside';
  return hasClimbed ? 'climbed' : 'elsewhere';
}
