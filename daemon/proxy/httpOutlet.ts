/**
 * The agent's stdout as a place where many answers meet: whole lines in the order in which they were handed in, and one
 * long line at a time that passes in parts, while the others wait. What is written is recorded first, in the same turn.
 */
import type { ByteSink } from './byteSink.ts';

/** A line that passes in parts. */
export interface LongLine {
  part(bytes: Uint8Array): void;
  /** The line is over; the line end is added here. */
  end(): void;
  /** Should whoever feeds it stop reading for now? */
  readonly isFull: boolean;
}

export interface OutletParts {
  readonly sink: ByteSink;
  /** Called with the bytes that are written next. @returns what is written in their place; null for nothing */
  readonly record: (bytes: Uint8Array) => Uint8Array | null;
}

/** Beyond so many bytes that wait for the agent, answers are not read on. */
const FULL_BYTES = 512 * 1024;
/**
 * What is longer is written in pieces of this size at most, in bytes: the agent reads one while the next is recorded.
 * It is about what a pipe takes at once.
 */
const PIECE_BYTES = 128 * 1024;
const LINE_END = new Uint8Array([10]);

interface Entry {
  readonly parts: Uint8Array[];
  /** The first of the parts that is not written. */
  next: number;
  before: (() => void) | null;
  open: boolean;
  waiting: number;
}

export class Outlet {
  private readonly sink: ByteSink;
  private readonly record: OutletParts['record'];
  private readonly queue: Entry[] = [];
  /** Where pieces are joined. One is enough, because the sink holds one piece at a time. */
  private scratch: Buffer | null = null;
  private listeners: (() => void)[] = [];
  private held = false;
  private waiting = 0;
  private pumping = false;
  private onIdle: (() => void) | null = null;

  constructor(parts: OutletParts) {
    this.sink = parts.sink;
    this.record = parts.record;
    parts.sink.onFree = () => {
      this.held = false;
      this.pump();
    };
  }

  /** Does nothing wait to be written? */
  get idle(): boolean {
    return this.queue.length === 0 && !this.held && !this.sink.busy;
  }

  /**
   * Writes a whole line, its line end included, when it is its turn.
   * @param before called just before its bytes are recorded
   */
  line(bytes: Uint8Array, before: (() => void) | null = null): void {
    this.lineOf([bytes], before);
  }

  /** The same for a line that lies in several parts. */
  lineOf(parts: readonly Uint8Array[], before: (() => void) | null = null): void {
    const [only] = parts;
    if (only && parts.length === 1 && this.queue.length === 0 && !this.held) {
      before?.();
      this.write(only);
      return;
    }
    const waiting = parts.reduce((sum, part) => sum + part.length, 0);
    this.waiting += waiting;
    this.queue.push({ parts: [...parts], next: 0, before, open: false, waiting });
    this.pump();
  }

  /** Begins a line that comes in parts. Lines that are handed in later wait for its end. */
  long(): LongLine {
    const entry: Entry = { parts: [], next: 0, before: null, open: true, waiting: 0 };
    this.queue.push(entry);
    const add = (bytes: Uint8Array) => {
      entry.parts.push(bytes);
      entry.waiting += bytes.length;
      this.waiting += bytes.length;
      this.pump();
    };
    // The line whose turn it is goes on whatever waits behind it, or nothing would ever go on.
    const isFull = () => (this.queue[0] === entry ? entry.waiting : this.waiting) > FULL_BYTES;
    return {
      part: add,
      end() {
        entry.open = false;
        add(LINE_END);
      },
      get isFull() {
        return isFull();
      },
    };
  }

  /** Should whoever hands in whole lines stop reading for now? */
  get isFull(): boolean {
    return this.waiting > FULL_BYTES;
  }

  /** Calls once when something was written, which is the time to ask again. */
  onRoom(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Calls once when nothing waits any more; at once where that is so. */
  whenIdle(done: () => void): void {
    if (this.idle) done();
    else this.onIdle = done;
  }

  private pump(): void {
    if (this.pumping) return;
    this.pumping = true;
    while (!this.held) {
      const entry = this.queue[0];
      if (!entry) break;
      const bytes = this.nextPiece(entry);
      if (bytes === null) {
        if (entry.open) break;
        this.queue.shift();
        continue;
      }
      this.waiting -= bytes.length;
      entry.waiting -= bytes.length;
      entry.before?.();
      entry.before = null;
      this.write(bytes);
      if (!entry.open && entry.parts.length === 0) this.queue.shift();
    }
    this.pumping = false;
    const { listeners } = this;
    this.listeners = [];
    for (const listener of listeners) listener();
    if (this.idle) {
      this.onIdle?.();
      this.onIdle = null;
    }
  }

  /** As many parts as make a piece; null where none waits. */
  private nextPiece(entry: Entry): Uint8Array | null {
    const { parts, next } = entry;
    const first = parts[next];
    if (!first) return null;
    let bytes = first.length;
    let end = next + 1;
    for (; end < parts.length && bytes + parts[end]!.length <= PIECE_BYTES; end++) bytes += parts[end]!.length;
    const piece = end === next + 1 ? first : this.joined(parts, next, end);
    entry.next = end;
    if (end === parts.length) {
      parts.length = 0;
      entry.next = 0;
    }
    return piece;
  }

  private joined(parts: readonly Uint8Array[], from: number, to: number): Uint8Array {
    this.scratch ??= Buffer.allocUnsafeSlow(PIECE_BYTES);
    let at = 0;
    for (let part = from; part < to; part++) {
      this.scratch.set(parts[part]!, at);
      at += parts[part]!.length;
    }
    return this.scratch.subarray(0, at);
  }

  private write(bytes: Uint8Array): void {
    const passed = this.record(bytes);
    this.held = passed !== null && !this.sink.write(passed);
  }
}
