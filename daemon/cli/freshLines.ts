/** What comparing with a fresh checkout gave, for people: what is hidden first, because it is what bites. */
import { groupName } from '../model/comparisonText.ts';
import { FRESH_SECTIONS, NOTHING_HIDDEN, passesOnce, setupText, TEST_ENDED } from '../model/freshText.ts';
import type { FreshItem, FreshResult } from '../protocol/comparison.ts';
import type { Drawing } from './callLine.ts';
import { cut } from './cells.ts';
import { safeLine } from './safeText.ts';

export function freshLines(result: FreshResult, drawing: Drawing): string[] {
  const { paint } = drawing;
  const { hidden, test } = result;
  const colour = { bad: paint.bad, warn: paint.warn, dim: paint.dim };
  const lines = [
    `${paint.bold(`A fresh checkout of ${safeLine(result.ref)}`)}${paint.dim(`, ${safeLine(setupText(result))}`)}`,
    '',
    ...FRESH_SECTIONS.flatMap(({ key, heading, tone }) => [
      ...section(heading, result[key], colour[tone], drawing),
      ...(key === 'hidden' && hidden.length === 0 ? [paint.good(NOTHING_HIDDEN), ''] : []),
    ]),
    ...(test ? testLines(test, drawing) : []),
  ];
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

function section(
  heading: string,
  items: readonly FreshItem[],
  colour: (text: string) => string,
  { paint, terminal }: Drawing,
): string[] {
  if (items.length === 0) return [];
  const lines = items.map(({ group, item, detail }) => {
    const about = `${detail}  (${groupName(group).toLowerCase()})`;
    const name = safeLine(item, terminal.unicode);
    const room = Number.isFinite(terminal.columns) ? terminal.columns - 4 - name.length : terminal.columns;
    return `  ${colour(name)}  ${paint.dim(cut(safeLine(about, terminal.unicode), Math.max(10, room), terminal.unicode))}`;
  });
  return [paint.bold(heading), ...lines, ''];
}

function testLines(test: NonNullable<FreshResult['test']>, { paint }: Drawing): string[] {
  const colour = { passed: paint.good, failed: paint.bad, not_run: paint.warn };
  const ended = (side: 'warm' | 'fresh') => colour[test[side]](TEST_ENDED[test[side]]);
  const lines = [
    `${paint.bold('Tests')} ${safeLine(test.command)}: here it ${ended('warm')}, in the fresh checkout it ${ended('fresh')}.`,
  ];
  const once = passesOnce(test);
  if (once === null) return lines;
  const items = once.items.map((item) => safeLine(item)).join(' and ');
  lines.push(items === '' ? `  ${once.text}` : `  It passes once ${paint.bold(items)} ${once.text}.`);
  return lines;
}
