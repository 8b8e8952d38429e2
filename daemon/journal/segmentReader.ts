/**
 * Decodes a segment's bytes, in whatever pieces they come, into its header and records. Decides where a record ends and
 * whether the bytes are a journal at all; opening, tailing and the meaning of records are left to others. A torn end is
 * no fault: the record is held back until the rest comes, or never comes.
 */
import { type RecordHead, SegmentHeader } from '../protocol/journal.ts';
import { readRecordHead } from './recordHead.ts';

export interface SegmentRecord {
  readonly head: RecordHead;
  /** Where the payload's first byte stands in the segment file. */
  readonly payloadOffset: number;
  /** Exactly `head.n` bytes; may be a view into what was pushed, so copy it to keep it beyond a reused buffer. */
  readonly payload: Uint8Array;
}

/** Bytes that no writer of ours produced. Nothing behind `offset` can be trusted. */
export interface SegmentDamage {
  readonly offset: number;
  readonly reason: string;
}

const LINE_END = 10;
/** Heads are some 80 bytes, headers some 250: a longer line is no journal, and must not be collected for ever. */
const LINE_LIMIT_BYTES = 4096;

export class SegmentReader {
  /** Null until the header line is complete, and for a reader that starts behind it. */
  header: SegmentHeader | null = null;
  /** Set once; from then on `push` returns nothing. */
  damage: SegmentDamage | null = null;
  /** The file position behind the last complete record (or the header): where to go on after a restart. */
  offset: number;
  private headerDue: boolean;
  private held: Uint8Array[] = [];
  private heldBytes = 0;
  /** Held bytes are looked at again only when there are this many: pieces of one byte stay cheap. */
  private wantedBytes = 1;

  /** @param offset where the first pushed byte stands in the file: 0, or an earlier reader's `offset` */
  constructor(offset = 0) {
    this.offset = offset;
    this.headerDue = offset === 0;
  }

  /** Bytes of a record that is not complete yet. At a closed segment's end: a torn record, never forwarded in part. */
  get tornBytes(): number {
    return this.heldBytes;
  }

  /** Takes the file's next bytes and returns the records that they complete, in order. */
  push(bytes: Uint8Array): SegmentRecord[] {
    const records: SegmentRecord[] = [];
    if (this.damage) return records;
    const collected = this.collect(bytes);
    if (!collected) return records;
    const all = Buffer.from(collected.buffer, collected.byteOffset, collected.byteLength);
    this.wantedBytes = 1;
    let at = 0;
    while (at < all.length && !this.damage) {
      const lineEnd = all.indexOf(LINE_END, at);
      const lineBytes = (lineEnd < 0 ? all.length : lineEnd) - at;
      if (lineBytes > LINE_LIMIT_BYTES)
        this.refuse(`a line of more than ${LINE_LIMIT_BYTES} bytes where a head should stand`);
      if (lineEnd < 0 || this.damage) {
        this.wantedBytes = lineBytes + 1;
        break;
      }
      if (this.headerDue) {
        this.readHeader(all.subarray(at, lineEnd));
        at = this.damage ? at : lineEnd + 1;
        if (!this.damage) this.offset += lineBytes + 1;
        continue;
      }
      const head = readRecordHead(all.toString('latin1', at, lineEnd));
      if (typeof head === 'string') {
        this.refuse(head);
        break;
      }
      const end = lineEnd + 1 + head.n;
      if (end > all.length) {
        this.wantedBytes = end - at;
        break;
      }
      const payloadOffset = this.offset + lineBytes + 1;
      records.push({ head, payloadOffset, payload: all.subarray(lineEnd + 1, end) });
      this.offset = payloadOffset + head.n;
      at = end;
    }
    this.keep(all, at);
    return records;
  }

  private readHeader(line: Uint8Array): void {
    const parsed = SegmentHeader.safeParse(parseJson(line));
    if (parsed.success) {
      this.header = parsed.data;
      this.headerDue = false;
    } else this.refuse('no header of a journal segment that this version can read');
  }

  private refuse(reason: string): void {
    this.damage = { offset: this.offset, reason };
  }

  /** Everything unread in one piece, or null while there are too few bytes to look at. */
  private collect(bytes: Uint8Array): Uint8Array | null {
    const total = this.heldBytes + bytes.length;
    if (this.heldBytes === 0 && total >= this.wantedBytes) return bytes;
    this.held.push(new Uint8Array(bytes));
    this.heldBytes = total;
    return total < this.wantedBytes ? null : Buffer.concat(this.held, total);
  }

  /** Holds the unread rest back as a copy: the caller may reuse its buffer. */
  private keep(all: Uint8Array, from: number): void {
    const rest = this.damage ? new Uint8Array(0) : new Uint8Array(all.subarray(from));
    this.held = rest.length > 0 ? [rest] : [];
    this.heldBytes = rest.length;
  }
}

/** Null for what is no JSON. */
function parseJson(line: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString('utf8'));
  } catch {
    return null;
  }
}
