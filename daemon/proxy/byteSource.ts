/**
 * Bytes in: from the agent's stdin or the server's stdout and stderr, chunk by chunk as the system hands them over,
 * into one buffer that is used again for the next chunk. Nothing is read while the last chunk is still held.
 */
import { fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { giveBack } from './byteSink.ts';

export interface SourceListener {
  /** Returns whether the buffer is free again; if not, nothing is read until `resume`. */
  onBytes(bytes: Uint8Array): boolean;
  /** Called once, after the last bytes. */
  onEnd(): void;
}

export interface ByteSource {
  resume(): void;
  /** Stops reading and closes this side, so that the writer meets a broken pipe, as it would without us. */
  destroy(): void;
}

/** A pipe holds 64 KiB: no read brings more. */
const READ_BYTES = 64 * 1024;

/** Our own stdin, from the agent. */
export function sourceOfAgent(listener: SourceListener): ByteSource {
  const stats = fstatSync(0);
  if (!stats.isFIFO() && !stats.isSocket()) return sourceOfStream(process.stdin, listener);
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  const socket = new Socket({
    fd: 0,
    readable: true,
    writable: false,
    onread: { buffer, callback: (count, into) => listener.onBytes(into.subarray(0, count)) },
  });
  endOnce(socket, listener);
  socket.resume();
  return {
    resume: () => void socket.resume(),
    destroy() {
      socket.destroy();
      giveBack(0);
    },
  };
}

/** A stream that the runtime opened: the server's stdout and stderr, a terminal, a file. */
export function sourceOfStream(stream: Readable, listener: SourceListener): ByteSource {
  stream.on('data', (bytes: Buffer) => {
    if (!listener.onBytes(bytes)) stream.pause();
  });
  endOnce(stream, listener);
  return { resume: () => void stream.resume(), destroy: () => void stream.destroy() };
}

function endOnce(stream: Readable, listener: SourceListener): void {
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    listener.onEnd();
  };
  // A reset counts as an end: the bytes before it have been handed over.
  stream.on('error', end).on('end', end).on('close', end);
}
