/** Which key means what, in the tree and on the whole page. Pure: a key and where the cursor stands give an intent. */
import type { TreeRow } from '../daemon/protocol/feed.ts';
import { rowKey } from '../daemon/protocol/feed.ts';
import { type ComparedLine, callOfLine, foldAround } from './comparedLines.ts';
import type { Intent } from './intent.ts';
import { rowAt, type Tree } from './state.ts';

/** The keys that the tree takes; others are the page's or the browser's. */
export const TREE_KEYS: ReadonlySet<string> = new Set([
  'ArrowDown',
  'ArrowUp',
  'ArrowLeft',
  'ArrowRight',
  'PageDown',
  'PageUp',
  'Home',
  'End',
  'Enter',
  ' ',
]);

/** @param pageRows how many rows fit on the screen */
export function treeKey(key: string, tree: Tree, pageRows: number): Intent | null {
  const total = tree.rows?.total ?? 0;
  const at = tree.cursor.index;
  const move = (index: number): Intent => ({ type: 'cursor.moved', index: Math.max(-1, Math.min(index, total - 1)) });
  switch (key) {
    case 'ArrowDown':
      return move(at + 1);
    case 'ArrowUp':
      return move(at - 1);
    case 'PageDown':
      return move(at + Math.max(1, pageRows - 1));
    case 'PageUp':
      return move(at - Math.max(1, pageRows - 1));
    case 'Home':
      return move(-1);
    case 'End':
      return move(total - 1);
    case 'Enter':
    case ' ':
      return { type: 'row.opened', index: at };
    case 'ArrowRight': {
      const row = rowAt(tree.rows, at);
      if (!row || !foldable(row)) return null;
      return tree.collapsed.has(rowKey(row)) ? { type: 'row.folded', key: rowKey(row), folded: false } : move(at + 1);
    }
    case 'ArrowLeft': {
      const row = rowAt(tree.rows, at);
      if (!row) return null;
      if (foldable(row) && !tree.collapsed.has(rowKey(row)))
        return { type: 'row.folded', key: rowKey(row), folded: true };
      return move(parentIndex(tree, at));
    }
    default:
      return null;
  }
}

/** The keys that the lines of two runs take. */
export const COMPARED_KEYS: ReadonlySet<string> = new Set([
  'ArrowDown',
  'ArrowUp',
  'ArrowLeft',
  'ArrowRight',
  'PageDown',
  'PageUp',
  'Home',
  'End',
  'Enter',
  ' ',
]);

/** @param at where the cursor stands among the lines of two runs; -1 nowhere yet. Enter folds and unfolds equal calls, and goes to B's call, with Shift to A's */
export function comparedKey(
  key: string,
  shift: boolean,
  at: number,
  lines: readonly ComparedLine[],
  runs: { readonly a: string; readonly b: string },
  pageRows: number,
): Intent | null {
  const move = (index: number): Intent => ({
    type: 'compared.moved',
    index: Math.max(0, Math.min(index, lines.length - 1)),
  });
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + Math.max(1, pageRows - 1),
    PageUp: at - Math.max(1, pageRows - 1),
    Home: 0,
    End: lines.length - 1,
  };
  const to = Object.hasOwn(steps, key) ? steps[key] : undefined;
  if (to !== undefined) return move(to);
  const line = lines[at];
  if (!line || !COMPARED_KEYS.has(key)) return null;
  const around = foldAround(lines, at);
  if (key === 'ArrowLeft' && around >= 0 && around < at) return move(around);
  if (line.kind === 'fold') return foldedBy(key, line);
  if (key !== 'Enter') return null;
  const wanted = shift ? 'a' : 'b';
  const side = callOfLine(line, wanted) === null ? (wanted === 'a' ? 'b' : 'a') : wanted;
  const call_id = callOfLine(line, side);
  return call_id === null ? null : { type: 'call.shown', session_id: runs[side], call_id };
}

function foldedBy(key: string, line: Extract<ComparedLine, { kind: 'fold' }>): Intent | null {
  const open = key === 'ArrowRight' ? true : key === 'ArrowLeft' ? false : !line.open;
  return open === line.open ? null : { type: 'compared.folded', key: line.key, open };
}

export function foldable(row: TreeRow): boolean {
  return row.kind === 'turn' ? row.calls > 0 : row.kind === 'call' && row.call.children > 0;
}

/** Level in the tree: the session is 1, turns and calls outside of turns 2. */
export function levelOf(row: TreeRow): number {
  if (row.kind !== 'call') return 2;
  return 2 + row.call.depth + (row.call.turn_id === null ? 0 : 1);
}

/** The nearest row above that is one level up; the session's own where none is in the window. */
function parentIndex(tree: Tree, index: number): number {
  const row = rowAt(tree.rows, index);
  if (!row) return index;
  const level = levelOf(row);
  for (let at = index - 1; tree.rows !== null && at >= tree.rows.from; at--) {
    const above = rowAt(tree.rows, at);
    if (above && levelOf(above) < level) return at;
  }
  return -1;
}
