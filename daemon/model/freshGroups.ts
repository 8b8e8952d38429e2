/**
 * What a warm folder has and a fresh checkout has not, in three groups: rebuilt by set-up, not prepared because set-up
 * was not run, and hidden local context, which no set-up would give. Pure: it judges captures.
 */
import type { Difference, FreshItem } from '../protocol/comparison.ts';
import type { Capture, IgnoredEntry, Workbench } from '../protocol/workbench.ts';
import { diffCaptures } from './harnessDiff.ts';

export interface FreshCaptures {
  readonly warm: Capture;
  /** As it was checked out. */
  readonly bare: Capture;
  /** After set-up; null where set-up did not run. */
  readonly prepared: Capture | null;
}

export interface FreshGroups {
  readonly rebuilt: FreshItem[];
  readonly not_prepared: FreshItem[];
  /** The likeliest to matter first. */
  readonly hidden: FreshItem[];
}

/** What a set-up makes, or a build. Caches are made again by whoever needs them and are not told. */
const MADE: ReadonlySet<IgnoredEntry['role']> = new Set(['dependencies', 'build']);

export function freshGroups(captures: FreshCaptures): FreshGroups {
  const { warm, bare, prepared } = captures;
  const wrong = differingPackages(warm.workbench);
  const left = contextOf(diffCaptures(prepared ?? bare, warm), captures);
  const gone = new Set(left.map(nameOf));
  const atFirst = contextOf(diffCaptures(bare, warm), captures).filter((one) => !gone.has(nameOf(one)));
  const made = madeFolders(captures);
  return {
    rebuilt: [...made.rebuilt, ...(prepared ? atFirst.map((one) => itemOf(one, warm)) : [])],
    not_prepared: made.not_prepared,
    hidden: [...left.map((one) => itemOf(one, warm)), ...wrong, ...made.hidden].sort(byWeight),
  };
}

/** Installed, and not what the lockfile says: no set-up would give these. */
function differingPackages({ installed }: Workbench): FreshItem[] {
  return installed.flatMap(({ lockfile, differing }) =>
    differing.map(({ name, locked, installed: there }) => ({
      group: 'dependencies' as const,
      item: name,
      detail: `${there ?? 'nothing'} is installed, ${lockfile} says ${locked ?? 'nothing'}`,
    })),
  );
}

/** Differences that are local context, without those that are told as folders or packages. */
function contextOf(differences: readonly Difference[], { warm, bare, prepared }: FreshCaptures): Difference[] {
  const named = new Set(warm.harness.environment?.variables.map(({ name }) => name));
  const files = new Set(warm.workbench.ignored_present.map(({ path }) => path));
  const lockfiles = new Set(
    [warm, bare].flatMap(({ harness }) => (harness.dependencies ?? []).map((one) => one.lockfile)),
  );
  const made = new Set(
    [warm, bare, prepared].flatMap((capture) =>
      (capture?.workbench.ignored_present ?? []).flatMap(({ path, role }) =>
        MADE.has(role) ? path.replace(/\/$/, '') : [],
      ),
    ),
  );
  return differences.filter(({ group, item, after }) => {
    if (group === 'machine') return false;
    // Another commit was asked for: that is no context.
    if (group === 'git') return item !== 'HEAD';
    // Packages are told one by one, or as the folder that holds them.
    if (group === 'dependencies') return lockfiles.has(item);
    // Every terminal has variables; those that something here asks for are context.
    if (group === 'environment') return named.has(item) || files.has(item.replace(/\/$/, '')) || files.has(item);
    if (group === 'ignored') return after !== null && !made.has(item.replace(/\/$/, ''));
    return true;
  });
}

function madeFolders({ warm, bare, prepared }: FreshCaptures): FreshGroups {
  const groups: FreshGroups = { rebuilt: [], not_prepared: [], hidden: [] };
  const has = (capture: Capture | null, path: string) =>
    capture?.workbench.ignored_present.some((one) => one.path === path) ?? false;
  for (const { path, kind, role } of warm.workbench.ignored_present) {
    if (!MADE.has(role) || has(bare, path)) continue;
    const group = role === 'dependencies' ? 'dependencies' : 'ignored';
    const name = kind === 'folder' ? `${path.replace(/\/$/, '')}/` : path;
    const item = { group, item: name, detail: role === 'build' ? 'build output' : 'installed dependencies' } as const;
    if (has(prepared, path)) groups.rebuilt.push(item);
    else if (prepared === null) groups.not_prepared.push(item);
    else groups.hidden.push({ ...item, detail: `${item.detail} that set-up does not make` });
  }
  return groups;
}

function itemOf({ group, item, before, after }: Difference, { workbench }: Capture): FreshItem {
  const detail = before === null ? (after ?? 'there') : `here ${after ?? 'nothing'}, fresh ${before}`;
  if (group === 'files') return { group, item, detail };
  // Told under what it means; that a commit would take it along is said all the same.
  const isEdited = workbench.git?.dirty.some(({ path }) => path === item) ?? false;
  const isNew = workbench.untracked.some(({ path }) => path === item);
  return { group, item, detail: isEdited ? `not committed: ${detail}` : isNew ? `untracked: ${detail}` : detail };
}

const nameOf = ({ group, item }: { group: string; item: string }) => `${group}/${item}`;

/** Settings and secrets first: they are what a fresh checkout most often lacks. */
const WEIGHT: readonly FreshItem['group'][] = [
  'environment',
  'dependencies',
  'ignored',
  'files',
  'instructions',
  'servers',
  'tools',
  'settings',
  'fixtures',
  'test_command',
  'git',
  'machine',
];

function byWeight(a: FreshItem, b: FreshItem): number {
  return WEIGHT.indexOf(a.group) - WEIGHT.indexOf(b.group) || (a.item < b.item ? -1 : 1);
}

/** The order in which hidden items are put back: what the failure's own words name comes first. */
export function putBackOrder(hidden: readonly FreshItem[], output: string): FreshItem[] {
  const isNamed = ({ item }: FreshItem) => {
    const name = item.replace(/\/$/, '').split('/').at(-1) ?? item;
    return name.length > 2 && output.includes(name);
  };
  return [...hidden].sort((a, b) => Number(isNamed(b)) - Number(isNamed(a)) || byWeight(a, b));
}
