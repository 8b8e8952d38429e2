/**
 * Where a server's words on stderr stand in its journal: chunks that follow one another are one piece, cut where a line
 * ends and something else came or it was silent for a moment, so that a piece can be masked and read as a whole.
 */
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { frameKey } from '../base/ids.ts';
import type { FrameRef, Span } from '../protocol/events.ts';
import { parseSegmentName, segmentName } from '../protocol/segment.ts';
import { SegmentReader } from './segmentReader.ts';

const READ_BYTES = 512 * 1024;
const LINE_END = 10;
/** Of silence after a line's end: what comes then is another piece. */
const SILENT_MS = 50;
/** A piece is cut here, at the end of a line or, where none comes, at twice as much. */
const PIECE_BYTES = 64 * 1024;

interface Piece {
  readonly ordinal: number;
  readonly at: number;
  spans: Span[];
  bytes: number;
  mono: number;
  last: number;
  endsLine: boolean;
}

/** In order, with the ordinals of their first chunks. Segments that retention took are passed over. Reads the whole journal. */
export function* stderrFrames(
  folder: string,
  connectionId: string,
): Generator<FrameRef & { readonly ordinal: number }> {
  let piece: Piece | null = null;
  for (const segment of segmentsOf(folder, connectionId)) {
    for (const { head, payloadOffset, payload } of recordsOf(join(folder, segmentName(connectionId, segment)))) {
      if (head.k !== 'chunk' || head.d !== 'stderr' || head.n === 0) continue;
      const span = { segment, offset: payloadOffset, length: head.n };
      if (piece !== null && isOver(piece, head.o, head.m)) {
        yield frameOf(piece);
        piece = null;
      }
      piece ??= { ordinal: head.o, at: head.t, spans: [], bytes: 0, mono: head.m, last: head.o, endsLine: false };
      piece.spans.push(span);
      piece.bytes += head.n;
      piece.mono = head.m;
      piece.last = head.o;
      piece.endsLine = payload.at(-1) === LINE_END;
    }
  }
  if (piece !== null) yield frameOf(piece);
}

function isOver({ endsLine, bytes, mono, last }: Piece, next: number, nextMono: number): boolean {
  if (bytes >= 2 * PIECE_BYTES) return true;
  return endsLine && (bytes >= PIECE_BYTES || next > last + 1 || nextMono - mono >= SILENT_MS);
}

function frameOf({ ordinal, at, mono, spans, bytes }: Piece): FrameRef & { readonly ordinal: number } {
  const key = frameKey(ordinal, 0);
  return { ordinal, key, direction: 's2c', at, mono, byteLength: bytes, spans, artifact: null };
}

/** Their numbers, rising. */
function segmentsOf(folder: string, connectionId: string): number[] {
  return readdirSync(folder)
    .flatMap((name) => parseSegmentName(name) ?? [])
    .flatMap(({ connection_id, segment }) => (connection_id === connectionId ? [segment] : []))
    .sort((a, b) => a - b);
}

function* recordsOf(file: string) {
  let fd = -1;
  try {
    fd = openSync(file, 'r');
  } catch {
    // Retention takes segments at any time.
    return;
  }
  try {
    const reader = new SegmentReader();
    const block = Buffer.allocUnsafe(READ_BYTES);
    for (;;) {
      const length = readSync(fd, block, 0, READ_BYTES, null);
      if (length === 0) return;
      yield* reader.push(block.subarray(0, length));
    }
  } finally {
    closeSync(fd);
  }
}
