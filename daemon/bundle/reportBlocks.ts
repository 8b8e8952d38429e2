/**
 * The calls of a report as blocks of JSON: what is equal in most of them stands once. Takes calls one after the other,
 * redacted already, holds them as the texts that they become, and lets nothing of them become markup.
 */
import { headOfCall } from '../model/headOfCall.ts';
import { type SparseBase, sparseBase, sparseText } from '../model/sparse.ts';
import type { CallFrameLine } from '../protocol/bundle.ts';
import type { OnceMark } from '../protocol/policy.ts';
import { REPORT_CALLS_CLASS, REPORT_DETAILS_CLASS, type ReportFrame } from '../protocol/report.ts';
import type { Finding, FindingKind } from '../protocol/trail.ts';
import type { ReportCall } from './callsWithFrames.ts';

/** Calls of one data block: as many as are read in one go when the details of one of them are shown. */
const BLOCK_CALLS = 500;

export interface ReportBlocks {
  /** So many were taken. */
  readonly calls: number;
  /** @returns a block's text where that is full now, else an empty one */
  add(call: ReportCall): string;
  /** @returns the text of the last block */
  end(): string;
}

interface Block {
  readonly head: SparseBase;
  readonly call: SparseBase;
  readonly heads: string[];
  readonly details: string[];
}

/** @param findings of the session: each call's head names the kinds of its own. @param once what was allowed once in it */
export function createReportBlocks(
  findings: Iterable<Pick<Finding, 'call_id' | 'kind'>>,
  once: readonly OnceMark[],
): ReportBlocks {
  const kinds = new Map<string, FindingKind[]>();
  for (const { call_id, kind } of findings)
    if (call_id !== null) kinds.set(call_id, [...(kinds.get(call_id) ?? []), kind]);
  const marks = new Map<string, OnceMark>();
  for (const mark of once) for (const id of [mark.passed, mark.refused]) if (id !== null) marks.set(id, mark);
  let block: Block | null = null;
  let calls = 0;
  const end = () => {
    const text = block === null ? '' : blockText(block);
    block = null;
    return text;
  };
  return {
    get calls() {
      return calls;
    },
    add({ call, frames }) {
      const { call_id } = call;
      const beside = { findings: kinds.get(call_id) ?? [], once: marks.get(call_id) ?? null };
      const head = headOfCall(call, { ...sizesOf(frames), ...beside });
      block ??= { head: sparseBase(head), call: sparseBase(call), heads: [], details: [] };
      block.heads.push(sparseText(block.head, head));
      block.details.push(
        `{"call":${sparseText(block.call, call)},"frames":${JSON.stringify(frames.map(reportFrame))}}`,
      );
      calls++;
      return block.heads.length < BLOCK_CALLS ? '' : end();
    },
    end,
  };
}

/** A ReportBlock, put together of texts that are made once, and the lines that belong to it. */
function blockText({ head, call, heads, details }: Block): string {
  const text = `{"head":${head.json},"call":${call.json},"heads":[${heads.join(',')}]}`;
  return `<script type="application/json" class="${REPORT_CALLS_CLASS}">${dataText(text)}</script>
<script type="application/x-ndjson" class="${REPORT_DETAILS_CLASS}">${dataText(details.join('\n'))}</script>
`;
}

function reportFrame({ key, role, direction, at, bytes, kept, body }: CallFrameLine): ReportFrame {
  return { key, role, direction, at, bytes, kept, body };
}

function sizesOf(frames: readonly CallFrameLine[]): { request_bytes: number; response_bytes: number | null } {
  const bytes = (role: CallFrameLine['role']) => frames.find((frame) => frame.role === role)?.bytes ?? null;
  return { request_bytes: bytes('request') ?? 0, response_bytes: bytes('response') };
}

/** JSON stays the same JSON, and holds nothing that a browser takes for the end of an element or of a line. */
export function dataText(json: string): string {
  return json.replace(/[<\u2028\u2029]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
