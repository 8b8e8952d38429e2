/**
 * Bytes in: from the agent's stdin or the server's stdout and stderr, chunk by chunk as the system hands them over,
 * into one buffer that is used again for the next chunk. Nothing is read while the last chunk is still held.
 */
import { fstatSync } from 'node:fs';
import { type OnReadOpts, Socket } from 'node:net';
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

/**
 * A pipe holds 64 KiB, the socket pairs that Node and others use instead somewhat over 140: one read brings all that is
 * there. What is never filled is never touched and costs no memory.
 */
const READ_BYTES = 256 * 1024;

/** Our own stdin, from the agent. */
export function sourceOfAgent(listener: SourceListener): ByteSource {
  const stats = fstatSync(0);
  if (!stats.isFIFO() && !stats.isSocket()) return sourceOfStream(process.stdin, listener);
  const socket = new Socket({ fd: 0, readable: true, writable: false, onread: intoOneBuffer(listener) });
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

/**
 * The server's stdout or stderr. The runtime has opened it, and would allocate for every chunk: its handle is moved to a
 * socket that reads into our buffer. Where there is no such handle, the stream is read as it is.
 */
export function sourceOfChild(stream: Readable, listener: SourceListener): ByteSource {
  const handle = takeHandle(stream);
  if (!handle) return sourceOfStream(stream, listener);
  // The runtime itself makes the sockets of a child with `handle`; its types know the option for another use only.
  const options: object = { handle, readable: true, writable: false, onread: intoOneBuffer(listener) };
  const socket = new Socket(options);
  endOnce(socket, listener);
  socket.resume();
  return { resume: () => void socket.resume(), destroy: () => void socket.destroy() };
}

/** Nothing may have been read of the stream yet: there has been no turn of the event loop since it was opened. */
function takeHandle(stream: Readable): object | null {
  if (!('_handle' in stream)) return null;
  const handle = stream._handle;
  if (typeof handle !== 'object' || handle === null) return null;
  if (!('useUserBuffer' in handle && 'reading' in handle)) return null;
  if (!('readStop' in handle && typeof handle.readStop === 'function')) return null;
  handle.readStop();
  handle.reading = false;
  stream._handle = null;
  return handle;
}

function intoOneBuffer(listener: SourceListener): OnReadOpts {
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  return { buffer, callback: (count, into) => listener.onBytes(into.subarray(0, count)) };
}

/** A stream that the runtime opened: a terminal, a file. */
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
