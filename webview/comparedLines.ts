/** Two runs' calls as lines of equal height: a stretch of equal calls is one line, what is another in a call has its own. Pure. */
import { CALL_GONE, type ChangedAspect, changedAspects, equalCalls } from '../daemon/model/comparisonText.ts';
import type { ComparedCall, ComparedHead, RunComparison } from '../daemon/protocol/comparison.ts';
import { pairWish, readOf } from './readOf.ts';
import type { State } from './state.ts';

export type ComparedLine =
  /** A stretch of equal calls; what stands in it follows where it is `open`. */
  | {
      readonly kind: 'fold';
      readonly key: string;
      readonly count: number;
      readonly open: boolean;
      readonly a: string | null;
      readonly b: string | null;
    }
  | {
      readonly kind: 'call';
      /** Its place in the comparison's calls. */
      readonly row: number;
      readonly call: ComparedCall;
      readonly a: ComparedHead | undefined;
      readonly b: ComparedHead | undefined;
      /** Here the runs part. */
      readonly parts: boolean;
    }
  | { readonly kind: 'aspect'; readonly call: ComparedCall; readonly aspect: ChangedAspect };

type Unfolded = ReadonlySet<string>;
const NONE: Unfolded = new Set();
const known = new WeakMap<RunComparison, { readonly unfolded: Unfolded; readonly lines: readonly ComparedLine[] }>();

/** Computed once for each comparison and each set of unfolded stretches. */
export function comparedLines(comparison: RunComparison, unfolded: Unfolded = NONE): readonly ComparedLine[] {
  const before = known.get(comparison);
  if (before?.unfolded === unfolded) return before.lines;
  const lines = linesOf(comparison, unfolded);
  known.set(comparison, { unfolded, lines });
  return lines;
}

function linesOf({ diff, heads }: RunComparison, unfolded: Unfolded): ComparedLine[] {
  const { calls, first_divergence: first } = diff;
  const lines: ComparedLine[] = [];
  const add = (call: ComparedCall, row: number) => {
    const a = call.a === null ? undefined : heads[call.a];
    const b = call.b === null ? undefined : heads[call.b];
    const parts = call.status !== 'equal' && first !== null && first.a === call.a && first.b === call.b;
    lines.push({ kind: 'call', row, call, a, b, parts });
    for (const aspect of changedAspects(call, a, b)) lines.push({ kind: 'aspect', call, aspect });
  };
  for (let row = 0; row < calls.length; ) {
    const call = calls[row];
    if (call === undefined) break;
    if (call.status !== 'equal') {
      add(call, row++);
      continue;
    }
    const from = row;
    while (calls[row]?.status === 'equal') row++;
    const key = call.b ?? call.a ?? String(from);
    const open = unfolded.has(key);
    lines.push({ kind: 'fold', key, count: row - from, open, a: call.a, b: call.b });
    if (open) for (const [i, equal] of calls.slice(from, row).entries()) add(equal, from + i);
  }
  return lines;
}

/** The line of a stretch of equal calls; -1 where there is none of this key. */
export function foldLine(lines: readonly ComparedLine[], key: string): number {
  return lines.findIndex((line) => line.kind === 'fold' && line.key === key);
}

/** The line of the stretch that the line at `index` stands in; -1 where it stands in none. */
export function foldAround(lines: readonly ComparedLine[], index: number): number {
  let at = index;
  for (; at >= 0; at--) {
    const line = lines[at];
    if (line?.kind === 'fold') return at;
    if (line?.kind !== 'call' || line.call.status !== 'equal') return -1;
  }
  return -1;
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

/** What is known of a compared call; `gone`: its record was thrown away. */
export type ShownHead = ComparedHead | 'awaited' | 'gone';
/** Of a line's two calls; null where a run has none. */
export interface ShownHeads {
  readonly a: ShownHead | null;
  readonly b: ShownHead | null;
}

/** `filesystem · read_file  path: "x"`. */
export function headText(head: ShownHead): string {
  if (head === 'awaited') return '…';
  return head === 'gone' ? CALL_GONE : `${head.server} · ${head.tool}  ${head.summary ?? ''}`.trimEnd();
}

/**
 * One sentence that a screen reader speaks for the line.
 * @param shown where more is known of its calls than came with the comparison
 */
export function lineSentence(line: ComparedLine, shown: ShownHeads | null = null): string {
  if (line.kind === 'fold') return `${equalCalls(line.count)}, ${line.open ? 'unfolded' : 'folded'}`;
  if (line.kind === 'aspect') {
    const { name, a, b } = line.aspect;
    return a === null ? name : `${name}: in A ${a}, in B ${b}`;
  }
  const { call, parts } = line;
  const { a, b } = shown ?? line;
  const said = `${STATUS[call.status]}: ${headText((call.status === 'only_a' ? a : (b ?? a)) ?? 'gone')}`;
  return parts ? `${said}. Here the runs part.` : said;
}

/** The call that a line leads to, of one of the runs; null where that run has none. */
export function callOfLine(line: ComparedLine, side: 'a' | 'b'): string | null {
  return line.kind === 'fold' ? line[side] : line.call[side];
}
