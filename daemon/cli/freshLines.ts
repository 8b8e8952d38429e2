/** What comparing with a fresh checkout gave, for people: what is hidden first, because it is what bites. */
import type { FreshItem, FreshResult } from '../protocol/comparison.ts';
import type { Drawing } from './callLine.ts';
import { groupName } from './differenceLines.ts';
import { cut, safeLine } from './safeText.ts';

export function freshLines(result: FreshResult, drawing: Drawing): string[] {
  const { paint } = drawing;
  const { setup, hidden, not_prepared, rebuilt, test } = result;
  const ran = setup.ran
    ? `after ${setup.command} (${setup.source})`
    : setup.command === null
      ? 'nothing here says how to set it up'
      : `set-up not run: ${setup.command} (${setup.source})`;
  return [
    `${paint.bold(`A fresh checkout of ${safeLine(result.ref)}`)} ${paint.dim(safeLine(ran))}`,
    '',
    ...section('Hidden local context: here, and no set-up would give it', hidden, paint.bad, drawing),
    ...(hidden.length === 0 ? [paint.good('No hidden local context.'), ''] : []),
    ...section('Not prepared: set-up was not run', not_prepared, paint.warn, drawing),
    ...section('Rebuilt by set-up', rebuilt, paint.dim, drawing),
    ...(test ? testLines(test, drawing) : []),
  ];
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
  const word = { passed: paint.good('passes'), failed: paint.bad('fails'), not_run: paint.warn('did not end') };
  const lines = [
    `${paint.bold('Tests')} ${safeLine(test.command)}: here it ${word[test.warm]}, in the fresh checkout it ${word[test.fresh]}.`,
  ];
  if (test.warm !== 'passed' || test.fresh !== 'failed') return lines;
  const once = test.passes_once.map((item) => safeLine(item)).join(' and ');
  lines.push(
    once === ''
      ? '  What it lacks was not found by putting hidden items back.'
      : `  It passes once ${paint.bold(once)} ${test.passes_once.length > 1 ? 'are' : 'is'} there.`,
  );
  return lines;
}
