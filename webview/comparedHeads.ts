/**
 * What is shown of calls that a comparison came without: equal ones, and those beyond its first thousands. They are read
 * as they come into sight, in blocks of neighbouring rows that do not move when something is folded. Pure.
 */
import type { RunComparison } from '../daemon/protocol/comparison.ts';
import { type ComparedLine, comparedLines, type ShownHead, shownRuns } from './comparedLines.ts';
import type { Wish } from './documents.ts';
import { readOf } from './readOf.ts';
import type { State } from './state.ts';

/** Rows; each has two calls, and one question names a hundred at most. */
const BLOCK = 40;

/** What the lines in sight lack, by block. */
export function wantedHeads(state: State): Wish[] {
  const comparison = state.runsTab === 'runs' ? shownRuns(state) : null;
  if (comparison === null) return [];
  const { first, last } = state.comparedSeen;
  const blocks = new Set<number>();
  for (const line of comparedLines(comparison, state.unfolded).slice(first, last + 1))
    if (line.kind === 'call' && lacking(comparison, line).length > 0) blocks.add(Math.floor(line.row / BLOCK));
  return [...blocks].map((block) => blockWish(comparison, block));
}

/** What is shown of a line's call in one run; null where that run has none. */
export function shownHead(
  state: State,
  comparison: RunComparison,
  line: Extract<ComparedLine, { kind: 'call' }>,
  side: 'a' | 'b',
): ShownHead | null {
  const id = line.call[side];
  if (id === null) return null;
  if (line[side] !== undefined) return line[side];
  const read = readOf(state, blockWish(comparison, Math.floor(line.row / BLOCK)));
  const heads = read?.document?.what === 'heads' ? read.document.value.heads : null;
  return heads?.[id] ?? (heads === null && read?.status !== 'failed' ? 'awaited' : 'gone');
}

function blockWish(comparison: RunComparison, block: number): Wish {
  const rows = comparison.diff.calls.slice(block * BLOCK, (block + 1) * BLOCK);
  const ids = rows.flatMap(({ a, b }) => [a ?? [], b ?? []].flat());
  return { what: 'heads', calls: ids.filter((id) => comparison.heads[id] === undefined) };
}

function lacking({ heads }: RunComparison, { call: { a, b } }: Extract<ComparedLine, { kind: 'call' }>): string[] {
  return [a ?? [], b ?? []].flat().filter((id) => heads[id] === undefined);
}
