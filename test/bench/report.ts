/** What a benchmark run says: one line a figure, as a table for the terminal and as docs/benchmarks.md. Pure. */
import type { Spread } from './rounds.ts';

export interface Line {
  /** What was measured, e.g. `p50 of a call`. Lines of one measure stand together. */
  readonly measure: string;
  readonly subject: string;
  /** The figure with its unit, e.g. `0.187 ms`. */
  readonly figure: string;
  /** What it is compared with; null for the reference itself. */
  readonly against: string | null;
  readonly spread: Spread | null;
  readonly unit: '×' | 'ms' | 'MB' | null;
  /** What was promised: an upper or a lower bound of the comparison's median (or of the figure where nothing is compared). */
  readonly wanted: { readonly bound: 'at most' | 'at least'; readonly value: number; readonly of: number } | null;
  /** Payload, rounds, calls and whether a daemon tails. */
  readonly conditions: string;
}

/** Three significant digits, without a trailing exponent. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return 'unknown';
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString('en-US');
  if (size >= 100) return value.toFixed(0);
  if (size >= 10) return value.toFixed(1);
  return value.toFixed(size >= 1 ? 2 : 3);
}

/** Whether the promise of a line is kept; null where none was made. */
export function met(line: Line): boolean | null {
  if (!line.wanted) return null;
  return line.wanted.bound === 'at most' ? line.wanted.of <= line.wanted.value : line.wanted.of >= line.wanted.value;
}

function compared(line: Line): string {
  if (!line.spread || !line.against) return '';
  const { median, low, high } = line.spread;
  const sign = line.unit === '×' || median < 0 ? '' : '+';
  const unit = line.unit === '×' ? ' ×' : ` ${line.unit} on`;
  return `${sign}${digits(median)} (${digits(low)}–${digits(high)})${unit} ${line.against}`;
}

function wanted(line: Line): string {
  if (!line.wanted) return '';
  const sign = line.wanted.bound === 'at most' ? '≤' : '≥';
  return `${sign} ${digits(line.wanted.value)}${met(line) ? ' ✓' : ' missed'}`;
}

const HEADS = ['measure', 'subject', 'figure', 'compared, median (range)', 'wanted', 'conditions'];
const cells = (line: Line) => [line.measure, line.subject, line.figure, compared(line), wanted(line), line.conditions];

/** The table for a terminal. */
export function plainTable(lines: readonly Line[]): string {
  const rows = [HEADS, ...lines.map(cells)];
  const widths = HEADS.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export interface Machine {
  readonly cores: number;
  readonly node: string;
  readonly memoryGb: number;
  readonly platform: string;
  readonly date: string;
  readonly command: string;
}

/** docs/benchmarks.md. */
export function benchmarksPage(lines: readonly Line[], machine: Machine): string {
  const table = [HEADS, HEADS.map(() => '---'), ...lines.map(cells)].map((row) => `| ${row.join(' | ')} |`).join('\n');
  return `# Benchmarks

Written by \`${machine.command}\` on ${machine.date}: ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.platform}, Node ${machine.node}. Client,
subject and server share these cores. Absolute times belong to this machine; what counts are the ratios.

**How.** Subjects take turns within each round and begin it in turn; each round gives one ratio, and the table shows the
median of those ratios with their range. \`direct\` has nothing between client and server. \`bare\` is a Node process that
pipes both ways with back-pressure. \`recording\` is the bare pipe that also splits lines, parses each and appends it with
a timestamp to an NDJSON file through a write stream. \`appending\` is the bare pipe that also appends each chunk as it is
to a file before it passes it on, the plainest way to have on file what was forwarded: its ratio to \`bare\` tells what the
file itself costs. \`callgrove\` is \`callgrove run --no-daemon\` with the policy that it has by itself (\`observe\`), \`enforce\`
the same with every rule enforced; \`tailed\` is \`callgrove run\` while a daemon tails its journal on the same cores. The
server (test/bench/echoServer.mjs) answers at once and parses nothing, so that a ratio is not diluted by it. Behind
\`run --url\` stands test/bench/echoHttp.mjs; \`bare bridge\` is a Node process that posts each line and writes each answer
(test/bench/pipes/bareUrl.mjs). CPU is the scheduler's count for all threads of the process in the middle, memory its
proportional set size. Where it says \`cores kept awake\`, a loop of the lowest priority runs on each core (test/bench/awake.ts):
no core halts, so that nobody waits for one to wake.

**What is wanted.** The limits are those of a proxy that records and, in \`observe\`, judges. In \`enforce\` each call is judged,
and that is on file, before the server sees it; there each limit may be missed by a factor of 1.3, so that the p50 at 100 B
and 10 KB is to be at most 1.495 times the recording pipe's and its CPU 1.04 times, and 1 MB at most 1.69 times the bare
pipe. At 1 MB a limit against the bare pipe holds only where the disk lets it: what \`appending\` costs nobody can save who
appends before forwarding.

${table}
`;
}
