/**
 * The first stage of ingesting: from a journal's records to the writes they cause. Cuts chunks into frames, pairs them
 * with calls and names sessions; reads no content. What it returns is applied in one transaction by ingestJournal.
 */
import type { ImportWrite } from './importWrites.ts';
import { keepArtifact } from './journal/artifacts.ts';
import type { JournalItem } from './journal/follow.ts';
import { type BodyPlaces, readFrame } from './journal/readSpans.ts';
import type { SegmentRecord } from './journal/segmentReader.ts';
import type { JournalState } from './journalState.ts';
import { type ConnectionEnd, endText } from './model/connectionEnd.ts';
import { type OwnWrite, readOwnRecord } from './ownRecords.ts';
import { DAEMON_CONNECTION_ID } from './protocol/daemonJournal.ts';
import type { FrameEvent, FrameRef, Span } from './protocol/events.ts';
import { type FileState, FileStateRecord } from './protocol/fileState.ts';
import { isImportId } from './protocol/imported.ts';
import {
  AlteredRecord,
  ExitRecord,
  GapRecord,
  type HttpExchange,
  HttpRecord,
  OpenRecord,
  SignalRecord,
} from './protocol/journal.ts';
import { isFrameKey, judgementOf } from './readDecision.ts';
import { correlate } from './record/correlate.ts';
import { endConnection } from './record/endConnection.ts';
import { LARGE_FRAME_BYTES, parseFrame, unreadableFrame } from './record/parseFrame.ts';
import { type SplitFrame, splitChunk, splitEof, splitGap, splitSegmentStart } from './record/splitFrames.ts';
import type { AlteredAnswer } from './store/alteredRows.ts';
import type { Judgement } from './store/judgement.ts';

/** Signals by which a server is told to stop; others may mean anything. */
const ENDING: ReadonlySet<string> = new Set(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGKILL']);

/** A write that a record causes, in order. */
export type Write =
  | { readonly kind: 'opened'; readonly state: JournalState; readonly at: number; readonly open: OpenRecord }
  | { readonly kind: 'event'; readonly state: JournalState; readonly event: FrameEvent; readonly at: number }
  | {
      readonly kind: 'gap';
      readonly state: JournalState;
      readonly at: number;
      readonly ordinal: number;
      readonly gap: GapRecord;
    }
  | {
      readonly kind: 'ended';
      readonly state: JournalState;
      readonly at: number;
      readonly end: ConnectionEnd;
      readonly stderr: readonly Span[];
    }
  | {
      readonly kind: 'http';
      readonly state: JournalState;
      readonly at: number;
      /** When the request was sent, epoch ms. */
      readonly sentAt: number;
      readonly exchange: HttpExchange;
    }
  | {
      readonly kind: 'judged';
      readonly state: JournalState;
      readonly at: number;
      readonly frame: string;
      /** What it was judged by. */
      readonly root: string | null;
      readonly judgement: Judgement;
    }
  /** Another line passed in place of the server's answer in this frame. */
  | { readonly kind: 'altered'; readonly state: JournalState; readonly altered: AlteredAnswer }
  | {
      readonly kind: 'looked';
      readonly state: JournalState;
      readonly at: number;
      /** The frame that opened the call whose files were looked at. */
      readonly frame: string;
      readonly stage: FileStateRecord['when'];
      /** Of the whole record. */
      readonly place: Span;
      /** What the call was going to write, or read and found changed; empty where an earlier record told it. */
      readonly paths: readonly string[];
      /** What the files at these paths are known by besides. */
      readonly marks: readonly string[];
    }
  | ImportWrite
  | OwnWrite;

/** Turns one item of the journal into writes; `state` moves on. Never throws for what a peer sent. */
export function readItem(places: BodyPlaces, state: JournalState, item: JournalItem, writes: Write[]): void {
  state.changed = true;
  state.segment = item.end.segment;
  state.offset = item.end.offset;
  if (item.kind === 'damage') return;
  state.stored.last_at = Math.max(state.stored.last_at, item.at);
  if (item.kind === 'segment') {
    const { split } = state.stored;
    frames(places, state, splitSegmentStart(split, item.header, item.at, 0), writes);
    // The segments before it are gone, and with them who it was.
    if (
      item.header.segment > 0 &&
      !state.stored.opened &&
      state.connection_id !== DAEMON_CONNECTION_ID &&
      !isImportId(state.connection_id)
    ) {
      state.stored.opened = true;
      writes.push({ kind: 'opened', state, at: item.at, open: unknownOpening(state.connection_id) });
    }
  } else readRecord(places, state, item.record, item.end.segment, writes);
}

function readRecord(
  places: BodyPlaces,
  state: JournalState,
  record: SegmentRecord,
  segment: number,
  writes: Write[],
): void {
  const { head, payload } = record;
  const { split } = state.stored;
  switch (head.k) {
    case 'chunk': {
      state.chunks++;
      state.bytes += head.n;
      if (head.d === 'stderr') keepLastWords(state, { segment, offset: record.payloadOffset, length: head.n });
      if (head.d === undefined || head.d === 'stderr') return;
      const chunk = {
        segment,
        offset: record.payloadOffset,
        ordinal: head.o,
        direction: head.d,
        at: head.t,
        mono: head.m,
        bytes: payload,
      };
      frames(places, state, splitChunk(split, chunk), writes);
      return;
    }
    case 'eof':
      if (head.d === undefined || head.d === 'stderr') return;
      frames(places, state, splitEof(split, head.d, head.t, head.m), writes);
      return;
    case 'open': {
      const open = OpenRecord.safeParse(jsonOf(payload));
      if (!open.success) return;
      state.open = open.data;
      state.stored.opened = true;
      writes.push({ kind: 'opened', state, at: head.t, open: open.data });
      return;
    }
    case 'gap': {
      const gap = GapRecord.safeParse(jsonOf(payload));
      if (!gap.success) return;
      frames(places, state, splitGap(split, gap.data, head.o, head.t, head.m), writes);
      writes.push({ kind: 'gap', state, at: head.t, ordinal: head.o, gap: gap.data });
      return;
    }
    case 'http': {
      const http = HttpRecord.safeParse(jsonOf(payload));
      if (!http.success) return;
      for (const exchange of http.data.exchanges) {
        if (exchange.own_answer) state.stored.own_answer = exchange.failure;
        writes.push({ kind: 'http', state, at: head.t, sentAt: head.t - head.m + exchange.m, exchange });
      }
      return;
    }
    case 'signal': {
      const told = SignalRecord.safeParse(jsonOf(payload));
      if (told.success && ENDING.has(told.data.signal)) state.stored.stopped = true;
      return;
    }
    case 'decision': {
      const place = { segment, offset: record.payloadOffset, length: head.n };
      const judged = judgementOf(jsonOf(payload), place);
      if (judged) writes.push({ kind: 'judged', state, at: head.t, ...judged });
      return;
    }
    case 'altered': {
      const altered = AlteredRecord.safeParse(jsonOf(payload)).data;
      if (altered?.why !== 'list_filtered' || altered.frame === null) return;
      const place = { segment, offset: record.payloadOffset, length: head.n };
      const { frame, surface = null, hidden } = altered;
      writes.push({ kind: 'altered', state, altered: { frame, place, surface, hidden: hidden?.length ?? null } });
      return;
    }
    case 'filestate': {
      const looked = FileStateRecord.safeParse(jsonOf(payload)).data;
      if (!looked || !isFrameKey(looked.frame)) return;
      const place = { segment, offset: record.payloadOffset, length: head.n };
      // Of a call that only reads there is nothing but a record of after: something changed while it ran.
      const reads = looked.files.every(({ access }) => access === 'read');
      const about = looked.files.filter(({ access }) => reads || access === 'write');
      const isFirst = reads ? looked.when === 'after' : looked.when === 'before';
      const paths = isFirst ? about.map(({ path }) => path) : [];
      const marks = isFirst ? about.flatMap(marksOf) : [];
      writes.push({ kind: 'looked', state, at: head.t, frame: looked.frame, stage: looked.when, place, paths, marks });
      return;
    }
    case 'exit': {
      const exit = ExitRecord.safeParse(jsonOf(payload));
      readEnd(places, state, { at: head.t, mono: head.m, how: 'exit', exit: exit.success ? exit.data : null }, writes);
      return;
    }
    default: {
      if (isImportId(state.connection_id)) {
        const { payloadOffset } = record;
        // The bytes may be a view into a buffer that is used again.
        const kept = { payload: Uint8Array.from(payload), segment, payloadOffset };
        writes.push({ kind: 'imported', import_id: state.connection_id, record: head.k, ...kept });
        return;
      }
      // A later version's kind of record is skipped, not refused.
      const own = state.connection_id === DAEMON_CONNECTION_ID ? readOwnRecord(head.k, head.t, jsonOf(payload)) : null;
      if (own) writes.push(own);
    }
  }
}

/**
 * What a file is known by besides its path: itself, because it may have several names, and its name in its folder whatever
 * the case, because file systems differ in what is the same name.
 */
function marksOf({ path, before }: FileState): string[] {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1).toLowerCase();
  return [
    ...(before.kind === 'file' && before.id !== null ? [`id:${before.id}`] : []),
    ...(before.folder === null ? [] : [`in:${before.folder}/${name}`]),
  ];
}

/** The connection is over: by its own record, or because its proxy is gone. Its open calls are lost. */
export function readEnd(
  places: BodyPlaces,
  state: JournalState,
  end: { at: number; mono: number; how: 'exit' | 'killed'; exit: ExitRecord | null },
  writes: Write[],
): void {
  const { stored } = state;
  state.changed = true;
  stored.ended = true;
  for (const direction of ['c2s', 's2c'] as const) {
    frames(places, state, splitEof(stored.split, direction, end.at, end.mono), writes);
  }
  const transport = state.open?.transport ?? 'stdio';
  const ended: ConnectionEnd = { transport, how: end.how, exit: end.exit, stopped: stored.stopped ?? false };
  for (const event of endConnection(stored.correlate, end.at, endText(ended)))
    writes.push({ kind: 'event', state, event, at: end.at });
  writes.push({ kind: 'ended', state, at: end.at, end: ended, stderr: stored.stderr ?? [] });
}

/** Of what a server says on stderr only the end is of use, and only once it is dead. */
const LAST_CHUNKS = 8;
const LAST_BYTES = 16 * 1024;

function keepLastWords({ stored }: JournalState, span: Span): void {
  const { offset, length } = span;
  const end = length > LAST_BYTES ? { ...span, offset: offset + length - LAST_BYTES, length: LAST_BYTES } : span;
  const kept = [...(stored.stderr ?? []), end].slice(-LAST_CHUNKS);
  let bytes = kept.reduce((sum, one) => sum + one.length, 0);
  while (bytes > LAST_BYTES && kept.length > 1) bytes -= kept.shift()?.length ?? 0;
  stored.stderr = kept;
}

function frames(places: BodyPlaces, state: JournalState, list: readonly SplitFrame[], writes: Write[]): void {
  for (const { ref, bytes, broken } of list) {
    const isLarge = ref.byteLength > LARGE_FRAME_BYTES;
    const artifact = isLarge ? keepArtifact(places.artifacts, places.journal, state.connection_id, ref.spans) : null;
    const frame: FrameRef = { ...ref, artifact };
    const parsed = broken === null ? parsedFrame(places, state, frame, bytes) : unreadableFrame('malformed', broken);
    const own = frame.direction === 's2c' ? takeOwnAnswer(state) : null;
    for (const event of correlate(state.stored.correlate, frame, parsed))
      writes.push({ kind: 'event', state, event: own ? asTransport(event, own) : event, at: ref.at });
  }
}

function takeOwnAnswer(state: JournalState): HttpExchange['failure'] {
  const own = state.stored.own_answer ?? null;
  if (own) state.stored.own_answer = null;
  return own;
}

/** The proxy's own answer says that there is none of the server's: the call failed on the way, not at the server. */
function asTransport(event: FrameEvent, own: NonNullable<HttpExchange['failure']>): FrameEvent {
  if (event.type !== 'call.ended') return event;
  const outcome = own.error_class === 'transport_error' && own.may_have_run ? 'lost' : 'error';
  const layers = { transport: 'error', rpc: null, tool: null } as const;
  return { ...event, outcome, note: own.error_class.slice(0, 50), layers };
}

/** A frame is looked at in one piece; one beyond this is kept and not read. */
const READ_LIMIT_BYTES = 512 * 1024 * 1024;

function parsedFrame(places: BodyPlaces, state: JournalState, frame: FrameRef, bytes: Uint8Array | null) {
  if (frame.byteLength > READ_LIMIT_BYTES) return unreadableFrame('malformed', 'too large to be read');
  const all = bytes ?? readFrame(places, state.connection_id, frame);
  return all ? parseFrame(all) : unreadableFrame('malformed', 'its bytes are gone');
}

function jsonOf(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8'));
  } catch {
    return null;
  }
}

/** Stands for an `open` record that retention took. */
function unknownOpening(connectionId: string): OpenRecord {
  return {
    connection_id: connectionId,
    callgrove: 'unknown',
    transport: 'stdio',
    name: 'unknown',
    argv: [],
    cwd: '/',
    proxy_pid: 0,
    child: null,
    process_chain: [],
    root_evidence: {},
    environment: {},
    platform: 'unknown',
    runtime: 'unknown',
    user: null,
    boot_id: null,
  };
}
