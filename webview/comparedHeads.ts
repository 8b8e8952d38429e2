/**
 * What is shown of calls that a comparison came without: equal ones, and those beyond its first thousands. They are read
 * as they come into sight, in blocks of neighbouring rows that do not move when something is folded. Pure.
 */
import type { RunComparison } from '../daemon/protocol/comparison.ts';
import { type ComparedLine, comparedLines, type ShownHead, shownRuns } from './comparedLines.ts';
import { type Wish, wishPath } from './documents.ts';
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
  return [...blocks].map((block) => blockOf(comparison, block).wish);
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
  const read = state.reads.get(blockOf(comparison, Math.floor(line.row / BLOCK)).path);
  const heads = read?.document?.what === 'heads' ? read.document.value.heads : null;
  return heads?.[id] ?? (heads === null && read?.status !== 'failed' ? 'awaited' : 'gone');
}

interface Block {
  readonly wish: Wish;
  readonly path: string;
}
const known = new WeakMap<RunComparison, Map<number, Block>>();

/** Asked for with every line that is drawn. */
function blockOf(comparison: RunComparison, block: number): Block {
  const blocks = known.get(comparison) ?? new Map<number, Block>();
  known.set(comparison, blocks);
  const before = blocks.get(block);
  if (before) return before;
  const rows = comparison.diff.calls.slice(block * BLOCK, (block + 1) * BLOCK);
  const ids = rows.flatMap(({ a, b }) => [a ?? [], b ?? []].flat());
  const wish: Wish = { what: 'heads', calls: ids.filter((id) => comparison.heads[id] === undefined) };
  const made = { wish, path: wishPath(wish) };
  blocks.set(block, made);
  return made;
}

function lacking({ heads }: RunComparison, { call: { a, b } }: Extract<ComparedLine, { kind: 'call' }>): string[] {
  return [a ?? [], b ?? []].flat().filter((id) => heads[id] === undefined);
}
