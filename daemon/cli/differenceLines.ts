/** Differences of a workbench as lines for people: what, from what to what, and why it matters; texts as a diff below. */
import { phraseOf } from '../model/changeSentence.ts';
import { groupName } from '../model/comparisonText.ts';
import type { Difference } from '../protocol/comparison.ts';
import type { Drawing } from './callLine.ts';
import { cut } from './cells.ts';
import { safeBlock, safeLine } from './safeText.ts';

/** @param withTexts unified diffs stand below what people read as text */
export function differenceLines(differences: readonly Difference[], drawing: Drawing, withTexts: boolean): string[] {
  const { paint, terminal } = drawing;
  const shown = (text: string) => cut(safeLine(text, terminal.unicode), terminal.columns - 4, terminal.unicode);
  return differences.flatMap((difference, index) => {
    const isFirst = differences[index - 1]?.group !== difference.group;
    const heading = isFirst ? [paint.bold(groupName(difference.group))] : [];
    const lines = [
      `  ${shown(phraseOf(difference))}`,
      `    ${paint.dim(shown(difference.why_it_matters))}`,
      ...valueLines(difference, drawing, shown),
    ];
    const diff = withTexts && difference.text_diff !== null ? diffLines(difference.text_diff, drawing) : [];
    return [...heading, ...lines, ...diff];
  });
}

/** Groups whose values say what is new there: an entry's command, a permission, what a hook runs. */
const VALUES: ReadonlySet<Difference['group']> = new Set(['servers', 'settings', 'test_command']);

/** What the phrase above does not say of what was there and is there now. */
function valueLines(
  { group, before, after, text_diff, item }: Difference,
  { paint }: Drawing,
  shown: (text: string) => string,
): string[] {
  if (!VALUES.has(group) || text_diff !== null) return [];
  const phrase = phraseOf({ group, before, after, text_diff, item, why_it_matters: '' });
  const isSaid = (value: string | null) => value === null || value === '' || phrase.includes(value);
  if (isSaid(before) && isSaid(after)) return [];
  return [
    ...(before === null || before === '' ? [] : [`    ${paint.bad(shown(`- ${before}`))}`]),
    ...(after === null || after === '' ? [] : [`    ${paint.good(shown(`+ ${after}`))}`]),
  ];
}

function diffLines(diff: string, { paint }: Drawing): string[] {
  return safeBlock(diff)
    .replace(/\n$/, '')
    .split('\n')
    .slice(2)
    .map((line) => {
      const colour = line.startsWith('+') ? paint.good : line.startsWith('-') ? paint.bad : paint.dim;
      return `    ${colour(line)}`;
    });
}
