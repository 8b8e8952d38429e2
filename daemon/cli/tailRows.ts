/**
 * What a live view has seen of one session and what of it is still to be said: rows that are new, calls that ended
 * since their start was printed. Pure; which form the lines take is liveTree's and appendTree's.
 */
import { type DeltaMessage, rowKey, type SessionHead, type TreeRow, type WindowMessage } from '../protocol/feed.ts';

/** A call's words come a moment after its head: an ended call waits so long for them before it is printed. */
const SETTLE_MS = 600;
/** The start of a call that ends sooner is not printed. */
const START_MS = 300;

export interface TailRows {
  head: SessionHead;
  /** The window's rows in order; at most the subscription's count. */
  rows: TreeRow[];
  /** What was printed of a row: a call's outcome, else ''. */
  readonly printed: Map<string, string>;
  /** When a row was first seen in its present outcome, epoch ms. */
  readonly since: Map<string, { outcome: string; at: number }>;
  /** Rows that went by between two messages, more than a window holds. */
  missed: number;
  /** Index behind the last row that was seen. */
  seenTo: number | null;
  /** Rows at the end of the first window that are printed; those before are history. */
  readonly history: number;
}

/** @param history rows that are shown of what was before; null for a session that began under our eyes: all of it */
export function makeTailRows(head: SessionHead, history: number | null): TailRows {
  const seenTo = history === null ? 0 : null;
  return { head, rows: [], printed: new Map(), since: new Map(), missed: 0, seenTo, history: history ?? 0 };
}

export function outcomeOf(row: TreeRow): string {
  return row.kind === 'call' ? row.call.outcome : '';
}

/** Takes a window or delta. @param now epoch ms */
export function applyRows(tail: TailRows, message: WindowMessage | DeltaMessage, now: number): void {
  if (message.type === 'window') tail.rows = message.rows;
  else {
    const known = new Map([...tail.rows, ...message.changed].map((row) => [rowKey(row), row]));
    tail.rows = message.order.flatMap((key) => known.get(key) ?? []);
  }
  const keys = new Set(tail.rows.map(rowKey));
  for (const map of [tail.printed, tail.since]) for (const key of map.keys()) if (!keys.has(key)) map.delete(key);
  if (tail.seenTo === null) prime(tail);
  else if (message.from > tail.seenTo) tail.missed += message.from - tail.seenTo;
  tail.seenTo = Math.max(tail.seenTo ?? 0, message.from + tail.rows.length);
  for (const row of tail.rows) {
    const key = rowKey(row);
    const outcome = outcomeOf(row);
    if (tail.since.get(key)?.outcome !== outcome) tail.since.set(key, { outcome, at: now });
  }
}

/** What stood there before we came counts as printed, but for the newest rows and what is still running. */
function prime(tail: TailRows): void {
  const from = tail.rows.length - tail.history;
  tail.rows.forEach((row, index) => {
    if (index < from && outcomeOf(row) !== 'running') tail.printed.set(rowKey(row), outcomeOf(row));
  });
}

/** Whether this row has nothing more to wait for: its end is there, and so are its arguments and what went wrong. */
export function isSettled(tail: TailRows, row: TreeRow, now: number): boolean {
  if (row.kind !== 'call') return true;
  if (row.call.outcome === 'running') return false;
  const { summary, outcome, error_message } = row.call;
  const isTold = summary !== null && (outcome !== 'error' || error_message !== null);
  return isTold || now - (tail.since.get(rowKey(row))?.at ?? now) >= SETTLE_MS;
}

/** Whether a running call has been running long enough for its start to be worth a line. */
export function isWorthAStart(tail: TailRows, row: TreeRow, now: number): boolean {
  return now - (tail.since.get(rowKey(row))?.at ?? now) >= START_MS;
}

export function isPrinted(tail: TailRows, row: TreeRow): boolean {
  return tail.printed.get(rowKey(row)) === outcomeOf(row);
}

export function markPrinted(tail: TailRows, row: TreeRow): void {
  tail.printed.set(rowKey(row), outcomeOf(row));
}

/** Anything that a later moment would still print, or whose duration is growing on the screen. */
export function isUnfinished(tail: TailRows): boolean {
  return tail.rows.some((row) => outcomeOf(row) === 'running' || !isPrinted(tail, row));
}

/** A call of the agent with everything below it, or a heading or gap alone. */
export function unitsOf(rows: readonly TreeRow[]): TreeRow[][] {
  const units: TreeRow[][] = [];
  for (const row of rows) {
    const last = units.at(-1);
    if (row.kind === 'call' && row.call.depth > 0 && last?.[0]?.kind === 'call') last.push(row);
    else units.push([row]);
  }
  return units;
}
