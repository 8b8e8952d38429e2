/** A drill's result for people: a line for each case, what was expected beside what was seen, and what that comes to. */
import type { DrillCase, DrillOutcome, DrillResult } from '../protocol/drill.ts';
import type { Paint } from './paint.ts';
import { safeLine } from './safeText.ts';

const WORDS: Readonly<Record<DrillCase['verdict'], string>> = { passed: 'ok', failed: 'FAIL', not_tried: 'not run' };

export function drillLines({ drill, server, cases, verdict, environment }: DrillResult, paint: Paint): string[] {
  const marks: Readonly<Record<DrillCase['verdict'], Paint['good']>> = {
    passed: paint.good,
    failed: paint.bad,
    not_tried: paint.warn,
  };
  const rows = cases.map((one) => ({
    mark: marks[one.verdict](WORDS[one.verdict].padEnd(7)),
    cells: [one.case, outcomeText(one.expected), one.seen === null ? '-' : outcomeText(one.seen)] as const,
    one,
  }));
  const heads = ['case', 'expected', 'seen'] as const;
  const widths = heads.map((head, at) => Math.max(head.length, ...rows.map(({ cells }) => cells[at]?.length ?? 0)));
  const line = (cells: readonly string[]) => cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ');
  return [
    paint.bold(safeLine(`drill ${drill}${server === null ? '' : `  ${server}`}`)),
    paint.dim(`${''.padEnd(7)}  ${line(heads)}`.trimEnd()),
    ...rows.flatMap(({ mark, cells, one }) => [
      `${mark}  ${line(cells)}  ${paint.dim(safeLine(one.what + (passedNote(one) ?? '')))}`,
      ...(one.note === null || one.verdict === 'passed' ? [] : [`${''.padEnd(9)}${safeLine(one.note)}`]),
    ]),
    '',
    ...endLines(cases, verdict, environment.checkout.root),
  ];
}

function passedNote({ verdict, note }: DrillCase): string | null {
  return verdict === 'passed' && note !== null ? ` (${note})` : null;
}

export function outcomeText({ kind, reason }: DrillOutcome): string {
  return reason === null ? kind : `${kind} ${reason}`;
}

function endLines(cases: readonly DrillCase[], verdict: DrillResult['verdict'], root: string): string[] {
  const of = (wanted: DrillCase['verdict']) => cases.filter((one) => one.verdict === wanted).length;
  if (verdict === 'passed')
    return [safeLine(`All ${cases.length} as expected. Kept for ${root}; doctor says when it is stale.`)];
  if (verdict === 'failed')
    return [`${of('failed')} of ${cases.length} not as expected: policy does not contain here.`];
  return [`${of('not_tried')} of ${cases.length} could not be tried; the others were as expected.`];
}
