/** Two runs' calls as lines of equal height: a stretch of equal calls is one line, what is another in a call has its own. Pure. */
import { CALL_GONE, type ChangedAspect, changedAspects, equalCalls } from '../daemon/model/comparisonText.ts';
import type { ComparedCall, ComparedHead, RunComparison } from '../daemon/protocol/comparison.ts';
import { pairWish, readOf } from './reads.ts';
import type { State } from './state.ts';

export type ComparedLine =
  | { readonly kind: 'fold'; readonly count: number; readonly a: string | null; readonly b: string | null }
  | {
      readonly kind: 'call';
      readonly call: ComparedCall;
      readonly a: ComparedHead | undefined;
      readonly b: ComparedHead | undefined;
      /** Here the runs part. */
      readonly parts: boolean;
    }
  | { readonly kind: 'aspect'; readonly call: ComparedCall; readonly aspect: ChangedAspect };

const known = new WeakMap<RunComparison, readonly ComparedLine[]>();

/** Computed once for each comparison. */
export function comparedLines(comparison: RunComparison): readonly ComparedLine[] {
  const before = known.get(comparison);
  if (before) return before;
  const lines = linesOf(comparison);
  known.set(comparison, lines);
  return lines;
}

function linesOf({ diff, heads }: RunComparison): ComparedLine[] {
  const lines: ComparedLine[] = [];
  const first = diff.first_divergence;
  for (const call of diff.calls) {
    const last = lines.at(-1);
    if (call.status === 'equal') {
      if (last?.kind === 'fold') lines[lines.length - 1] = { ...last, count: last.count + 1 };
      else lines.push({ kind: 'fold', count: 1, a: call.a, b: call.b });
      continue;
    }
    const a = call.a === null ? undefined : heads[call.a];
    const b = call.b === null ? undefined : heads[call.b];
    lines.push({ kind: 'call', call, a, b, parts: first !== null && first.a === call.a && first.b === call.b });
    for (const aspect of changedAspects(call, a, b)) lines.push({ kind: 'aspect', call, aspect });
  }
  return lines;
}

/** The two runs that are compared here; null while nothing of them has come. */
export function shownRuns(state: State): RunComparison | null {
  if (state.view.view !== 'compare' || state.view.pair === null) return null;
  const document = readOf(state, pairWish(state.view.pair))?.document;
  return document?.what === 'runs' ? document.value : null;
}

/** Where the runs part; -1 where they do not. */
export function partingLine(lines: readonly ComparedLine[]): number {
  return lines.findIndex((line) => line.kind === 'call' && line.parts);
}

const STATUS: Readonly<Record<ComparedCall['status'], string>> = {
  equal: 'Equal',
  changed: 'Changed',
  only_a: 'Only in A',
  only_b: 'Only in B',
};

/** `filesystem · read_file  path: "x"`. */
export function headText(head: ComparedHead | undefined): string {
  return head ? `${head.server} · ${head.tool}  ${head.summary ?? ''}`.trimEnd() : CALL_GONE;
}

/** One sentence that a screen reader speaks for the line. */
export function lineSentence(line: ComparedLine): string {
  if (line.kind === 'fold') return equalCalls(line.count);
  if (line.kind === 'aspect') {
    const { name, a, b } = line.aspect;
    return a === null ? name : `${name}: in A ${a}, in B ${b}`;
  }
  const { call, a, b, parts } = line;
  const said = `${STATUS[call.status]}: ${headText(call.status === 'only_a' ? a : (b ?? a))}`;
  return parts ? `${said}. Here the runs part.` : said;
}

/** The call that a line leads to, of one of the runs; null where that run has none. */
export function callOfLine(line: ComparedLine, side: 'a' | 'b'): string | null {
  return line.kind === 'fold' ? line[side] : line.call[side];
}
