/**
 * From the body of one HTTP answer to lines for the agent. A message is held until it is complete, so that half a
 * message is never passed; only one that grows beyond a bound is passed while it arrives. Bytes are not changed, but
 * for line ends, which JSON allows as white space only: they become spaces, because a message is one line on stdio.
 */
import type { Readable } from 'node:stream';
import { type Envelope, EnvelopeScan } from './httpEnvelope.ts';
import type { LongLine, Outlet } from './httpOutlet.ts';
import { SseParser } from './sseParser.ts';

export interface AnswerListener {
  /** Messages were handed to the agent; more than one for a batch. @param line its pieces, null where they were not held */
  onMessages(messages: readonly Envelope[], line: readonly Uint8Array[] | null): void;
  /** An event was named: from here a broken stream can be resumed. */
  onEventId(id: string): void;
  onRetry(ms: number): void;
  /** The body is over. @param torn in the middle of a message whose beginning the agent has already */
  onEnd(torn: boolean): void;
}

/** A message that is longer is passed on while it arrives, in bytes. */
export const HOLD_BYTES = 1024 * 1024;
const NOTHING = new Uint8Array(0);
const LINE_END = new Uint8Array([10]);
const LF = 10;
const CR = 13;
const SPACE = 32;

export interface AnswerReader {
  /** The body broke off: what is held is dropped. Nothing is called afterwards. @returns as `onEnd`'s `torn` */
  broken(): boolean;
}

/**
 * @param holdBytes overrides HOLD_BYTES where the whole message will be asked for
 */
export function readAnswer(
  kind: 'sse' | 'json',
  body: Readable,
  outlet: Outlet,
  listener: AnswerListener,
  holdBytes = HOLD_BYTES,
): AnswerReader {
  const line = new LineBuilder(outlet, holdBytes);
  let over = false;
  const complete = () => {
    const done = line.complete();
    if (done) listener.onMessages(done.messages, done.parts);
  };
  const parser =
    kind === 'json'
      ? null
      : new SseParser({
          data: (bytes) => line.part(bytes),
          end(type, id, hasData) {
            if (hasData && (type === '' || type === 'message' || line.isLong)) complete();
            else line.drop();
            if (id !== null && id !== '') listener.onEventId(id);
          },
          retry: listener.onRetry,
        });
  const look = () => {
    if (over) return;
    if (!line.isFull) body.resume();
    else {
      body.pause();
      outlet.onRoom(look);
    }
  };
  body.on('data', (bytes: Buffer) => {
    if (over) return;
    if (parser) {
      line.chunk = bytes;
      parser.push(bytes);
      line.chunk = NOTHING;
    } else line.part(withoutLineEnds(bytes));
    if (line.isFull) look();
  });
  body.on('end', () => {
    if (over) return;
    over = true;
    if (!parser) complete();
    listener.onEnd(line.drop());
  });
  return {
    broken() {
      over = true;
      return line.drop();
    },
  };
}

/** In place: the bytes are ours. */
export function withoutLineEnds(bytes: Uint8Array): Uint8Array {
  for (const end of [LF, CR])
    for (let at = bytes.indexOf(end); at >= 0; at = bytes.indexOf(end, at + 1)) bytes[at] = SPACE;
  return bytes;
}

/** Gathers one message's pieces into one line. */
class LineBuilder {
  /** The bytes that are being read: beyond a piece's end, its line end may lie in them. */
  chunk: Uint8Array = NOTHING;
  private readonly outlet: Outlet;
  private readonly holdBytes: number;
  private scan = new EnvelopeScan();
  private held: Uint8Array[] = [];
  private heldBytes = 0;
  private long: LongLine | null = null;

  constructor(outlet: Outlet, holdBytes: number) {
    this.outlet = outlet;
    this.holdBytes = holdBytes;
  }

  get isLong(): boolean {
    return this.long !== null;
  }

  get isFull(): boolean {
    return this.long ? this.long.isFull : this.outlet.isFull;
  }

  part(bytes: Uint8Array): void {
    this.scan.push(bytes);
    if (this.long) {
      this.long.part(bytes);
      return;
    }
    this.held.push(bytes);
    this.heldBytes += bytes.length;
    if (this.heldBytes <= this.holdBytes) return;
    this.long = this.outlet.long();
    for (const part of this.held) this.long.part(part);
    this.held = [];
    this.heldBytes = 0;
  }

  /** Null where there was no message. `parts`: of its line. */
  complete(): { messages: readonly Envelope[]; parts: readonly Uint8Array[] | null } | null {
    const { messages } = this.scan;
    if (this.long) {
      this.long.end();
      this.reset();
      return { messages, parts: null };
    }
    if (this.isBlank()) {
      this.reset();
      return null;
    }
    const parts = this.ended();
    this.outlet.lineOf(parts);
    this.reset();
    return { messages, parts };
  }

  /** Forgets what is held. @returns whether the agent has got the beginning: then its line is ended */
  drop(): boolean {
    const wasLong = this.long !== null;
    this.long?.end();
    this.reset();
    return wasLong;
  }

  private reset(): void {
    if (this.heldBytes > 0 || this.long || this.scan.messages.length > 0) this.scan = new EnvelopeScan();
    this.held = [];
    this.heldBytes = 0;
    this.long = null;
  }

  private isBlank(): boolean {
    return this.heldBytes < 3 || (this.scan.messages.length === 0 && this.held.every((part) => !/\S/.test(text(part))));
  }

  /** The line with its end. Where the line end lies behind the last piece in memory, it is taken as it lies there. */
  private ended(): readonly Uint8Array[] {
    const { held, chunk } = this;
    const last = held.at(-1);
    if (last && last.buffer === chunk.buffer) {
      const at = last.byteOffset - chunk.byteOffset;
      const to = at + last.length;
      if (at >= 0 && to < chunk.length && chunk[to] === LF) {
        held[held.length - 1] = chunk.subarray(at, to + 1);
        return held;
      }
    }
    held.push(LINE_END);
    return held;
  }
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
