/** The words of comparisons, the same in the command line and on the page: groups, counts, and what changed in a call. */
import type { ComparedCall, ComparedHead, DifferenceGroup } from '../protocol/comparison.ts';
import { durationText } from './durationText.ts';

const GROUPS: Readonly<Record<DifferenceGroup, string>> = {
  instructions: 'Instructions',
  servers: 'Servers',
  tools: 'Tools',
  settings: 'Agent settings',
  environment: 'Environment',
  dependencies: 'Dependencies',
  fixtures: 'Test data',
  test_command: 'Test command',
  files: 'Files',
  git: 'Git',
  ignored: 'Ignored by git',
  machine: 'Machine',
};

/** Said where two captures differ in nothing that both know of. */
export const NO_DIFFERENCE = 'no difference';
/**
 * Said where the runs part and nothing of the workbench stands beside it.
 * @param missing why there is no comparison of workbenches; null where there is one
 */
export const unexplained = (missing: string | null): string =>
  missing === null
    ? 'Nothing of the workbench that was captured differs: the cause lies elsewhere.'
    : 'What could explain it is not known: not both workbenches were captured.';
/** Said of a call whose record was thrown away. */
export const CALL_GONE = 'a call that is no longer there';

/** The group's name for people. */
export const groupName = (group: DifferenceGroup): string => GROUPS[group];

/** `12 equal, 1 changed, 2 only in A`; what is zero is left out. */
export function callCounts(calls: readonly ComparedCall[]): string {
  const count = (status: ComparedCall['status']) => calls.filter((one) => one.status === status).length;
  const all = [
    [count('equal'), 'equal'],
    [count('changed'), 'changed'],
    [count('only_a'), 'only in A'],
    [count('only_b'), 'only in B'],
  ] as const;
  if (calls.length === 0) return 'neither run called a tool';
  return all.flatMap(([n, word]) => (n > 0 ? `${n} ${word}` : [])).join(', ');
}

/** `1 equal call`, `12 equal calls`: a stretch that is not drawn call by call. */
export const equalCalls = (count: number): string => `${count} ${count === 1 ? 'equal call' : 'equal calls'}`;

export interface ChangedAspect {
  readonly name: string;
  /** null: what changed is not told side by side. */
  readonly a: string | null;
  readonly b: string | null;
}

/** What is another in a changed call, each with both sides. */
export function changedAspects(
  { changed }: ComparedCall,
  a: ComparedHead | undefined,
  b: ComparedHead | undefined,
): ChangedAspect[] {
  return changed.map((what) => {
    switch (what) {
      case 'arguments':
        return { name: 'arguments', a: a?.summary ?? '?', b: b?.summary ?? '?' };
      case 'outcome':
        return { name: 'outcome', a: outcomeOf(a), b: outcomeOf(b) };
      case 'duration':
        return { name: 'duration', a: tookOf(a), b: tookOf(b) };
      case 'result':
        return { name: 'the answer is another', a: null, b: null };
      default:
        return what satisfies never;
    }
  });
}

const outcomeOf = (head: ComparedHead | undefined) =>
  head ? `${head.outcome}${head.error_message ? ` (${head.error_message})` : ''}` : '?';
const tookOf = (head: ComparedHead | undefined) =>
  head?.duration_ms === null || head === undefined ? '?' : durationText(head.duration_ms);
