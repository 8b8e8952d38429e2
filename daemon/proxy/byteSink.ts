/**
 * Bytes out: towards the server's stdin or the agent's stdout and stderr. Writes straight to the pipe where it can,
 * which spares a stream's bookkeeping per chunk; what the pipe does not take at once goes through the stream, in order.
 * It never blocks on a pipe: a full one in this direction must not stop the other direction.
 */
import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';

export interface ByteSink {
  /**
   * True: taken, the buffer is free again. False: the sink holds the buffer until it calls `onFree`, and must not be
   * written to before.
   */
  write(bytes: Uint8Array): boolean;
  /** Set by whoever writes: the buffer of the last write is free again. */
  onFree: () => void;
  /** Set by whoever writes: nobody reads any more. Called at most once; from then on writes are taken and dropped. */
  onBroken: (code: string) => void;
  /** Does it hold a buffer that its reader has not taken yet? */
  readonly busy: boolean;
  /** No more bytes; the reader sees the end when it has read the rest. `done`: everything is with the reader's pipe. */
  end(done: () => void): void;
}

/** A pipe or socket: `descriptor` says where to write directly, or -1 to leave it to the stream. */
class PipeSink implements ByteSink {
  onFree: () => void = () => {};
  onBroken: (code: string) => void = () => {};
  private readonly stream: Writable;
  private readonly descriptor: () => number;
  private readonly released: () => void;
  private broken = false;
  private held = false;

  constructor(stream: Writable, descriptor: () => number, released: () => void) {
    this.stream = stream;
    this.descriptor = descriptor;
    this.released = released;
    stream.on('error', (error) => this.fail(error));
  }

  write(bytes: Uint8Array): boolean {
    if (this.broken) return true;
    let taken = 0;
    const fd = this.stream.writableLength === 0 ? this.descriptor() : -1;
    if (fd >= 0) {
      try {
        taken = writeSync(fd, bytes);
      } catch (error) {
        // EAGAIN: the pipe is full, the stream waits for it. Any other error the stream meets and reports itself.
        void error;
      }
      if (taken === bytes.length) return true;
    }
    this.held = true;
    this.stream.write(taken === 0 ? bytes : bytes.subarray(taken), () => this.free());
    return false;
  }

  get busy(): boolean {
    return this.held;
  }

  end(done: () => void): void {
    const release = () => {
      this.released();
      done();
    };
    if (this.broken) release();
    else this.stream.end(release);
  }

  private free(): void {
    if (!this.held) return;
    this.held = false;
    this.onFree();
  }

  private fail(error: Error): void {
    if (this.broken) return;
    this.broken = true;
    this.onBroken('code' in error ? String(error.code) : error.message);
    this.free();
  }
}

/** A file or `/dev/null`: it takes everything at once. */
class FileSink implements ByteSink {
  onFree: () => void = () => {};
  onBroken: (code: string) => void = () => {};
  readonly busy = false;
  private readonly fd: number;

  constructor(fd: number) {
    this.fd = fd;
  }

  write(bytes: Uint8Array): boolean {
    try {
      for (let taken = 0; taken < bytes.length; ) taken += writeSync(this.fd, bytes, taken);
    } catch (error) {
      this.onBroken(error instanceof Error && 'code' in error ? String(error.code) : 'unknown');
    }
    return true;
  }

  end(done: () => void): void {
    giveBack(this.fd);
    done();
  }
}

/** The server's stdin. */
export function sinkOfChild(stdin: Writable): ByteSink {
  return new PipeSink(
    stdin,
    () => descriptorOf(stdin),
    () => stdin.destroy(),
  );
}

/** Our own stdout or stderr, towards the agent. */
export function sinkOfAgent(fd: 1 | 2): ByteSink {
  const stats = fstatSync(fd);
  if (stats.isFile() || (stats.isCharacterDevice() && !(fd === 1 ? process.stdout : process.stderr).isTTY))
    return new FileSink(fd);
  if (stats.isFIFO() || stats.isSocket()) {
    const socket = new Socket({ fd, readable: false, writable: true });
    return new PipeSink(
      socket,
      () => descriptorOf(socket),
      () => {
        socket.destroy();
        giveBack(fd);
      },
    );
  }
  return new PipeSink(
    fd === 1 ? process.stdout : process.stderr,
    () => -1,
    () => {},
  );
}

/**
 * Closes a standard descriptor, which the runtime's own streams never do, so that the peer sees the end while this
 * process lives on. The number is occupied at once: a journal segment must not become anybody's stdout.
 */
export function giveBack(fd: number): void {
  try {
    closeSync(fd);
    openSync(process.platform === 'win32' ? '\\\\.\\nul' : '/dev/null', 'r+');
  } catch {
    // Closed already: the peer has seen the end.
  }
}

/** The stream's descriptor while it is open, or -1 where the runtime does not tell (Windows) or it is closed. */
function descriptorOf(stream: Writable): number {
  if (stream.destroyed || !('_handle' in stream)) return -1;
  const handle = stream._handle;
  if (typeof handle !== 'object' || handle === null || !('fd' in handle)) return -1;
  return typeof handle.fd === 'number' ? handle.fd : -1;
}
