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
const LINE_END = new Uint8Array([10]);

interface Entry {
  readonly parts: Uint8Array[];
  readonly before: (() => void) | null;
  open: boolean;
  waiting: number;
}

export class Outlet {
  private readonly sink: ByteSink;
  private readonly record: OutletParts['record'];
  private readonly queue: Entry[] = [];
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
    if (this.queue.length === 0 && !this.held) {
      before?.();
      this.write(bytes);
      return;
    }
    this.waiting += bytes.length;
    this.queue.push({ parts: [bytes], before, open: false, waiting: bytes.length });
  }

  /** Begins a line that comes in parts. Lines that are handed in later wait for its end. */
  long(): LongLine {
    const entry: Entry = { parts: [], before: null, open: true, waiting: 0 };
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
      const bytes = entry.parts.shift();
      if (bytes === undefined) {
        if (entry.open) break;
        this.queue.shift();
        continue;
      }
      this.waiting -= bytes.length;
      entry.waiting -= bytes.length;
      entry.before?.();
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

  private write(bytes: Uint8Array): void {
    const passed = this.record(bytes);
    this.held = passed !== null && !this.sink.write(passed);
  }
}
