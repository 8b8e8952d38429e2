/**
 * The live tree where lines can only be added (a file, a pipe, a dumb terminal): a call's end when it has ended, and
 * its start where it takes longer than a moment. Returns the lines; printing is the caller's.
 */

import type { TreeRow } from '../protocol/feed.ts';
import { type Drawing, rowLines } from './callLine.ts';
import { cells } from './cells.ts';
import { branchesFor, levelOf } from './drawTree.ts';
import { sessionHeadLines } from './sessionLine.ts';
import { isPrinted, isSettled, isWorthAStart, markPrinted, outcomeOf, type TailRows } from './tailRows.ts';

/** A row by itself: everything hangs on the trunk, since more may follow. */
export function looseLines(row: TreeRow, drawing: Drawing): string[] {
  const branches = branchesFor(drawing.terminal.unicode);
  const level = levelOf(row, drawing.terminal.columns);
  const trunk = branches.through.repeat(level);
  return rowLines(row, drawing, cells(trunk) + 3).map(
    (line, index) => drawing.paint.dim(trunk + (index === 0 ? branches.fork : branches.through)) + line,
  );
}

/** How many rows were not shown because they came faster than they could be. */
export function missedLine(missed: number, drawing: Drawing): string {
  return drawing.paint.warn(`! ${missed} rows went by too fast to show; callgrove show has them all`);
}

/** @param spoken the session whose head line was printed last; a change prints the other's */
export function appendTree(
  tails: readonly TailRows[],
  spoken: { session_id: string | null },
  drawing: Drawing,
): string[] {
  const lines: string[] = [];
  for (const tail of tails) {
    const own: string[] = [];
    if (tail.missed > 0) own.push(missedLine(tail.missed, drawing));
    tail.missed = 0;
    for (const row of tail.rows) {
      if (isPrinted(tail, row)) continue;
      const ready =
        outcomeOf(row) === 'running' ? isWorthAStart(tail, row, drawing.now) : isSettled(tail, row, drawing.now);
      if (!ready) continue;
      own.push(...looseLines(row, drawing));
      markPrinted(tail, row);
    }
    if (own.length === 0) continue;
    if (spoken.session_id !== tail.head.session.session_id) lines.push(...sessionHeadLines(tail.head, drawing, true));
    spoken.session_id = tail.head.session.session_id;
    lines.push(...own);
  }
  return lines;
}
