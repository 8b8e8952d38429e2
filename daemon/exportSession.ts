/**
 * Makes a bundle of a session: reads database and journal, masks all of it, lets it wait in a spool, and writes what
 * fits. Memory is flat; what is held beside a few hundred calls are the session's captures, one after the other.
 */
import { DisposableStore } from './base/lifecycle.ts';
import { VERSION } from './base/version.ts';
import { REPORT_LIMITS } from './bundle/callsWithFrames.ts';
import { createCallTexts } from './bundle/callTexts.ts';
import { fitBundle } from './bundle/fitBundle.ts';
import { createSpool, type Spool } from './bundle/spool.ts';
import { MOST_ZIP_BYTES } from './bundle/writeBundle.ts';
import { writeCalls } from './exportCalls.ts';
import type { FramesWanted } from './exportFrames.ts';
import { foreignLooseFrames, ownLooseFrames } from './exportLoose.ts';
import { exportRedaction } from './exportRedactor.ts';
import { type FramesThread, startFramesThread } from './framesThread.ts';
import { importedLines } from './importedLines.ts';
import { readOpenRecord } from './journal/readOpenRecord.ts';
import type { BodyPlaces } from './journal/readSpans.ts';
import { bytesText } from './model/bytesText.ts';
import {
  BUNDLE_VERSION,
  type BundledConnection,
  type BundledSession,
  type BundleOptions,
  type CutEntry,
  captureMember,
  type Manifest,
  type ManifestDraft,
  MEMBER,
  type ReportBuilder,
} from './protocol/bundle.ts';
import type { RunComparison } from './protocol/comparison.ts';
import type { OpenRecord } from './protocol/journal.ts';
import type { RedactRule } from './protocol/settings.ts';
import type { SessionSums } from './protocol/summary.ts';
import { sessionTitle } from './record/sessionTitle.ts';
import { createBundleRedactor, foundTogether } from './redact/bundleRedactor.ts';
import {
  type BundledCallRow,
  bundledCalls,
  bundledCaptures,
  bundledConnections,
  bundledGaps,
  rangeAround,
  sessionNumber,
} from './store/bundleQueries.ts';
import type { Database } from './store/database.ts';
import { sessionDenials } from './store/denialQueries.ts';
import { importOf, type LineReader } from './store/importQueries.ts';
import { sessionOnces } from './store/onceRows.ts';
import { callNumber } from './store/resolve.ts';
import { sessionHeads } from './store/sessionQueries.ts';
import { sessionSummary } from './store/summaryQueries.ts';
import { readFindings, readTrail } from './store/trailQueries.ts';

export interface ExportSource {
  /** Its own connection, read-only: it is held on one state of the file. */
  readonly database: Database;
  readonly places: BodyPlaces;
  readonly machineKey: Uint8Array | null;
  /** The user's own rules. */
  readonly rules: readonly RedactRule[];
  /** Absolute: where the spool may stand. */
  readonly temporary: string;
  /** Null where the page was not built. */
  readonly report: ReportBuilder | null;
  /** The comparison that is to be in it, masked as for the feed. */
  readonly compare: (other: string) => Promise<RunComparison | null>;
}

export interface ExportRequest {
  readonly session_id: string;
  readonly options: BundleOptions;
  readonly at: Date;
  readonly file: string;
  readonly force: boolean;
  readonly onProgress: (progress: ExportProgress) => void;
}

export interface ExportProgress {
  readonly phase: 'reading' | 'packing';
  readonly done: number;
  /** Calls; of packing the attempts, whose number is not known. */
  readonly total: number | null;
}

export interface Exported {
  readonly manifest: Manifest;
  readonly bytes: number;
  /** Gives the file its name; until then there is none. */
  keep(): void;
  /** Throws it away, unless it was kept. */
  dispose(): void;
}

/** `not_found`: no such session, or call in it; `too_large`: with nothing but what must be in it. */
export class ExportError extends Error {
  readonly code: 'not_found' | 'too_large';
  constructor(code: ExportError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** Read at a time. */
const BATCH = 32;
const CAPTURES = 400;

export async function exportSession(source: ExportSource, request: ExportRequest): Promise<Exported> {
  const { database } = source;
  const store = new DisposableStore();
  try {
    const held = store.add(database.hold());
    const spool = store.add(createSpool(source.temporary));
    const draft = await fillSpool(source, request, spool, (wanted) => store.add(startFramesThread(wanted)));
    held.dispose();
    const { options } = request;
    const fitted = await fitBundle(spool, {
      file: request.file,
      force: request.force,
      maxBytes: options.max_bytes,
      limitText: bytesText(options.max_bytes ?? MOST_ZIP_BYTES),
      report: source.report,
      draft,
      onAttempt: (done) => request.onProgress({ phase: 'packing', done, total: null }),
    });
    if (fitted.kind === 'too_large')
      throw new ExportError('too_large', `the smallest bundle of this session has ${bytesText(fitted.bytes)}`);
    const { manifest, written } = fitted;
    return { manifest, bytes: written.bytes, keep: written.keep, dispose: written.dispose };
  } finally {
    store.dispose();
  }
}

/** @param startFrames starts the thread that reads and masks messages; ended by the caller, whatever becomes of this */
async function fillSpool(
  source: ExportSource,
  request: ExportRequest,
  spool: Spool,
  startFrames: (wanted: FramesWanted) => FramesThread,
): Promise<ManifestDraft> {
  const { database, places, machineKey } = source;
  const { session_id, options } = request;
  const n = sessionNumber(database, session_id);
  const [head] = sessionHeads(database, [session_id], sessionTitle);
  if (n === null || !head) throw new ExportError('not_found', `there is no session ${session_id}`);
  const range =
    options.around === null ? { from: 0, to: Number.MAX_SAFE_INTEGER } : around(database, options, session_id);
  const foreign = importOf(database, session_id);
  const connections = foreign?.session.connections ?? bundledConnections(database, n);
  const opens = new Map<string, OpenRecord>();
  for (const { connection_id } of connections) {
    const open = foreign ? null : readOpenRecord(places.journal, connection_id);
    if (open) opens.set(connection_id, open);
  }
  const redaction = options.redact
    ? exportRedaction({
        opens: [...opens.values()],
        captures: bundledCaptures(database, session_id),
        machineKey,
        rules: source.rules,
      })
    : null;
  const frames = spool.place(MEMBER.frames);
  const report = source.report && spool.place(MEMBER.report);
  const writer = startFrames({
    places: { journal: places.journal, artifacts: places.artifacts },
    level: options.bodies,
    redaction,
    file: frames.file,
    report: report && { file: report.file, frames: REPORT_LIMITS.frames },
  });
  const redactor = redaction && createBundleRedactor(redaction);
  const masked: Masked = (value, member) => redactor?.json(value, member) ?? value;
  const cut: CutEntry[] = [...(foreign?.manifest.cut ?? [])];
  const whole: BundledSession = {
    v: 1,
    session: head.session,
    connections: foreign ? connections : connections.map((one) => withOpening(one, opens.get(one.connection_id))),
    gaps: foreign?.session.gaps ?? bundledGaps(database, n),
    trail: readTrail(database, session_id),
    once: foreign ? foreign.session.once : sessionOnces(database, n, range),
    sums: sumsOf(database, session_id),
  };
  const told = masked(whole, MEMBER.session);
  await document(spool, MEMBER.session, told);

  const ids = options.around === null ? null : new Set<string>();
  const loose = foreign
    ? foreignLooseFrames(database, foreign.import_id)
    : ownLooseFrames(
        {
          database,
          journal: places.journal,
          connections: connections.map(({ connection_id }) => connection_id),
          range: { session: n, from: range.from + 1, to: range.to },
        },
        (count) => cut.push({ what: 'frames', count, why: 'one connection has more of them that belong to no call' }),
      );
  const findings = readFindings(database, session_id);
  if (source.report) await writer.report(source.report.opening(told));
  const texts = source.report && createCallTexts(findings, told.once ?? []);
  const into = spool.open(MEMBER.calls);
  let done = 0;
  const kept = await writeCalls({
    loose,
    calls: callsOf(database, n, range, importedLines(places)),
    level: options.bodies,
    redactor,
    into,
    writer,
    texts,
    onCalls(some) {
      for (const id of some) ids?.add(id);
      done += some.length;
      request.onProgress({ phase: 'reading', done, total: Math.max(head.calls, done) });
    },
  });
  await into.close();
  const ended = await writer.endFrames();
  frames.written(ended.facts);
  if (options.around !== null) {
    const all = database.sql('SELECT count(*) AS total FROM calls WHERE session = ?').get(n);
    const count = Number(all?.total ?? 0) - kept.calls;
    if (count > 0) cut.push({ what: 'calls', count, why: 'only those around one call were asked for' });
  }

  const isIn = (callId: string | null) => ids === null || callId === null || ids.has(callId);
  const denials = sessionDenials(database, session_id);
  const counts = {
    ...kept,
    denials: await lines(
      spool,
      MEMBER.denials,
      denials.filter((one) => isIn(one.call_id)),
      masked,
    ),
    findings: await lines(
      spool,
      MEMBER.findings,
      findings.filter((one) => isIn(one.call_id)),
      masked,
    ),
    captures: 0,
  };
  let withoutTexts = 0;
  for (const stored of bundledCaptures(database, session_id)) {
    if (counts.captures >= CAPTURES) {
      cut.push({ what: 'captures', count: 1, why: `a bundle holds ${CAPTURES} of them` });
      break;
    }
    const texts = options.with_instructions ? stored.capture.texts : {};
    withoutTexts += Object.keys(stored.capture.texts).length - Object.keys(texts).length;
    const member = captureMember(stored.head.capture_id);
    await document(spool, member, masked({ ...stored, capture: { ...stored.capture, texts } }, 'harness/'));
    counts.captures++;
  }
  if (withoutTexts > 0)
    cut.push({
      what: 'instructions',
      count: withoutTexts,
      why: 'their hashes are there; --with-instructions includes the texts',
    });
  if (options.diff === null && foreign?.diff) await document(spool, MEMBER.diff, masked(foreign.diff, MEMBER.diff));
  if (options.diff !== null) {
    const comparison = await source.compare(options.diff);
    if (!comparison) throw new ExportError('not_found', `there is no session ${options.diff}`);
    await document(spool, MEMBER.diff, masked(comparison, MEMBER.diff));
  }
  if (source.report === null) cut.push({ what: 'report', count: 1, why: 'the page that it is made of was not built' });
  const draft: ManifestDraft = {
    bundle: 'callgrove',
    v: BUNDLE_VERSION,
    callgrove: VERSION,
    adapters: [...new Set(connections.map(({ callgrove }) => callgrove))].map((version) => ({
      name: 'callgrove',
      version,
    })),
    created_at: request.at.toISOString(),
    session_id,
    source: foreign ? { kind: 'imported', imported_at: foreign.imported_at } : { kind: 'recorded', imported_at: null },
    options: { ...options, diff: options.diff ?? foreign?.manifest.options.diff ?? null },
    counts,
    redacted: redactor !== null,
    redaction: [...(foreign?.manifest.redaction ?? []), ...foundTogether(redactor?.found() ?? [], ended.found)],
    cut,
  };
  if (report && source.report && texts) {
    for await (const piece of source.report.ending(spool.members, draft, texts.calls)) await writer.report(piece);
    const facts = await writer.endReport();
    if (facts) report.written(facts);
  }
  return draft;
}

type Masked = <T>(value: T, member: string) => T;

function* callsOf(
  database: Database,
  session: number,
  { from, to }: { from: number; to: number },
  readLine: LineReader,
): Generator<readonly BundledCallRow[]> {
  for (let after: number | null = from; after !== null; ) {
    const { calls, next } = bundledCalls(database, session, after, to, BATCH, readLine);
    yield calls;
    after = next;
  }
}

function around(database: Database, options: BundleOptions, sessionId: string): { from: number; to: number } {
  const { call_id, calls } = options.around ?? { call_id: '', calls: 0 };
  const n = callNumber(database, call_id);
  const range = n === null ? null : rangeAround(database, sessionId, n, calls);
  if (!range) throw new ExportError('not_found', `there is no call ${call_id} in ${sessionId}`);
  return { from: range.from - 1, to: range.to };
}

/** null where an imported bundle did not add up. */
function sumsOf(database: Database, sessionId: string): SessionSums | null {
  const summary = sessionSummary(database, sessionId, sessionTitle);
  if (!summary) return null;
  const { session: _, findings: __, ...sums } = summary;
  return sums;
}

function withOpening(connection: BundledConnection, open: OpenRecord | undefined): BundledConnection {
  if (!open) return { ...connection, transport: connection.url === null ? 'unknown' : 'http' };
  return {
    ...connection,
    transport: open.transport,
    command: open.argv,
    cwd: open.cwd,
    variables: Object.keys(open.environment).sort(),
  };
}

function document(spool: Spool, name: string, value: unknown): Promise<void> {
  return spool.put(name, `${JSON.stringify(value, null, 1)}\n`);
}

async function lines(spool: Spool, name: string, values: readonly unknown[], masked: Masked): Promise<number> {
  const file = spool.open(name);
  for (const value of values) {
    file.line(JSON.stringify(masked(value, name)));
    await file.ready();
  }
  await file.close();
  return values.length;
}
