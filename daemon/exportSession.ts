/**
 * Makes a bundle of a session: reads database and journal, masks all of it, lets it wait in a spool, and writes what
 * fits. Memory is flat; what is held beside a few hundred calls are the session's captures, one after the other.
 */
import { VERSION } from './base/version.ts';
import { REPORT_LIMITS } from './bundle/callsWithFrames.ts';
import { fitBundle } from './bundle/fitBundle.ts';
import { createReportBlocks } from './bundle/reportBlocks.ts';
import { createSpool, type Spool } from './bundle/spool.ts';
import { MOST_ZIP_BYTES } from './bundle/writeBundle.ts';
import { bundledFrames, type FrameText, frameLine, type Masking } from './exportFrames.ts';
import { foreignLooseFrames, ownLooseFrames } from './exportLoose.ts';
import { exportRedactor } from './exportRedactor.ts';
import { createFrameFiles } from './journal/frameFiles.ts';
import { readOpenRecord } from './journal/readOpenRecord.ts';
import type { BodyPlaces } from './journal/readSpans.ts';
import { bytesText } from './model/bytesText.ts';
import {
  BUNDLE_VERSION,
  type BundledConnection,
  type BundledSession,
  type BundleOptions,
  type CallFrameLine,
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
import type { BundleRedactor } from './redact/bundleRedactor.ts';
import {
  bundledCalls,
  bundledCaptures,
  bundledConnections,
  bundledGaps,
  rangeAround,
  sessionNumber,
} from './store/bundleQueries.ts';
import type { Database } from './store/database.ts';
import { sessionDenials } from './store/denialQueries.ts';
import { importOf } from './store/importQueries.ts';
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

const BATCH = 32;
const CAPTURES = 400;
export async function exportSession(source: ExportSource, request: ExportRequest): Promise<Exported> {
  const { database } = source;
  const held = database.hold();
  const spool = createSpool(source.temporary);
  try {
    const draft = await fillSpool(source, request, spool);
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
    held.dispose();
    spool.dispose();
  }
}

function maskingWith(redactor: BundleRedactor | null): Masking {
  return {
    value: (value, member) => redactor?.json(value, member) ?? value,
    record: (value, member) => redactor?.record(value, member) ?? { value, json: JSON.stringify(value) },
    message: (text) => redactor?.message(text, MEMBER.frames, 'body') ?? text,
  };
}

async function fillSpool(source: ExportSource, request: ExportRequest, spool: Spool): Promise<ManifestDraft> {
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
  const redactor = options.redact
    ? exportRedactor({
        opens: [...opens.values()],
        captures: bundledCaptures(database, session_id),
        machineKey,
        rules: source.rules,
      })
    : null;
  const masking = maskingWith(redactor);
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
  const told = masking.value(whole, MEMBER.session);
  await document(spool, MEMBER.session, told);

  const files = createFrameFiles(places);
  const adapters = new Set<string | null>(connections.map(({ callgrove }) => callgrove));
  const kept = { calls: 0, frames: 0 };
  const ids = options.around === null ? null : new Set<string>();
  const callLines = spool.open(MEMBER.calls);
  const frameLines = spool.open(MEMBER.frames);
  const text: FrameText = { level: options.bodies, files, masking };
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
  const blocks = createReportBlocks(findings, told.once ?? []);
  const report = source.report && spool.open(MEMBER.report);
  report?.text(source.report?.opening(told) ?? '');
  /** Other work of this process goes on, and what packs the members keeps up. */
  const othersTurn = async () => {
    await new Promise((done) => setImmediate(done));
    for (const file of [callLines, frameLines, report]) await file?.ready();
  };
  try {
    for (const placed of loose) {
      frameLines.line(JSON.stringify(frameLine(placed, text)));
      if (++kept.frames % BATCH === 0) await othersTurn();
    }
    for (let after = range.from; ; ) {
      const { calls, next } = bundledCalls(database, n, after, range.to, BATCH);
      for (const row of calls) {
        const { value: call, json } = masking.record(row.call, MEMBER.calls);
        callLines.line(json);
        ids?.add(row.call.call_id);
        kept.calls++;
        const shown: CallFrameLine[] = [];
        for (const line of bundledFrames(row, text)) {
          frameLines.line(JSON.stringify(line));
          kept.frames++;
          if (shown.length < REPORT_LIMITS.frames) shown.push(line);
        }
        if (kept.calls <= REPORT_LIMITS.calls)
          for (const piece of blocks.add({ call, frames: shown })) report?.text(piece);
      }
      request.onProgress({ phase: 'reading', done: kept.calls, total: Math.max(head.calls, kept.calls) });
      if (next === null) break;
      after = next;
      await othersTurn();
    }
    for (const piece of blocks.end()) report?.text(piece);
    await callLines.close();
    await frameLines.close();
  } finally {
    files.dispose();
  }
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
      masking,
    ),
    findings: await lines(
      spool,
      MEMBER.findings,
      findings.filter((one) => isIn(one.call_id)),
      masking,
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
    await document(spool, member, masking.value({ ...stored, capture: { ...stored.capture, texts } }, 'harness/'));
    counts.captures++;
  }
  if (withoutTexts > 0)
    cut.push({
      what: 'instructions',
      count: withoutTexts,
      why: 'their hashes are there; --with-instructions includes the texts',
    });
  if (options.diff === null && foreign?.diff)
    await document(spool, MEMBER.diff, masking.value(foreign.diff, MEMBER.diff));
  if (options.diff !== null) {
    const comparison = await source.compare(options.diff);
    if (!comparison) throw new ExportError('not_found', `there is no session ${options.diff}`);
    await document(spool, MEMBER.diff, masking.value(comparison, MEMBER.diff));
  }
  if (source.report === null) cut.push({ what: 'report', count: 1, why: 'the page that it is made of was not built' });
  const draft: ManifestDraft = {
    bundle: 'callgrove',
    v: BUNDLE_VERSION,
    callgrove: VERSION,
    adapters: [...adapters].map((version) => ({ name: 'callgrove', version })),
    created_at: request.at.toISOString(),
    session_id,
    source: foreign ? { kind: 'imported', imported_at: foreign.imported_at } : { kind: 'recorded', imported_at: null },
    options: { ...options, diff: options.diff ?? foreign?.manifest.options.diff ?? null },
    counts,
    redacted: redactor !== null,
    redaction: [...(foreign?.manifest.redaction ?? []), ...(redactor?.found() ?? [])],
    cut,
  };
  if (report && source.report) {
    for await (const piece of source.report.ending(spool.members, draft, blocks.calls)) report.text(piece);
    await report.close();
  }
  return draft;
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

async function lines(spool: Spool, name: string, values: readonly unknown[], masking: Masking): Promise<number> {
  const file = spool.open(name);
  for (const value of values) {
    file.line(JSON.stringify(masking.value(value, name)));
    await file.ready();
  }
  await file.close();
  return values.length;
}
