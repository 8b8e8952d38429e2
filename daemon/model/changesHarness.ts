/**
 * What changed of the harness while a session ran. What the agent itself edits, commits and builds is its work and not
 * its workbench, so differences of such files alone do not count.
 */
import type { Difference, DifferenceGroup } from '../protocol/comparison.ts';
import type { Capture } from '../protocol/workbench.ts';
import { diffCaptures } from './harnessDiff.ts';

const WORK: ReadonlySet<DifferenceGroup> = new Set(['files', 'git', 'machine']);

export function harnessDifferences(before: Capture, after: Capture): Difference[] {
  return diffCaptures(before, after).filter(({ group }) => !WORK.has(group));
}

export function changesHarness(before: Capture, after: Capture): boolean {
  return harnessDifferences(before, after).length > 0;
}
