/**
 * Writes `report.html`: the page's own script and style, and a session's data as blocks of JSON, in one file that opens
 * from disk without Callgrove. Yields its text in pieces, so that memory stays flat. Takes what is redacted already,
 * and lets nothing of it become markup: in a data block `<` stands as an escape.
 */
import { createHash } from 'node:crypto';
import { markupText } from '../base/markupText.ts';
import { pagePolicy } from '../base/pagePolicy.ts';
import type { BundleMembers, ManifestDraft, ReportBuilder } from '../protocol/bundle.ts';
import { REPORT_START_ID, REPORT_VERSION, type ReportLoose, type ReportStart } from '../protocol/report.ts';
import { callsWithFrames, looseFrames } from './callsWithFrames.ts';
import { createCallTexts, sizesOf } from './callTexts.ts';
import { dataText } from './dataText.ts';
import { createReportBlocks } from './reportBlocks.ts';

/** The built page's files, as text. */
export interface PageText {
  readonly script: string;
  readonly style: string;
}

export function reportBuilder(page: PageText): ReportBuilder {
  const parts: Pick<ReportBuilder, 'opening' | 'ending'> = {
    opening: ({ session }) => opening(page, session.label ?? session.title),
    ending: (members, about, calls) => ending(page, members, about, calls),
  };
  return Object.assign((members: BundleMembers, about: ManifestDraft) => whole(parts, members, about), parts);
}

async function* whole(
  parts: Pick<ReportBuilder, 'opening' | 'ending'>,
  members: BundleMembers,
  about: ManifestDraft,
): AsyncGenerator<string> {
  const session = await members.session();
  yield parts.opening(session);
  const texts = createCallTexts(await listOf(members.findings()), session.once ?? []);
  const blocks = createReportBlocks();
  for await (const { call, frames } of callsWithFrames(members))
    yield* blocks.add(
      texts.of(
        call,
        sizesOf(frames, ({ bytes }) => bytes),
      ),
      frames,
    );
  yield* blocks.end();
  yield* parts.ending(members, about, texts.calls);
}

async function* ending(
  page: PageText,
  members: BundleMembers,
  about: ManifestDraft,
  calls: number,
): AsyncGenerator<string> {
  const captures = await listOf(members.captures());
  const start: ReportStart = {
    v: REPORT_VERSION,
    about,
    session: await members.session(),
    captures: captures.sort((a, b) => a.head.captured_at.localeCompare(b.head.captured_at)),
    denials: await listOf(members.denials()),
    findings: await listOf(members.findings()),
    diff: await members.diff(),
    loose: await firstLoose(members),
    calls_here: calls,
  };
  yield `<script type="application/json" id="${REPORT_START_ID}">${dataText(JSON.stringify(start))}</script>\n`;
  yield `<script type="module">${page.script}</script>\n</body>\n</html>\n`;
}

const LOOSE = 100;
const LOOSE_CHARS = 4000;

async function firstLoose(members: BundleMembers): Promise<ReportLoose[]> {
  const list: ReportLoose[] = [];
  for await (const { connection_id, key, role, direction, at, bytes, body } of looseFrames(members)) {
    list.push({ connection_id, key, role, direction, at, bytes, body: body?.slice(0, LOOSE_CHARS) ?? null });
    if (list.length === LOOSE) break;
  }
  return list;
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

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
