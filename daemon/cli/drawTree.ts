/**
 * Draws rows as a tree with box characters, as they stream by. A branch needs to know whether a sibling follows, so
 * the rows of one branch of the root are held until the next begins: memory is one call with its children.
 */
import type { TreeRow } from '../protocol/feed.ts';
import { type Drawing, rowLines } from './callLine.ts';
import { cells } from './cells.ts';

interface Branches {
  readonly fork: string;
  readonly end: string;
  readonly through: string;
  readonly none: string;
}

const BOX: Branches = { fork: '├─ ', end: '└─ ', through: '│  ', none: '   ' };
const ASCII: Branches = { fork: '|- ', end: '`- ', through: '|  ', none: '   ' };

export function branchesFor(unicode: boolean): Branches {
  return unicode ? BOX : ASCII;
}

/**
 * Levels below the session's head line. A turn's calls hang below it. At most 12, and no more than leave two thirds of
 * the line to the text: deeper ones line up there.
 */
export function levelOf(row: TreeRow, columns: number): number {
  if (row.kind !== 'call') return 0;
  return Math.min(12, Math.max(1, Math.floor(columns / 9) - 1), row.call.depth + (row.call.turn_id === null ? 0 : 1));
}

export interface DrawnRow {
  readonly row: TreeRow;
  readonly level: number;
}

/** Lines of one branch of the root. @param last whether no other branch follows it */
export function drawBranch(rows: readonly DrawnRow[], last: boolean, drawing: Drawing): string[] {
  const branches = branchesFor(drawing.terminal.unicode);
  const { dim } = drawing.paint;
  // Backwards: open[level] says whether a later row of that level hangs on the same parent.
  const open: boolean[] = [!last];
  const flags: boolean[][] = [];
  for (let i = rows.length - 1; i >= 0; i--) {
    const { level } = rows[i]!;
    flags[i] = Array.from({ length: level + 1 }, (_, at) => open[at] === true);
    open.length = Math.min(open.length, level + 1);
    while (open.length <= level) open.push(false);
    open[level] = true;
  }
  return rows.flatMap(({ row, level }, index) => {
    const follows = flags[index]!;
    const before = follows
      .slice(0, level)
      .map((more) => (more ? branches.through : branches.none))
      .join('');
    const first = before + (follows[level] ? branches.fork : branches.end);
    const hasChild = (rows[index + 1]?.level ?? 0) > level;
    const below =
      before + (follows[level] ? branches.through : branches.none) + (hasChild ? branches.through.trimEnd() : '');
    return rowLines(row, drawing, cells(first)).map((line, at) => dim(at === 0 ? first : below) + line);
  });
}

/** Lines of the tree below a session's head, in order. */
export async function* drawTree(rows: AsyncIterable<TreeRow>, drawing: () => Drawing): AsyncGenerator<string> {
  let branch: DrawnRow[] = [];
  for await (const row of rows) {
    const level = levelOf(row, drawing().terminal.columns);
    if (level === 0 && branch.length > 0) {
      yield* drawBranch(branch, false, drawing());
      branch = [];
    }
    branch.push({ row, level });
  }
  if (branch.length > 0) yield* drawBranch(branch, true, drawing());
}
