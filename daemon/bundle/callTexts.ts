/**
 * What a report's blocks say of calls, as the texts that it becomes: what is equal in most calls of a block stands once.
 * Takes calls one after the other, redacted already.
 */
import { headOfCall } from '../model/headOfCall.ts';
import { type SparseBase, sparseBase, sparseText } from '../model/sparse.ts';
import type { OnceMark } from '../protocol/policy.ts';
import type { Call } from '../protocol/record.ts';
import type { Finding, FindingKind } from '../protocol/trail.ts';
import { dataText } from './dataText.ts';

/** Calls of one data block: as many as are read in one go when the details of one of them are shown. */
const BLOCK_CALLS = 500;

/** Of its messages on the wire. */
export interface CallSizes {
  readonly request_bytes: number;
  readonly response_bytes: number | null;
}

/** @param frames of one call */
export function sizesOf<T extends { readonly role: string }>(
  frames: readonly T[],
  bytesOf: (frame: T) => number,
): CallSizes {
  const request = frames.find(({ role }) => role === 'request');
  const response = frames.find(({ role }) => role === 'response');
  return { request_bytes: request ? bytesOf(request) : 0, response_bytes: response ? bytesOf(response) : null };
}

/** JSON that holds no markup. */
export interface CallText {
  /** What the block has in common that begins with this call; null where it is not the first. */
  readonly base: string | null;
  readonly head: string;
  readonly call: string;
}

export interface CallTexts {
  /** So many were taken. */
  readonly calls: number;
  of(call: Call, sizes: CallSizes): CallText;
}

/** @param findings of the session: each call's head names the kinds of its own. @param once what was allowed once in it */
export function createCallTexts(
  findings: Iterable<Pick<Finding, 'call_id' | 'kind'>>,
  once: readonly OnceMark[],
): CallTexts {
  const kinds = new Map<string, FindingKind[]>();
  for (const { call_id, kind } of findings)
    if (call_id !== null) kinds.set(call_id, [...(kinds.get(call_id) ?? []), kind]);
  const marks = new Map<string, OnceMark>();
  for (const mark of once) for (const id of [mark.passed, mark.refused]) if (id !== null) marks.set(id, mark);
  let bases: { readonly head: SparseBase; readonly call: SparseBase } | null = null;
  let calls = 0;
  return {
    get calls() {
      return calls;
    },
    of(call, sizes) {
      const { call_id } = call;
      const beside = { findings: kinds.get(call_id) ?? [], once: marks.get(call_id) ?? null };
      const head = headOfCall(call, { ...sizes, ...beside });
      const isFirst = calls++ % BLOCK_CALLS === 0;
      if (bases === null || isFirst) bases = { head: sparseBase(head), call: sparseBase(call) };
      return {
        base: isFirst ? dataText(`"head":${bases.head.json},"call":${bases.call.json}`) : null,
        head: dataText(sparseText(bases.head, head)),
        call: dataText(sparseText(bases.call, call)),
      };
    },
  };
}
