/** Puts together what the parts of the classification found of one call. */
import type { CallEvidence } from '../protocol/evidence.ts';

/** Members that are objects are merged by their own members; of everything else the later part's counts. */
export function mergeEvidence(before: CallEvidence, found: CallEvidence): CallEvidence {
  return {
    ...before,
    ...found,
    ...both('input_summary', before, found),
    ...both('credential', before, found),
    ...both('limits', before, found),
    ...both('adapter', before, found),
    ...both('sources', before, found),
    ...both('output', before, found),
    ...both('spend', before, found),
  };
}

type Group = 'input_summary' | 'credential' | 'limits' | 'adapter' | 'sources' | 'output' | 'spend';

function both<K extends Group>(group: K, before: CallEvidence, found: CallEvidence): Pick<CallEvidence, K> | null {
  if (before[group] === undefined || found[group] === undefined) return null;
  const merged: Pick<CallEvidence, Group> = { [group]: { ...before[group], ...found[group] } };
  return merged;
}
