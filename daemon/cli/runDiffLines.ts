/** Two runs side by side as lines for people: calls that are the same in one line, what differs each in its own. */
import { CALL_GONE, callCounts, changedAspects, equalCalls, unexplained } from '../model/comparisonText.ts';
import type { ComparedCall, ComparedHead, RunComparison } from '../protocol/comparison.ts';
import { answerLines } from './answerLines.ts';
import type { Drawing } from './callLine.ts';
import { cut } from './cells.ts';
import { differenceLines } from './differenceLines.ts';
import { safeLine } from './safeText.ts';

const SHOWN_ROWS = 200;

/** What the call where the runs part was answered, redacted; null where it is not there. */
export interface DivergingAnswers {
  readonly a: string | null;
  readonly b: string | null;
}

export function runDiffLines(comparison: RunComparison, answers: DivergingAnswers, drawing: Drawing): string[] {
  const { diff, heads, harness_missing } = comparison;
  const { paint } = drawing;
  const workbench =
    harness_missing !== null
      ? [paint.warn(harness_missing)]
      : diff.harness.length === 0
        ? ['same workbench']
        : differenceLines(diff.harness, drawing, false);
  return [
    paint.bold('Workbench'),
    ...workbench.map((line) => `  ${line}`),
    '',
    paint.bold('Calls'),
    `  ${callCounts(diff.calls)}`,
    ...callLines(diff.calls, heads, drawing),
    ...divergenceLines(comparison, answers, drawing),
  ];
}

function callLines(
  calls: readonly ComparedCall[],
  heads: Readonly<Record<string, ComparedHead>>,
  drawing: Drawing,
): string[] {
  const { paint } = drawing;
  const lines: string[] = [];
  let equal = 0;
  const flush = () => {
    if (equal > 0) lines.push(paint.dim(`  = ${equalCalls(equal)}`));
    equal = 0;
  };
  for (const [index, call] of calls.entries()) {
    if (call.status === 'equal') {
      equal++;
      continue;
    }
    flush();
    if (lines.length >= SHOWN_ROWS) {
      const left = calls.slice(index).filter(({ status }) => status !== 'equal').length;
      lines.push(paint.dim(`  … ${left} more that differ; --json has them all`));
      return lines;
    }
    const [a, b] = [headOf(call.a, heads), headOf(call.b, heads)];
    if (call.status === 'only_a') lines.push(paint.bad(`  - ${lineOf(a, drawing)}`));
    else if (call.status === 'only_b') lines.push(paint.good(`  + ${lineOf(b, drawing)}`));
    else lines.push(paint.warn(`  ~ ${lineOf(b ?? a, drawing)}`), ...changeLines(call, a, b, drawing));
  }
  flush();
  return lines;
}

const headOf = (id: string | null, heads: Readonly<Record<string, ComparedHead>>) =>
  id === null ? undefined : heads[id];

function lineOf(head: ComparedHead | undefined, { terminal }: Drawing): string {
  if (!head) return CALL_GONE;
  const words = `${head.server} ${terminal.unicode ? '·' : '/'} ${head.tool}  ${head.summary ?? ''}`.trimEnd();
  return cut(safeLine(words, terminal.unicode), terminal.columns - 4, terminal.unicode);
}

function changeLines(
  call: ComparedCall,
  a: ComparedHead | undefined,
  b: ComparedHead | undefined,
  drawing: Drawing,
): string[] {
  const { paint, terminal } = drawing;
  const arrow = terminal.unicode ? '→' : '->';
  const lines = changedAspects(call, a, b).map((one) =>
    one.a === null ? one.name : `${one.name}: ${one.a} ${arrow} ${one.b}`,
  );
  return lines.map((line) =>
    paint.dim(`      ${cut(safeLine(line, terminal.unicode), terminal.columns - 6, terminal.unicode)}`),
  );
}

function divergenceLines(
  { diff, heads, harness_missing }: RunComparison,
  answers: DivergingAnswers,
  drawing: Drawing,
): string[] {
  const { paint, terminal } = drawing;
  const first = diff.first_divergence;
  if (!first) return [];
  const head = headOf(first.b, heads) ?? headOf(first.a, heads);
  const reasons = first.explained_by.map(({ item, reason }, index) => {
    const line = `  ${index + 1}. ${safeLine(item, terminal.unicode)}: ${safeLine(reason, terminal.unicode)}`;
    return cut(line, terminal.columns, terminal.unicode);
  });
  return [
    '',
    paint.bold('Where they part'),
    `  ${lineOf(head, drawing)}`,
    paint.dim(`  callgrove call ${first.b ?? first.a ?? ''}`),
    ...answerLines(answers.a, answers.b, drawing),
    ...(reasons.length > 0
      ? ['  What could explain it, likeliest first:', ...reasons.map((line) => `  ${line}`)]
      : [paint.dim(`  ${unexplained(harness_missing)}`)]),
  ];
}
