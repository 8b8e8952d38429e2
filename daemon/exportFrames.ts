/**
 * The messages of a session as a bundle has them: read from the journal, masked, and as much of each as is wanted. Needs
 * nothing but what it is handed, so that a thread of its own can do it.
 */
import { isOfCall } from './bundle/callsWithFrames.ts';
import type { CallText } from './bundle/callTexts.ts';
import { bodyAt } from './bundle/frameBody.ts';
import { createPackedFile, type PackedFacts, type PackedFile } from './bundle/packedFile.ts';
import { createReportBlocks } from './bundle/reportBlocks.ts';
import { createFrameFiles, type FrameFiles } from './journal/frameFiles.ts';
import type { BodyPlaces } from './journal/readSpans.ts';
import type { BodyLevel, CallFrameLine, FrameLine } from './protocol/bundle.ts';
import { MEMBER } from './protocol/bundleNames.ts';
import type { FrameRef } from './protocol/events.ts';
import { type BundleRedactorOptions, createBundleRedactor, type FoundSecret } from './redact/bundleRedactor.ts';

/** Of a frame so much is masked to show its beginning: secrets that it cuts off lie behind what is shown. */
const HEAD_READ_BYTES = 8 * 1024;
const HEAD_TAIL_CHARS = 2048;
/** A larger frame is not there in full. */
const FULL_READ_BYTES = 8 * 1024 * 1024;
/** So much of them may wait to be packed. */
const READY_CHARS = 1024 * 1024;

export interface PlacedFrame {
  readonly call_id: string | null;
  readonly connection_id: string;
  /** The journal that its text stands in. */
  readonly journal_id: string;
  readonly role: FrameLine['role'];
  readonly frame: FrameRef;
  /** Of an imported one: what its bundle had of it. null for what is ours. */
  readonly imported: Pick<FrameLine, 'kept' | 'bytes'> | null;
}

/** The frames of one call, or some that belong to none. */
export interface FrameGroup {
  readonly frames: readonly PlacedFrame[];
  /** What the report says of the call; null where it does not. */
  readonly text: CallText | null;
}

/** Plain data. */
export interface FramesWanted {
  readonly places: BodyPlaces;
  readonly level: BodyLevel;
  /** null where nothing is to be masked. */
  readonly redaction: BundleRedactorOptions | null;
  /** The packed member's file. */
  readonly file: string;
  /** Where it is packed, and how many frames of a call stand in it; null where there is none. */
  readonly report: { readonly file: string; readonly frames: number } | null;
}

/** Writes `frames.ndjson`, and `report.html`, in which the same messages stand. To be called one after the other. */
export interface FrameWriter {
  add(groups: readonly FrameGroup[]): Promise<void>;
  /** No more frames come. */
  endFrames(): Promise<{ readonly facts: PackedFacts; readonly found: FoundSecret[] }>;
  /** What stands in the report before the calls, and behind them. */
  report(text: string): Promise<void>;
  endReport(): Promise<PackedFacts | null>;
}

export function createFrameWriter({ places, level, redaction, file, report }: FramesWanted): FrameWriter {
  const files = createFrameFiles(places);
  const redactor = redaction && createBundleRedactor(redaction);
  const mask = (text: string) => redactor?.message(text, MEMBER.frames, 'body') ?? text;
  const lines = createPackedFile(file);
  const shown = report && createPackedFile(report.file);
  const blocks = createReportBlocks();
  let waiting = 0;
  const ready = async () => {
    waiting = 0;
    await lines.ready();
    await shown?.ready();
  };
  return {
    async add(groups) {
      for (const { frames, text } of groups) {
        const first: CallFrameLine[] = [];
        for (const placed of frames) {
          const line = frameLine(placed, level, files, mask);
          lines.line(JSON.stringify(line));
          waiting += line.body?.length ?? 0;
          if (waiting > READY_CHARS) await ready();
          if (text !== null && first.length < (report?.frames ?? 0) && isOfCall(line)) first.push(line);
        }
        if (text !== null) for (const piece of blocks.add(text, first)) shown?.text(piece);
      }
      await ready();
    },
    async endFrames() {
      files.dispose();
      for (const piece of blocks.end()) shown?.text(piece);
      return { facts: await closed(lines), found: redactor?.found() ?? [] };
    },
    async report(text) {
      shown?.text(text);
      await shown?.ready();
    },
    endReport: async () => shown && (await closed(shown)),
  };
}

async function closed(file: PackedFile): Promise<PackedFacts> {
  await file.close();
  if (file.facts === null) throw new Error('what is closed has facts');
  return file.facts;
}

/** Of an imported one its bundle tells. */
export function bytesOnWire({ frame, imported }: PlacedFrame): number {
  return imported?.bytes ?? frame.byteLength;
}

/** So many bytes of it are read. */
export function readBytes({ frame }: PlacedFrame, level: BodyLevel): number {
  return Math.min(frame.byteLength, readLimit(level));
}

function readLimit(level: BodyLevel): number {
  return level === 'none' ? 0 : level === 'head' ? HEAD_READ_BYTES : FULL_READ_BYTES;
}

function frameLine(
  placed: PlacedFrame,
  level: BodyLevel,
  files: FrameFiles,
  mask: (text: string) => string,
): FrameLine {
  const { call_id, connection_id, journal_id, role, frame, imported } = placed;
  const limit = readLimit(level);
  const isRead = frame.byteLength <= limit;
  const bytes = limit === 0 || imported?.kept === 'none' ? null : files.read(journal_id, frame, limit);
  const text = bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  const masked = text && (isRead ? mask(text) : mask(text).slice(0, -HEAD_TAIL_CHARS));
  return {
    v: 1,
    call_id,
    connection_id,
    key: frame.key,
    role,
    direction: frame.direction,
    at: new Date(frame.at).toISOString(),
    mono: frame.mono,
    bytes: bytesOnWire(placed),
    ...keptOf(level, masked, isRead, imported?.kept ?? null),
  };
}

/** @param before what the bundle that a frame came with had of it; null for a frame of our own */
function keptOf(
  level: BodyLevel,
  text: string | null,
  whole: boolean,
  before: FrameLine['kept'] | null,
): Pick<FrameLine, 'kept' | 'body'> {
  if (level === 'none' || before === 'none') return { kept: before === 'gone' ? 'gone' : 'none', body: null };
  if (before === 'shape' && text !== null) return { kept: 'shape', body: text };
  return bodyAt(level, text, whole && (before === null || before === 'full'));
}
