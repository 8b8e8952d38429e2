/**
 * One direction: every chunk is recorded, then forwarded, and nothing is read while the receiver is full. What looks into
 * the bytes is a gate, if there is one. Recorder and gate must not throw and must not keep the buffer.
 */
import type { ByteSink } from './byteSink.ts';
import type { ByteSource, SourceListener } from './byteSource.ts';

const LINE_END = 10;

export interface Relay {
  /** Has the source ended? */
  readonly ended: boolean;
  /** Are bytes waiting for the receiver? */
  readonly busy: boolean;
  /** Stops reading, as a reader that went away. */
  stop(): void;
  /** Records and writes a line of the proxy's own, as soon as no line of the source's is under way. */
  add(line: Uint8Array): void;
}

/** What stands between the record and the receiver. */
export interface RelayGate {
  /** Will it say something of the next bytes before they pass? Then they are recorded together with that. */
  readonly holds?: boolean;
  /** @returns what is forwarded in place of the bytes; null for nothing */
  before(bytes: Uint8Array, ordinal: number): Uint8Array | null;
  /** Called after the bytes were handed to the receiver. */
  behind?(bytes: Uint8Array, ordinal: number): void;
  /** The source has ended. @returns what was held back and is forwarded now */
  end(): Uint8Array | null;
}

export interface RelayParts {
  readonly open: (listener: SourceListener) => ByteSource;
  readonly sink: ByteSink;
  /** @returns the record's ordinal; -1 where there is none */
  readonly record: (bytes: Uint8Array) => number;
  /** The same in two steps: the record is on file only when it is released, together with what was said meanwhile. */
  readonly held?: { hold(bytes: Uint8Array): number; release(): void };
  readonly gate?: RelayGate | null;
  /** The source ended; the last bytes may still be on their way. */
  readonly onEnd: () => void;
  /** Nothing more will come out: everything was handed over, or the reader is gone. Called once. */
  readonly onDone: () => void;
  /** The sink's reader is gone. Called before `onDone`. */
  readonly onBroken: (code: string) => void;
}

export function relay(parts: RelayParts): Relay {
  const { sink, record, gate } = parts;
  let ended = false;
  let stopped = false;
  /** Waits for the receiver: only what the proxy added, and what the source had read already. */
  const waiting: Uint8Array[] = [];
  /** Waits for the end of the source's line. */
  let added: Uint8Array[] = [];
  let midLine = false;
  const put = (bytes: Uint8Array): boolean => {
    if (!sink.busy && waiting.length === 0) return sink.write(bytes);
    waiting.push(Uint8Array.prototype.slice.call(bytes));
    return false;
  };
  const putAdded = () => {
    const lines = added;
    added = [];
    for (const line of lines) {
      record(line);
      put(line);
    }
  };
  const source = parts.open({
    onBytes(bytes) {
      midLine = bytes[bytes.length - 1] !== LINE_END;
      if (!gate) {
        record(bytes);
        return put(bytes);
      }
      const held = gate.holds ? parts.held : undefined;
      const ordinal = held ? held.hold(bytes) : record(bytes);
      const passed = gate.before(bytes, ordinal);
      // Whatever became of the gate.
      held?.release();
      let taken = passed === null || put(passed);
      gate.behind?.(bytes, ordinal);
      if (!midLine && added.length > 0) {
        putAdded();
        taken &&= !sink.busy;
      }
      return taken;
    },
    onEnd() {
      ended = true;
      if (stopped) return;
      parts.onEnd();
      const rest = gate?.end();
      if (rest) put(rest);
      if (!midLine) putAdded();
      if (waiting.length === 0) sink.end(parts.onDone);
    },
  });
  sink.onFree = () => {
    const hadWaiting = waiting.length > 0;
    while (!sink.busy && waiting.length > 0) sink.write(waiting.shift()!);
    if (waiting.length > 0) return;
    if (hadWaiting && ended && !stopped) sink.end(parts.onDone);
    else if (!sink.busy) source.resume();
  };
  const stop = () => {
    stopped = true;
    source.destroy();
  };
  sink.onBroken = (code) => {
    stop();
    parts.onBroken(code);
    parts.onDone();
  };
  return {
    get ended() {
      return ended;
    },
    get busy() {
      return sink.busy;
    },
    stop,
    add(line) {
      // After the end nobody can be told any more.
      if (ended || stopped) return;
      added.push(line);
      if (!midLine) putAdded();
    },
  };
}
