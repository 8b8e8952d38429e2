/** Which texts stand behind a difference of two captures, by the digests under which the captures keep them. */
import type { DifferenceGroup } from '../protocol/comparison.ts';
import type { Capture } from '../protocol/workbench.ts';
import { factsOfVersion } from './factsOfVersion.ts';
import { factsOfWorkbench } from './factsOfWorkbench.ts';
import { diffCaptures } from './harnessDiff.ts';

export interface DifferenceTexts {
  /** null: there was, or is, none. */
  readonly before: string | null;
  readonly after: string | null;
}

/** @returns null where the captures do not differ in it, or people read no text there */
export function differenceTexts(a: Capture, b: Capture, group: DifferenceGroup, item: string): DifferenceTexts | null {
  const difference = diffCaptures(a, b).find((one) => one.group === group && one.item === item);
  if (!difference || difference.text_diff === null) return null;
  const renamed = difference.after?.startsWith('renamed from ') ? difference.before : null;
  return { before: textOf(a, group, renamed ?? item), after: textOf(b, group, item) };
}

function textOf({ harness, workbench }: Capture, group: DifferenceGroup, item: string): string | null {
  const facts = [...factsOfVersion(harness), ...factsOfWorkbench(workbench)];
  return facts.find((fact) => fact.group === group && fact.item === item)?.text ?? null;
}
