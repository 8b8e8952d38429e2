/**
 * Lays two runs' calls side by side: first those that are the same call (tool and neutral arguments), then, between
 * them, those of the same tool. Calls that ran at the same time may have changed places and still belong together.
 */
import type { ComparedCall } from '../protocol/comparison.ts';
import { type Match, matchSequences } from './matchSequences.ts';

/** What is compared of a call. Keys are hashes of neutral content; null where it was never seen. */
export interface ComparableCall {
  readonly call_id: string;
  /** Server and tool. */
  readonly tool: string;
  readonly args_key: string | null;
  readonly result_key: string | null;
  readonly outcome: string;
  readonly duration_ms: number | null;
}

/** A duration differs where one is at least three times the other and a quarter of a second longer. */
const NOISE_RATIO = 3;
const NOISE_MS = 250;

/** How far equal calls may have changed places, in calls. */
const NEAR = 8;

/** In the order of `b`, what only `a` has at its place between. */
export function alignCalls(a: readonly ComparableCall[], b: readonly ComparableCall[]): ComparedCall[] {
  const exact = matchSequences(a.map(callKey), b.map(callKey));
  const partnerOf = new Map(exact.map((match) => [match.b, match.a]));
  const taken = new Set(partnerOf.values());
  const pair = (match: Match) => {
    partnerOf.set(match.b, match.a);
    taken.add(match.a);
  };
  for (const match of movedPairs(a, b, taken, partnerOf)) pair(match);
  const rows: ComparedCall[] = [];
  let [i, j] = [0, 0];
  for (const match of [...exact, { a: a.length, b: b.length }]) {
    const restA = range(i, match.a).filter((index) => !taken.has(index));
    const restB = range(j, match.b).filter((index) => !partnerOf.has(index));
    const byTool = matchSequences(toolsAt(a, restA), toolsAt(b, restB));
    for (const one of byTool) pair({ a: restA[one.a] ?? -1, b: restB[one.b] ?? -1 });
    // What only `a` has stands before what only `b` has, and neither crosses a pair of the same tool.
    const ends = [...byTool.map((one) => [restA[one.a] ?? 0, restB[one.b] ?? 0] as const), [match.a, match.b] as const];
    let [at, rest] = [j, 0];
    for (const [endA, endB] of ends) {
      for (; rest < restA.length && (restA[rest] ?? 0) < endA; rest++)
        if (!taken.has(restA[rest] ?? -1)) rows.push(...onlyA(a[restA[rest] ?? -1]));
      for (; at < Math.min(endB + 1, b.length); at++) rows.push(rowOf(a[partnerOf.get(at) ?? -1], b[at]));
    }
    [i, j] = [match.a + 1, match.b + 1];
  }
  return rows;
}

/** The first row that is not equal; one that only took longer counts where nothing else differs. */
export function firstDivergence(rows: readonly ComparedCall[]): ComparedCall | null {
  const isSlower = ({ changed }: ComparedCall) => changed.length === 1 && changed[0] === 'duration';
  const differing = rows.filter(({ status }) => status !== 'equal');
  return differing.find((row) => !isSlower(row)) ?? differing[0] ?? null;
}

const callKey = ({ tool, args_key, call_id }: ComparableCall) => `${tool} ${args_key ?? call_id}`;
const range = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from) }, (_none, index) => from + index);
const toolsAt = (calls: readonly ComparableCall[], at: readonly number[]) =>
  at.map((index) => calls[index]?.tool ?? '');

/** Equal calls that are left over on both sides, near to one another. */
function movedPairs(
  a: readonly ComparableCall[],
  b: readonly ComparableCall[],
  taken: ReadonlySet<number>,
  partnerOf: ReadonlyMap<number, number>,
): Match[] {
  const places = new Map<string, number[]>();
  a.forEach((one, index) => {
    if (taken.has(index)) return;
    const known = places.get(callKey(one));
    if (known) known.push(index);
    else places.set(callKey(one), [index]);
  });
  let expected = 0;
  return b.flatMap((other, index) => {
    expected = partnerOf.get(index) ?? expected;
    const free = partnerOf.has(index) ? [] : (places.get(callKey(other)) ?? []);
    const at = free.findIndex((place) => Math.abs(place - expected) <= NEAR);
    return at < 0 ? [] : free.splice(at, 1).map((place) => ({ a: place, b: index }));
  });
}

function rowOf(a: ComparableCall | undefined, b: ComparableCall | undefined): ComparedCall {
  if (a && b) return compare(a, b);
  return { status: 'only_b', a: null, b: b?.call_id ?? null, changed: [] };
}

function compare(a: ComparableCall, b: ComparableCall): ComparedCall {
  const changed: ComparedCall['changed'] = [];
  if (a.args_key !== b.args_key) changed.push('arguments');
  if (a.outcome !== b.outcome) changed.push('outcome');
  if (a.result_key !== null && b.result_key !== null && a.result_key !== b.result_key) changed.push('result');
  if (lastsOtherwise(a.duration_ms, b.duration_ms)) changed.push('duration');
  return { status: changed.length === 0 ? 'equal' : 'changed', a: a.call_id, b: b.call_id, changed };
}

function lastsOtherwise(a: number | null, b: number | null): boolean {
  if (a === null || b === null) return false;
  const [less, more] = a < b ? [a, b] : [b, a];
  return more - less >= NOISE_MS && more >= less * NOISE_RATIO;
}

const onlyA = (one: ComparableCall | undefined): ComparedCall[] =>
  one ? [{ status: 'only_a', a: one.call_id, b: null, changed: [] }] : [];
