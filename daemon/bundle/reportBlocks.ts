/** The calls of a report as blocks of JSON, put together of texts that are made already; nothing of them becomes markup. */
import type { CallFrameLine } from '../protocol/bundle.ts';
import { REPORT_CALLS_CLASS, REPORT_DETAILS_CLASS } from '../protocol/bundleNames.ts';
import type { ReportFrame } from '../protocol/report.ts';
import type { CallText } from './callTexts.ts';
import { dataText } from './dataText.ts';

export interface ReportBlocks {
  /** @returns the text, in pieces, of the block that ended with the call before; none while it goes on */
  add(text: CallText, frames: readonly CallFrameLine[]): readonly string[];
  /** @returns the text of the last block, in pieces */
  end(): readonly string[];
}

interface Block {
  readonly base: string;
  readonly heads: string[];
  readonly details: string[];
  chars: number;
}

/** A block with more in its details ends, however few its calls: it is held as a whole, here and by whoever opens the report. */
const BLOCK_CHARS = 4 * 1024 * 1024;

export function createReportBlocks(): ReportBlocks {
  let block: Block | null = null;
  const end = () => {
    const pieces = block === null ? [] : blockPieces(block);
    block = null;
    return pieces;
  };
  return {
    add({ base, head, call }, frames) {
      const common = base ?? block?.base ?? '';
      const before = base !== null || (block !== null && block.chars > BLOCK_CHARS) ? end() : [];
      block ??= { base: common, heads: [], details: [], chars: 0 };
      const detail = `{"call":${call},"frames":${dataText(JSON.stringify(frames.map(reportFrame)))}}`;
      block.heads.push(head);
      block.details.push(detail);
      block.chars += detail.length;
      return before;
    },
    end,
  };
}

/** A ReportBlock, and the lines that belong to it. Never one long text. */
function blockPieces({ base, heads, details }: Block): string[] {
  return [
    `<script type="application/json" class="${REPORT_CALLS_CLASS}">{${base},"heads":[`,
    heads.join(','),
    `]}</script>\n<script type="application/x-ndjson" class="${REPORT_DETAILS_CLASS}">`,
    ...details.map((text, index) => (index === 0 ? text : `\n${text}`)),
    '</script>\n',
  ];
}

function reportFrame({ key, role, direction, at, bytes, kept, body }: CallFrameLine): ReportFrame {
  return { key, role, direction, at, bytes, kept, body };
}
