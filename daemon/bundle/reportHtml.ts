/**
 * Writes `report.html`: the page's own script and style, and a session's data as blocks of JSON, in one file that opens
 * from disk without Callgrove. Yields its text in pieces, so that memory stays flat. Takes what is redacted already,
 * and lets nothing of it become markup: in a data block `<` stands as an escape.
 */
import { createHash } from 'node:crypto';
import { markupText } from '../base/markupText.ts';
import { pagePolicy } from '../base/pagePolicy.ts';
import { headOfCall } from '../model/headOfCall.ts';
import { memberTexts, sparseText } from '../model/sparse.ts';
import type { BundleMembers, CallFrameLine, ManifestDraft, ReportBuilder } from '../protocol/bundle.ts';
import {
  REPORT_CALLS_CLASS,
  REPORT_DETAILS_CLASS,
  REPORT_START_ID,
  REPORT_VERSION,
  type ReportFrame,
  type ReportStart,
} from '../protocol/report.ts';
import type { FindingKind } from '../protocol/trail.ts';
import { callsWithFrames, type ReportCall } from './callsWithFrames.ts';

/** The built page's files, as text. */
export interface PageText {
  readonly script: string;
  readonly style: string;
}

/** Calls of one data block: as many as are read in one go when the details of one of them are shown. */
const BLOCK_CALLS = 500;
export function reportBuilder(page: PageText): ReportBuilder {
  return (members, draft) => reportHtml(page, members, draft);
}

async function* reportHtml(page: PageText, members: BundleMembers, about: ManifestDraft): AsyncGenerator<string> {
  const session = await members.session();
  yield opening(page, session.session.label ?? session.session.title);
  const findings = await listOf(members.findings());
  const kinds = new Map<string, FindingKind[]>();
  for (const { call_id, kind } of findings)
    if (call_id !== null) kinds.set(call_id, [...(kinds.get(call_id) ?? []), kind]);
  let block: ReportCall[] = [];
  let count = 0;
  for await (const call of callsWithFrames(members)) {
    block.push(call);
    count++;
    if (block.length < BLOCK_CALLS) continue;
    yield blockText(block, kinds);
    block = [];
  }
  if (block.length > 0) yield blockText(block, kinds);
  const captures = await listOf(members.captures());
  const start: ReportStart = {
    v: REPORT_VERSION,
    about,
    session,
    captures: captures.sort((a, b) => a.head.captured_at.localeCompare(b.head.captured_at)),
    denials: await listOf(members.denials()),
    findings,
    diff: await members.diff(),
    calls_here: count,
  };
  yield `<script type="application/json" id="${REPORT_START_ID}">${dataText(JSON.stringify(start))}</script>\n`;
  yield `<script type="module">${page.script}</script>\n</body>\n</html>\n`;
}

async function listOf<T>(lines: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const line of lines) list.push(line);
  return list;
}

function opening({ script, style }: PageText, title: string): string {
  // These would end the element wherever they stand, or hide its end.
  if (/<\/?script/i.test(script) || /<\/style/i.test(style)) throw new Error('the page cannot stand in a document');
  const policy = pagePolicy(hashOf(script), hashOf(style));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${markupText(title)}</title>
<style>${style}</style>
</head>
<body class="is-report">
<div id="root"><p>This report of a Callgrove session is drawn by its own script. Where these words stay, scripts are turned off, or the end of the file is missing; the calls stand in calls.ndjson beside it.</p></div>
`;
}

function blockText(block: readonly ReportCall[], kinds: ReadonlyMap<string, FindingKind[]>): string {
  const heads = block.map(({ call, frames }) =>
    headOfCall(call, { ...sizesOf(frames), findings: kinds.get(call.call_id) ?? [] }),
  );
  const [head] = heads;
  const [first] = block;
  if (head === undefined || first === undefined) return '';
  const headTexts = memberTexts(head);
  const callTexts = memberTexts(first.call);
  const lines = block.map(
    ({ call, frames }) => `{"call":${sparseText(callTexts, call)},"frames":${JSON.stringify(frames.map(reportFrame))}}`,
  );
  // A ReportBlock, put together of texts that are made once.
  const text = `{"head":${JSON.stringify(head)},"call":${JSON.stringify(first.call)},"heads":[${heads.map((one) => sparseText(headTexts, one)).join(',')}]}`;
  return `<script type="application/json" class="${REPORT_CALLS_CLASS}">${dataText(text)}</script>
<script type="application/x-ndjson" class="${REPORT_DETAILS_CLASS}">${dataText(lines.join('\n'))}</script>
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

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
