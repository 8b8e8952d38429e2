/**
 * Cuts one direction's chunks into lines for the gate, and names each as the record does (base/ids.ts frameKey). A line
 * within one chunk is a view; of one that spans chunks a bounded beginning is kept, and the rest is handed on as it comes.
 */
import { frameKey } from '../base/ids.ts';

export interface GateLine {
  /** The line with its line end; a view of the chunk, or a copy where it began in an earlier one. */
  readonly bytes: Uint8Array;
  /** Null where the chunk of its beginning is not in the journal. */
  readonly key: string | null;
}

export interface LineHandler {
  /** @returns whether its bytes are free again; else the next line is kept elsewhere */
  line(line: GateLine): boolean;
  /** A line is longer than what is kept: here is its beginning; what follows comes as `rest`. */
  long(head: Uint8Array, key: string | null): void;
  /** @param ends it is the last piece: its line end is in it */
  rest(piece: Uint8Array, ends: boolean): void;
}

const LF = 10;
const CR = 13;
const NOTHING = Buffer.alloc(0);
/** A line of which so much has come at once is a large one, in bytes. */
const LARGE_BYTES = 64 * 1024;
const LARGE_ROOM = 1280 * 1024;

export class GateLines {
  private readonly maxBytes: number;
  private readonly handler: LineHandler;
  /** What is kept of the unfinished line, and room for more. */
  private held: Buffer = NOTHING;
  private heldBytes = 0;
  private key: string | null = null;
  private isLong = false;

  /** @param maxBytes so much of an unfinished line is kept */
  constructor(maxBytes: number, handler: LineHandler) {
    this.maxBytes = maxBytes;
    this.handler = handler;
  }

  /** Is a line unfinished? */
  get isOpen(): boolean {
    return this.heldBytes > 0 || this.isLong;
  }

  /** @param ordinal the chunk's in the journal, or -1 where it is lost */
  push(chunk: Uint8Array, ordinal: number): void {
    let from = 0;
    let begun = 0;
    const keyOf = (index: number) => (ordinal < 0 ? null : frameKey(ordinal, index));
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, from)) {
      const piece = chunk.subarray(from, end + 1);
      if (this.isOpen) this.finish(piece);
      else {
        const isBlank = piece.length === 1 || (piece.length === 2 && piece[0] === CR);
        this.handler.line({ bytes: piece, key: keyOf(isBlank ? begun : begun++) });
      }
      from = end + 1;
    }
    if (from === chunk.length) return;
    if (!this.isOpen) this.key = keyOf(begun);
    this.keep(chunk.subarray(from));
  }

  /** The direction has ended, or the gate gives up: what is kept of the unfinished line. */
  give(): GateLine | null {
    const held = this.heldBytes > 0 ? { bytes: this.taken(), key: this.key } : null;
    this.isLong = false;
    return held;
  }

  private keep(piece: Uint8Array): void {
    if (this.isLong) {
      this.handler.rest(piece, false);
      return;
    }
    this.append(piece);
    if (this.heldBytes <= this.maxBytes) return;
    this.isLong = true;
    this.handler.long(this.taken(), this.key);
  }

  private finish(piece: Uint8Array): void {
    if (this.isLong) {
      this.isLong = false;
      this.handler.rest(piece, true);
      return;
    }
    this.append(piece);
    const { held, heldBytes, key } = this;
    this.heldBytes = 0;
    const isFree = this.handler.line({ bytes: held.subarray(0, heldBytes), key });
    // New room for each large line would cost more than all that is done with it: each page of it is new to the system.
    if (!isFree || held.length > LARGE_ROOM) this.held = NOTHING;
  }

  /** A copy: the chunk's buffer is used again for the next one. */
  private append(piece: Uint8Array): void {
    const bytes = this.heldBytes + piece.length;
    if (bytes > this.held.length) {
      // Not cleared, only what was put in is given out; and searched as quickly as a chunk, which no plain array is.
      const grown = Buffer.allocUnsafeSlow(roomFor(bytes));
      grown.set(this.held.subarray(0, this.heldBytes));
      this.held = grown;
    }
    this.held.set(piece, this.heldBytes);
    this.heldBytes = bytes;
  }

  /** Whoever gets it may keep it: the next line is kept elsewhere. */
  private taken(): Buffer {
    const bytes = this.held.subarray(0, this.heldBytes);
    this.held = NOTHING;
    this.heldBytes = 0;
    return bytes;
  }
}

/** Where much has come and the line goes on, much more will: room that is never filled costs nothing. */
function roomFor(bytes: number): number {
  return bytes < LARGE_BYTES ? bytes * 2 : Math.max(LARGE_ROOM, bytes * 2);
}

/** Are the parts the chunk itself, one behind the other? */
export function isWhole(parts: readonly Uint8Array[], chunk: Uint8Array): boolean {
  let at = chunk.byteOffset;
  for (const part of parts) {
    if (part.buffer !== chunk.buffer || part.byteOffset !== at) return false;
    at += part.length;
  }
  return at === chunk.byteOffset + chunk.length;
}
