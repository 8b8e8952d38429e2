/**
 * Cuts a connection's chunks into frames: where each line stands in the journal and when it was complete. Knows lines
 * only, not JSON. Between chunks it keeps the places of the unfinished line, never its bytes, so that a frame of any
 * length costs no memory and the state can be stored as JSON and taken up again after a restart.
 */
import { frameKey } from '../base/ids.ts';
import type { FrameRef, Span } from '../protocol/events.ts';

/** A chunk record of the journal, read: `offset` is the place of its first payload byte in the segment file. */
export interface Chunk {
  readonly segment: number;
  readonly offset: number;
  readonly ordinal: number;
  readonly direction: FrameRef['direction'];
  readonly at: number;
  readonly mono: number;
  readonly bytes: Uint8Array;
}

export interface SplitFrame {
  readonly ref: Omit<FrameRef, 'artifact'>;
  /** A view into the chunk; null when the frame began in an earlier chunk: then its spans have to be read. */
  readonly bytes: Uint8Array | null;
  /** Why this piece can be no whole frame (its rest was lost, say); null for a frame. */
  readonly broken: string | null;
}

interface OpenLine {
  key: string;
  spans: Span[];
  length: number;
  /** The last byte so far is a carriage return: not part of the frame if a line feed comes next. */
  endsInCr: boolean;
  broken: string | null;
}

/** Plain JSON data: the unfinished line of each direction. */
export interface SplitState {
  c2s: OpenLine | null;
  s2c: OpenLine | null;
}

/** A line in more pieces than this is not located any further, and becomes a broken one. */
export const MAX_PIECES = 65_536;

const LF = 10;
const CR = 13;
const START_LOST = 'its start was lost';
const END_LOST = 'its end was lost';

export function newSplitState(): SplitState {
  return { c2s: null, s2c: null };
}

/** The frames that this chunk completes, in order; `state` is changed. Empty lines are no frames. */
export function splitChunk(state: SplitState, chunk: Chunk): SplitFrame[] {
  const { bytes, direction } = chunk;
  const frames: SplitFrame[] = [];
  let begun = 0;
  let from = 0;
  let end = bytes.indexOf(LF);
  const open = state[direction];
  if (open) {
    const pieceEnd = end < 0 ? bytes.length : end;
    extend(open, chunk, pieceEnd);
    if (end < 0) return frames;
    state[direction] = null;
    const frame = finish(open, chunk, true);
    if (frame) frames.push(frame);
    // A line whose start was lost is named after the first chunk of it that is there: this one, perhaps.
    if (open.key === frameKey(chunk.ordinal, 0)) begun = 1;
    from = end + 1;
    end = bytes.indexOf(LF, from);
  }
  while (end >= 0) {
    const stop = end > from && bytes[end - 1] === CR ? end - 1 : end;
    if (stop > from) {
      frames.push({
        ref: refOf(chunk, frameKey(chunk.ordinal, begun++), from, stop),
        bytes: bytes.subarray(from, stop),
        broken: null,
      });
    }
    from = end + 1;
    end = bytes.indexOf(LF, from);
  }
  if (from < bytes.length) {
    const line: OpenLine = { key: frameKey(chunk.ordinal, begun), spans: [], length: 0, endsInCr: false, broken: null };
    extend(line, { ...chunk, offset: chunk.offset + from, bytes: bytes.subarray(from) }, bytes.length - from);
    state[direction] = line;
  }
  return frames;
}

/** The direction has ended: what stands there without a line end is a frame, too. */
export function splitEof(state: SplitState, direction: FrameRef['direction'], at: number, mono: number): SplitFrame[] {
  const open = state[direction];
  state[direction] = null;
  const frame = open && finish(open, { direction, at, mono }, false);
  return frame ? [frame] : [];
}

/**
 * A segment begins. Its header says whether it goes on with a line begun before; where that differs from what was seen
 * (an earlier segment is gone, or a torn record hid a line's end) the pieces are given back as broken.
 */
export function splitSegmentStart(
  state: SplitState,
  header: {
    readonly segment: number;
    readonly next_ordinal: number;
    readonly mid_line: { readonly c2s: boolean; readonly s2c: boolean };
  },
  at: number,
  mono: number,
): SplitFrame[] {
  return (['c2s', 's2c'] as const).flatMap((direction) => {
    if (header.mid_line[direction] === (state[direction] !== null)) return [];
    return cut(state, direction, header.mid_line[direction], header.next_ordinal, at, mono);
  });
}

/**
 * Chunks were lost here. The unfinished line of a direction that lost some is given back as broken; where the next
 * chunk goes on with a line whose start is lost, that line will be broken as well.
 * @param nextOrdinal the ordinal of the gap record
 */
export function splitGap(
  state: SplitState,
  gap: {
    readonly lost_chunks: { readonly c2s: number; readonly s2c: number };
    readonly mid_line: { readonly c2s: boolean; readonly s2c: boolean };
  },
  nextOrdinal: number,
  at: number,
  mono: number,
): SplitFrame[] {
  return (['c2s', 's2c'] as const).flatMap((direction) => {
    if (gap.lost_chunks[direction] === 0) return [];
    return cut(state, direction, gap.mid_line[direction], nextOrdinal, at, mono);
  });
}

function cut(
  state: SplitState,
  direction: FrameRef['direction'],
  midLine: boolean,
  ordinal: number,
  at: number,
  mono: number,
) {
  const open = state[direction];
  // The key of a line without a start is given when its first byte is seen.
  state[direction] = midLine
    ? { key: frameKey(ordinal, 0), spans: [], length: 0, endsInCr: false, broken: START_LOST }
    : null;
  const frame = open && finish({ ...open, broken: open.broken ?? END_LOST }, { direction, at, mono }, false);
  return frame ? [frame] : [];
}

/** Adds the first `length` bytes of the chunk to a line. */
function extend(line: OpenLine, chunk: Chunk, length: number): void {
  if (length === 0) return;
  if (line.length === 0 && line.broken === START_LOST) line.key = frameKey(chunk.ordinal, 0);
  line.length += length;
  line.endsInCr = chunk.bytes[length - 1] === CR;
  if (line.spans.length < MAX_PIECES) line.spans.push({ segment: chunk.segment, offset: chunk.offset, length });
  else line.broken ??= `in more than ${MAX_PIECES} pieces`;
}

function finish(line: OpenLine, end: Pick<Chunk, 'direction' | 'at' | 'mono'>, byLineEnd: boolean): SplitFrame | null {
  if (byLineEnd && line.endsInCr) dropLastByte(line);
  if (line.length === 0) return null;
  const { key, spans, length: byteLength, broken } = line;
  return { ref: { key, direction: end.direction, at: end.at, mono: end.mono, byteLength, spans }, bytes: null, broken };
}

function dropLastByte(line: OpenLine): void {
  line.length -= 1;
  const last = line.spans.pop();
  if (last && last.length > 1) line.spans.push({ ...last, length: last.length - 1 });
}

function refOf(chunk: Chunk, key: string, from: number, stop: number): SplitFrame['ref'] {
  return {
    key,
    direction: chunk.direction,
    at: chunk.at,
    mono: chunk.mono,
    byteLength: stop - from,
    spans: [{ segment: chunk.segment, offset: chunk.offset + from, length: stop - from }],
  };
}
