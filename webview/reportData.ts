/**
 * The data of a report: a page that stands alone in a file. Reads the blocks that the bundle's builder wrote beside the
 * page's script; what a block says is checked like anything that comes from outside.
 */
import { besideRows, bundledHead } from '../daemon/model/bundledHead.ts';
import { callTree } from '../daemon/model/callTree.ts';
import { wholeOf } from '../daemon/model/sparse.ts';
import { spelledDirection } from '../daemon/model/spelledDirection.ts';
import { CallHead, type SessionHead, type TreeRow } from '../daemon/protocol/feed.ts';
import {
  REPORT_CALLS_CLASS,
  REPORT_DETAILS_CLASS,
  REPORT_START_ID,
  ReportBlock,
  ReportDetail,
  type ReportFrame,
  ReportStart,
} from '../daemon/protocol/report.ts';
import { isReport } from './place.ts';

export interface ReportData {
  readonly start: ReportStart;
  readonly head: SessionHead;
  readonly rows: readonly TreeRow[];
  /** null for a call that is not here. */
  detail(callId: string): { readonly call: Record<string, unknown>; readonly frames: readonly ReportFrame[] } | null;
  /** Whether these words, in lower case, stand anywhere in the call's record or frames. */
  holds(callId: string, words: string): boolean;
}

/** The texts of the blocks, however they came. */
export interface ReportTexts {
  readonly start: string;
  readonly blocks: readonly { readonly calls: string; readonly details: string }[];
}

/** null where the page is no report. */
export function readReport(): ReportData | null {
  if (!isReport()) return null;
  const text = (element: Element | undefined) => element?.textContent ?? '';
  const calls = [...document.getElementsByClassName(REPORT_CALLS_CLASS)];
  const details = [...document.getElementsByClassName(REPORT_DETAILS_CLASS)];
  return parseReport({
    start: document.getElementById(REPORT_START_ID)?.textContent ?? '',
    blocks: calls.map((element, index) => ({ calls: text(element), details: text(details[index]) })),
  });
}

/** Nothing in a report turns the direction of the text around it: such characters are spelled before anything is read. */
function jsonOf(text: string): unknown {
  return JSON.parse(spelledDirection(text, '\\\\u'));
}

/** @throws where the blocks are none that a builder of this version writes */
export function parseReport(texts: ReportTexts): ReportData {
  const start = ReportStart.parse(jsonOf(texts.start));
  const heads: CallHead[] = [];
  const places = new Map<string, { block: number; line: number }>();
  const blocks = texts.blocks.map(({ calls, details }, block) => {
    const { head, call, heads: sparse } = ReportBlock.parse(jsonOf(calls));
    for (const [line, one] of sparse.entries()) {
      const whole = CallHead.parse(wholeOf(head, one));
      heads.push(whole);
      places.set(whole.call_id, { block, line });
    }
    // Split when it is looked into first: that is most of the text.
    let lines: string[] | null = null;
    return {
      call,
      line: (at: number) => {
        lines ??= details.split('\n');
        return lines[at] ?? '';
      },
    };
  });
  const lineOf = (callId: string) => {
    const place = places.get(callId);
    const block = place && blocks[place.block];
    return place && block ? { base: block.call, text: block.line(place.line) } : null;
  };
  const captures = start.captures.map(({ head }) => head);
  const rows = callTree(heads, besideRows(start.session, captures));
  return {
    start,
    head: bundledHead(start.session, rows, captures),
    rows,
    detail(callId) {
      const line = lineOf(callId);
      if (line === null) return null;
      const { call, frames } = ReportDetail.parse(jsonOf(line.text));
      return { call: wholeOf(line.base, call), frames };
    },
    holds(callId, words) {
      // As it stands in JSON: quotes and breaks are escaped there, once in a record and twice in a frame's text.
      const once = JSON.stringify(words).slice(1, -1);
      const text = lineOf(callId)?.text.toLowerCase() ?? '';
      return text.includes(once) || text.includes(JSON.stringify(once).slice(1, -1));
    },
  };
}
