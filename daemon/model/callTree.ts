/**
 * Puts the rows of a session into the order of its tree: each call below the one that caused it, those of a turn below
 * the turn's heading, what is no call by its time between them. Says of each call how deep it stands and how many
 * stand right below it.
 */
import type { CallHead, TreeRow } from '../protocol/feed.ts';
import { isShown } from './rowWindow.ts';

/** A row that is about no call. */
export type BesideRow = Exclude<TreeRow, { kind: 'call' | 'turn' }>;

/**
 * @param calls in the order of their start. A parent that is not among them leaves its children at the top.
 * @param beside in the order of their time; what the session woke up on is the first of all, whenever it was captured
 */
export function callTree(calls: readonly CallHead[], beside: readonly BesideRow[]): TreeRow[] {
  const known = new Set(calls.map(({ call_id }) => call_id));
  const below = new Map<string, CallHead[]>();
  const roots: CallHead[] = [];
  for (const call of calls) {
    const parent = call.parent_call_id;
    const siblings = parent === null ? undefined : below.get(parent);
    if (parent === null || parent === call.call_id || !known.has(parent)) roots.push(call);
    else if (siblings) siblings.push(call);
    else below.set(parent, [call]);
  }
  const rows: TreeRow[] = [];
  const seen = new Set<string>();
  const place = (top: CallHead) => {
    const waiting = [{ call: top, depth: 0 }];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { call, depth } = next;
      if (seen.has(call.call_id)) continue;
      seen.add(call.call_id);
      const children = below.get(call.call_id) ?? [];
      rows.push({ kind: 'call', call: { ...call, depth, children: children.length } });
      for (const child of children.toReversed()) waiting.push({ call: child, depth: depth + 1 });
    }
  };
  let besides = 0;
  const placeBeside = (before: number) => {
    for (let row = beside[besides]; row && (row.at < before || row.kind === 'workbench'); row = beside[++besides])
      rows.push(row);
  };
  for (const group of turnsOf(roots)) {
    const [first] = group;
    if (first === undefined) continue;
    const { turn_id, started_at } = first;
    placeBeside(started_at);
    const shown = group.filter((call) => isShown({ kind: 'call', call })).length;
    if (turn_id !== null && shown > 0) rows.push({ kind: 'turn', turn_id, calls: shown, started_at, rev: 0 });
    for (const call of group) {
      placeBeside(call.started_at);
      place(call);
    }
  }
  // A ring of parents has no top; each of its calls is there all the same.
  for (const call of calls) place(call);
  placeBeside(Number.POSITIVE_INFINITY);
  return rows;
}

/** Calls of one turn are one group, in the place of its first; a call without a turn is one by itself. */
function turnsOf(roots: readonly CallHead[]): CallHead[][] {
  const groups: CallHead[][] = [];
  const turns = new Map<string, CallHead[]>();
  for (const call of roots) {
    const turn = call.turn_id === null ? undefined : turns.get(call.turn_id);
    if (turn) turn.push(call);
    else {
      const group = [call];
      groups.push(group);
      if (call.turn_id !== null) turns.set(call.turn_id, group);
    }
  }
  return groups;
}
