/**
 * The live tree on a terminal: calls that are done are printed once and scroll away, those that are running stand in a
 * block below that is redrawn in place. Returns both; moving the cursor is liveScreen's.
 */
import { rowKey, type TreeRow } from '../protocol/feed.ts';
import { looseLines, missedLine } from './appendTree.ts';
import type { Drawing } from './callLine.ts';
import { cut } from './cells.ts';
import { branchesFor, drawBranch, levelOf } from './drawTree.ts';
import { countsText, sessionHeadLines } from './sessionLine.ts';
import { isPrinted, isSettled, markPrinted, outcomeOf, type TailRows, unitsOf } from './tailRows.ts';

export interface LiveLines {
  /** Printed once. */
  readonly done: readonly string[];
  /** Drawn again each time. At most the terminal's rows less two. */
  readonly block: readonly string[];
}

const draw = (unit: readonly TreeRow[], drawing: Drawing) =>
  drawBranch(
    unit.map((row) => ({ row, level: levelOf(row, drawing.terminal.columns) })),
    false,
    drawing,
  );

/** @param footer stands last in the block, e.g. what a key does; null for none */
export function liveTree(
  tails: readonly TailRows[],
  spoken: { session_id: string | null },
  drawing: Drawing,
  rows: number,
  footer: string | null,
): LiveLines {
  const done: string[] = [];
  const say = (tail: TailRows, lines: readonly string[]) => {
    if (lines.length === 0) return;
    if (spoken.session_id !== tail.head.session.session_id) done.push(...sessionHeadLines(tail.head, drawing, true));
    spoken.session_id = tail.head.session.session_id;
    done.push(...lines);
  };
  const waiting: { tail: TailRows; unit: readonly TreeRow[]; lines: string[] }[] = [];
  for (const tail of tails) {
    if (tail.missed > 0) say(tail, [missedLine(tail.missed, drawing)]);
    tail.missed = 0;
    let held = false;
    for (const unit of unitsOf(tail.rows)) {
      if (unit.every((row) => isPrinted(tail, row) && outcomeOf(row) !== 'running')) continue;
      // Once a line has scrolled away it cannot change: what became of it is a line of its own.
      if (unit.some((row) => tail.printed.has(rowKey(row)))) {
        for (const row of unit)
          if (!isPrinted(tail, row) && isSettled(tail, row, drawing.now)) say(tail, once(tail, row, drawing));
        continue;
      }
      held ||= !unit.every((row) => isSettled(tail, row, drawing.now));
      const lines = draw(unit, drawing);
      if (held) waiting.push({ tail, unit, lines });
      else {
        say(tail, lines);
        for (const row of unit) markPrinted(tail, row);
      }
    }
  }
  const room = Math.max(3, rows - 3 - tails.length);
  let tall = waiting.reduce((sum, { lines }) => sum + lines.length, 0);
  while (tall > room && waiting.length > 0) {
    const first = waiting.shift();
    if (!first) break;
    tall -= first.lines.length;
    say(first.tail, first.lines);
    for (const row of first.unit) markPrinted(first.tail, row);
  }
  return { done, block: blockLines(tails, waiting, spoken.session_id, drawing, footer) };
}

function once(tail: TailRows, row: TreeRow, drawing: Drawing): string[] {
  markPrinted(tail, row);
  return looseLines(row, drawing);
}

function blockLines(
  tails: readonly TailRows[],
  waiting: readonly { tail: TailRows; lines: string[] }[],
  spoken: string | null,
  drawing: Drawing,
  footer: string | null,
): string[] {
  const block: string[] = [];
  let current = spoken;
  for (const { tail, lines } of waiting) {
    if (tail.head.session.session_id !== current) block.push(...sessionHeadLines(tail.head, drawing, true).slice(0, 1));
    current = tail.head.session.session_id;
    block.push(...lines);
  }
  const shown = tails.find(({ head }) => head.session.session_id === current);
  const { unicode, columns } = drawing.terminal;
  const said = [shown ? countsText(shown.head) : null, footer]
    .filter((part) => part !== null)
    .join(unicode ? ' · ' : ' - ');
  if (said) block.push(drawing.paint.dim(cut(`${shown ? branchesFor(unicode).end : ''}${said}`, columns, unicode)));
  return block;
}
