/**
 * One direction: every chunk is recorded, then forwarded, and nothing is read while the receiver is full. Neither looks
 * into the bytes. The recorder must not throw and must not keep the buffer.
 */
import type { ByteSink } from './byteSink.ts';
import type { ByteSource, SourceListener } from './byteSource.ts';

export interface Relay {
  /** Has the source ended? */
  readonly ended: boolean;
  /** Are bytes waiting for the receiver? */
  readonly busy: boolean;
  /** Stops reading, as a reader that went away. */
  stop(): void;
}

export interface RelayParts {
  readonly open: (listener: SourceListener) => ByteSource;
  readonly sink: ByteSink;
  readonly record: (bytes: Uint8Array) => void;
  /** The source ended; the last bytes may still be on their way. */
  readonly onEnd: () => void;
  /** Nothing more will come out: everything was handed over, or the reader is gone. Called once. */
  readonly onDone: () => void;
  /** The sink's reader is gone. Called before `onDone`. */
  readonly onBroken: (code: string) => void;
}

export function relay(parts: RelayParts): Relay {
  const { sink, record } = parts;
  let ended = false;
  let stopped = false;
  const source = parts.open({
    onBytes(bytes) {
      record(bytes);
      return sink.write(bytes);
    },
    onEnd() {
      ended = true;
      if (stopped) return;
      parts.onEnd();
      sink.end(parts.onDone);
    },
  });
  sink.onFree = () => source.resume();
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
  };
}
