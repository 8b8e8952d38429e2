/** Differences in one line, for lists and tooltips: what somebody wants to know before they open anything. */
import type { Difference, DifferenceGroup } from '../protocol/comparison.ts';

const NAMED = 3;
const WORD_CHARS = 28;
const ITEM_CHARS = 60;
/** Groups whose items have content: that it changed says more than its size before and after. */
const EDITED: ReadonlySet<DifferenceGroup> = new Set(['instructions', 'tools', 'fixtures']);

/** What a difference says where a thing is not set, as opposed to not known. */
export const NOT_SET = 'not set';

/** What it means that an imported file is not listed: nothing imports it, whether or not it is there. */
export const NOT_IMPORTED = 'not imported';

/** What is said where nothing differs. */
export const SAME_WORKBENCH = 'same workbench';

/** `3 changes: CLAUDE.md edited; GITHUB_TOKEN gone; filesystem 2.3.0 → 2.4.0`, or `same workbench`. */
export function changeSentence(differences: readonly Difference[]): string {
  const count = differences.length;
  if (count === 0) return SAME_WORKBENCH;
  const named = differences.slice(0, NAMED).map(phraseOf).join('; ');
  const more = count > NAMED ? `; ${count - NAMED} more` : '';
  return `${count} ${count === 1 ? 'change' : 'changes'}: ${named}${more}`;
}

/** One difference in a few words. */
export function phraseOf({ group, item, before, after, text_diff }: Difference): string {
  const name = item.length > ITEM_CHARS ? `…${item.slice(1 - ITEM_CHARS)}` : item;
  const saysAll = group === 'files' || after?.startsWith('renamed from ');
  if (saysAll && after !== null) return `${name} ${after}`;
  if (before === NOT_IMPORTED) return `${name} imported now`;
  if (after === NOT_IMPORTED) return `${name} no longer imported`;
  if (before === null || before === NOT_SET) return `${name} new`;
  if (after === null || after === NOT_SET) return `${name} gone`;
  if (EDITED.has(group) || text_diff !== null) return `${name} edited`;
  const isShort = before !== after && before.length <= WORD_CHARS && after.length <= WORD_CHARS;
  return isShort ? `${name} ${before} → ${after}` : `${name} changed`;
}
