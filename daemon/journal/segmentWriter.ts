/**
 * Appends a connection's records to its segments. Decides when a segment is full or broken, counts what could not be
 * written, and says so in a `gap` record as soon as writing is possible again. It never throws and never waits: whoever
 * forwards bytes goes on, whatever becomes of the disk. What the records mean is left to others.
 */
import type { Direction, GapRecord, RecordKind, SegmentHeader } from '../protocol/journal.ts';
import { JOURNAL_VERSION, SEGMENT_BYTES, segmentName } from '../protocol/segment.ts';
import { codeOf, type Lost, noChunks } from './lostChunks.ts';
import { openFiles, type SegmentFiles } from './segmentFiles.ts';
import { wholeRecords } from './wholeRecords.ts';

export interface WriterOptions {
  /** The folder of the segments; made again where it has vanished. */
  readonly folder: string;
  readonly connectionId: string;
  /** Called once for the first failure, with a sentence for people. */
  readonly onTrouble: (reason: string) => void;
  readonly segmentBytes?: number;
  readonly files?: SegmentFiles;
  /** Wall time and monotonic time, both in milliseconds. */
  readonly clock?: { now(): number; monotonic(): number };
}

/** After a failure, the next attempt comes with the first record that is at least so much later, or without one, in milliseconds. */
const RETRY_MS = 250;
/** How often it is looked whether the file still has a name, in milliseconds. */
const NAME_CHECK_MS = 1000;
/** Facts that were put off are written with the next record, or after this, in milliseconds. */
const PUT_OFF_MS = 20;
/** So many bytes of them wait at most. */
const PUT_OFF_BYTES = 32 * 1024;
/** Payloads up to this size are copied behind their head, so that one plain write does; larger ones are gathered. */
const COPY_BYTES = 32 * 1024;
const HEAD_BYTES = 256;
const LINE_END = 10;
const NOTHING = new Uint8Array(0);

type FactKind = Exclude<RecordKind, 'chunk' | 'gap'>;

/** A chunk that waits for what is said of it, to be written with that. */
interface HeldChunk {
  readonly direction: Direction;
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly monotonicMs: number;
  /** So many of the facts that wait came before it. */
  readonly behind: number;
}

interface PutOff {
  readonly kind: FactKind;
  readonly text: string;
  readonly bytes: number;
  readonly at: number;
  readonly monotonicMs: number;
}

export class SegmentWriter {
  private readonly options: WriterOptions;
  private readonly files: SegmentFiles;
  private readonly segmentBytes: number;
  private readonly clock: { now(): number; monotonic(): number };
  private readonly scratch = Buffer.allocUnsafeSlow(PUT_OFF_BYTES + HEAD_BYTES + COPY_BYTES);
  private readonly midLine: Record<Direction, boolean> = { c2s: false, s2c: false, stderr: false };
  private unchecked = noChunks();
  private uncheckedBytes = 0;
  private fd = -1;
  /** Was the newest segment's file made by the attempt that is under way? */
  private begun = false;
  private segment = 0;
  private size = 0;
  private ordinal = 0;
  private lost: Lost | null = null;
  private nextTryMs = 0;
  private nextCheckMs = 0;
  private troubleTold = false;
  private held: HeldChunk | null = null;
  private putOff: PutOff[] = [];
  private putOffBytes = 0;
  private putOffTimer: NodeJS.Timeout | null = null;
  private retryTimer: NodeJS.Timeout | null = null;

  constructor(options: WriterOptions) {
    this.options = options;
    this.files = options.files ?? openFiles;
    this.segmentBytes = options.segmentBytes ?? SEGMENT_BYTES;
    this.clock = options.clock ?? { now: Date.now, monotonic: () => performance.now() };
  }

  /**
   * Appends bytes as they arrived. When this returns they are with the kernel, or counted as lost.
   * @returns the record's ordinal, or -1 where it is lost
   */
  chunk(direction: Direction, bytes: Uint8Array): number {
    if (this.held) this.release();
    const now = this.clock.now();
    const written = this.ready(now, bytes.length) && this.append('chunk', direction, bytes, now);
    this.count(direction, bytes, written);
    return written ? this.ordinal - 1 : -1;
  }

  /**
   * The same for a chunk about which facts follow at once: it is written with them, by one call. Whoever holds one calls
   * `release` before the bytes go anywhere, and leaves them as they are until then.
   * @returns the ordinal that it will have, or -1 where it is lost
   */
  hold(direction: Direction, bytes: Uint8Array): number {
    if (this.held) this.release();
    if (bytes.length > COPY_BYTES) return this.chunk(direction, bytes);
    const at = this.clock.now();
    if (!this.ready(at, bytes.length + PUT_OFF_BYTES)) {
      this.count(direction, bytes, false);
      return -1;
    }
    const behind = this.putOff.length;
    this.held = { direction, bytes, at, monotonicMs: this.monotonic(), behind };
    return this.ordinal + behind;
  }

  /** Writes what was held or put off, in that order. When this returns it is with the kernel, or lost. */
  release(): void {
    const { held } = this;
    if (!held) {
      this.flush();
      return;
    }
    this.held = null;
    const { direction, bytes, at, monotonicMs, behind } = held;
    const first = this.ordinal;
    const { scratch } = this;
    let total = behind > 0 ? scratch.write(this.takePutOff(behind), 0, 'utf8') : 0;
    total += scratch.write(this.head('chunk', direction, at, monotonicMs, bytes.length), total, 'latin1');
    scratch.set(bytes, total);
    total += bytes.length;
    if (this.putOff.length > 0) total += scratch.write(this.takePutOff(), total, 'utf8');
    this.put(total, null, first, at);
    // What was to stand behind it may be cut off, and the chunk be whole.
    this.count(direction, bytes, this.ordinal > first + behind);
  }

  /** Appends a fact; `document` is what the kind's schema describes. A fact that cannot be written is dropped. */
  fact(kind: FactKind, document: object | null, direction?: Direction): void {
    this.whole(kind, document ? Buffer.from(JSON.stringify(document)) : NOTHING, direction);
  }

  private whole(kind: FactKind, bytes: Uint8Array, direction?: Direction): void {
    if (this.held) this.release();
    const now = this.clock.now();
    // Facts are few and nobody says them twice: they are tried at once, also right after a failure.
    this.nextTryMs = 0;
    if (this.ready(now, bytes.length)) this.append(kind, direction ?? null, bytes, now);
  }

  /**
   * Appends a fact before the next record, with the same write where it fits: whatever is read after it stands behind it.
   * Without a next record it is written by itself after a moment.
   * @param document or its JSON text
   */
  factSoon(kind: FactKind, document: object | string): void {
    const text = typeof document === 'string' ? document : JSON.stringify(document);
    const bytes = Buffer.byteLength(text);
    const total = HEAD_BYTES + bytes;
    if (this.putOffBytes + total > PUT_OFF_BYTES) this.release();
    if (total > PUT_OFF_BYTES) {
      this.whole(kind, Buffer.from(text));
      return;
    }
    this.putOff.push({ kind, text, bytes, at: this.clock.now(), monotonicMs: this.monotonic() });
    this.putOffBytes += total;
    this.putOffTimer ??= setTimeout(() => {
      this.putOffTimer = null;
      this.release();
    }, PUT_OFF_MS).unref();
  }

  /** Tries a last time to write a gap that is due, then closes the segment. */
  close(): void {
    this.release();
    if (this.putOffTimer) clearTimeout(this.putOffTimer);
    this.nextTryMs = 0;
    this.retry();
    this.shut();
    if (this.retryTimer) clearTimeout(this.retryTimer);
  }

  /** Where chunks were lost and no traffic came since: tries once more to say so. */
  private retry(): void {
    if (this.lost) this.ready(this.clock.now(), 0);
  }

  /** Goes on until it is said, so that nothing has to wake while all is well. */
  private retryLater(): void {
    this.retryTimer ??= setTimeout(() => {
      this.retryTimer = null;
      this.retry();
      if (this.lost) this.retryLater();
    }, RETRY_MS).unref();
  }

  /** Is there a segment that takes `bytes` more? Rolls, reopens and writes a due gap as needed. */
  private ready(now: number, bytes: number): boolean {
    if (this.fd >= 0 && now >= this.nextCheckMs) this.checkName(now);
    if (this.fd >= 0 && this.size + this.putOffBytes + HEAD_BYTES + bytes <= this.segmentBytes) return true;
    if (this.fd < 0 && now < this.nextTryMs) return false;
    this.shut();
    if (this.openSegment(now) && this.writeGap(now)) return true;
    this.dropSegment();
    return false;
  }

  private count(direction: Direction, bytes: Uint8Array, isWritten: boolean): void {
    if (bytes.length > 0) this.midLine[direction] = bytes[bytes.length - 1] !== LINE_END;
    if (isWritten) {
      this.unchecked[direction]++;
      this.uncheckedBytes += bytes.length;
    } else if (this.lost) {
      this.lost.chunks[direction]++;
      this.lost.bytes += bytes.length;
    }
  }

  private openSegment(now: number): boolean {
    this.begun = false;
    const header: SegmentHeader = {
      v: JOURNAL_VERSION,
      journal: 'callgrove',
      connection_id: this.options.connectionId,
      segment: this.segment,
      started_at: new Date(now).toISOString(),
      next_ordinal: this.ordinal,
      mid_line: { c2s: this.midLine.c2s, s2c: this.midLine.s2c },
    };
    try {
      this.fd = this.files.create(this.options.folder, segmentName(this.options.connectionId, this.segment));
      this.begun = true;
      this.segment++;
      this.size = 0;
      this.nextCheckMs = now + NAME_CHECK_MS;
      const line = Buffer.from(`${JSON.stringify(header)}\n`);
      return this.settle(this.files.write(this.fd, line, line.length), line.length, now);
    } catch (error) {
      return this.fail(error, now);
    }
  }

  /** A segment without a record tells nothing: its name is free for the next attempt, so that numbers have no holes. */
  private dropSegment(): void {
    if (!this.begun) return;
    this.begun = false;
    this.segment--;
    this.files.remove(this.options.folder, segmentName(this.options.connectionId, this.segment));
  }

  private writeGap(now: number): boolean {
    if (!this.lost) return true;
    const { chunks, bytes, reason, sinceMs } = this.lost;
    const gap: GapRecord = {
      lost_chunks: { ...chunks },
      bytes,
      reason,
      since: new Date(sinceMs).toISOString(),
      mid_line: { c2s: chunks.c2s > 0 && this.midLine.c2s, s2c: chunks.s2c > 0 && this.midLine.s2c },
    };
    const none = chunks.c2s + chunks.s2c + chunks.stderr === 0;
    if (!none && !this.append('gap', null, Buffer.from(JSON.stringify(gap)), now)) return false;
    this.lost = null;
    return true;
  }

  private append(kind: RecordKind, direction: Direction | null, bytes: Uint8Array, now: number): boolean {
    const first = this.ordinal;
    const scratch = this.scratch;
    let headBytes = this.putOff.length > 0 ? scratch.write(this.takePutOff(), 0, 'utf8') : 0;
    headBytes += scratch.write(this.head(kind, direction, now, this.monotonic(), bytes.length), headBytes, 'latin1');
    if (bytes.length > COPY_BYTES) return this.put(headBytes, bytes, first, now);
    scratch.set(bytes, headBytes);
    return this.put(headBytes + bytes.length, null, first, now);
  }

  /**
   * Writes what stands in the scratch buffer, and `more` behind it, by one call.
   * @param first the ordinal of the first record in it
   * @returns whether all of it is written; if not, ordinals go on behind the records that are
   */
  private put(bytes: number, more: Uint8Array | null, first: number, now: number): boolean {
    const { scratch } = this;
    let written = 0;
    try {
      written = more
        ? this.files.gather(this.fd, scratch.subarray(0, bytes), more)
        : this.files.write(this.fd, scratch, bytes);
      if (this.settle(written, bytes + (more?.length ?? 0), now)) return true;
    } catch (error) {
      this.fail(error, now);
    }
    this.ordinal = first + wholeRecords(scratch, written);
    return false;
  }

  private head(kind: RecordKind, direction: Direction | null, at: number, monotonicMs: number, bytes: number): string {
    const d = direction === null ? '' : `,"d":"${direction}"`;
    return `{"k":"${kind}","o":${this.ordinal++},"t":${at},"m":${monotonicMs}${d},"n":${bytes}}\n`;
  }

  private monotonic(): number {
    return Math.round(this.clock.monotonic() * 1000) / 1000;
  }

  /** The records that were put off, or the first of them, as one text; at most PUT_OFF_BYTES of it. */
  private takePutOff(count = this.putOff.length): string {
    let text = '';
    for (const one of this.putOff.slice(0, count))
      text += this.head(one.kind, null, one.at, one.monotonicMs, one.bytes) + one.text;
    if (count < this.putOff.length) this.putOff = this.putOff.slice(count);
    else this.dropPutOff();
    return text;
  }

  private dropPutOff(): void {
    this.putOff = [];
    this.putOffBytes = 0;
  }

  /** Writes what was put off by itself. What cannot be written is dropped, as any fact. */
  private flush(): void {
    if (this.putOff.length === 0) return;
    const now = this.clock.now();
    if (!this.ready(now, 0)) this.dropPutOff();
    if (this.putOff.length === 0) return;
    const first = this.ordinal;
    this.put(this.scratch.write(this.takePutOff(), 0, 'utf8'), null, first, now);
  }

  private settle(written: number, wanted: number, now: number): boolean {
    if (written !== wanted) return this.fail({ code: 'short_write' }, now);
    this.size += written;
    return true;
  }

  /** The segment may end in half a record now, so it is never written again. */
  private fail(error: unknown, now: number): false {
    this.shut();
    this.nextTryMs = now + RETRY_MS;
    const reason = codeOf(error);
    // A name that is taken is stepped over: somebody else's file is never appended to.
    if (reason === 'EEXIST') this.segment++;
    this.lost ??= { reason, sinceMs: now, chunks: noChunks(), bytes: 0 };
    if (!this.troubleTold) this.options.onTrouble(reason);
    this.troubleTold = true;
    this.retryLater();
    return false;
  }

  /** Writing to a file that was removed succeeds and is lost all the same. */
  private checkName(now: number): void {
    this.nextCheckMs = now + NAME_CHECK_MS;
    const { unchecked, uncheckedBytes } = this;
    this.unchecked = noChunks();
    this.uncheckedBytes = 0;
    if (this.files.hasName(this.fd)) return;
    this.fail({ code: 'ENOENT' }, now);
    this.nextTryMs = 0;
    if (this.lost) this.lost = { ...this.lost, chunks: unchecked, bytes: uncheckedBytes };
  }

  private shut(): void {
    if (this.fd >= 0) this.files.close(this.fd);
    this.fd = -1;
  }
}
