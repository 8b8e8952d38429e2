/**
 * The one door to stdout and stderr. Respects back-pressure, ends quietly when the reader goes away (`| head`, a terminal
 * that was closed), and never mixes the two: what a program reads is on stdout, what a person is told beside it on stderr.
 */
import { once } from 'node:events';
import type { Writable } from 'node:stream';

export interface Output {
  /** Text for stdout as it is. Resolves when more may be written. */
  write(text: string): Promise<void>;
  line(text: string): Promise<void>;
  /** One JSON document and a line end. */
  json(value: unknown): Promise<void>;
  /** A line for people, to stderr. */
  note(text: string): void;
  /** Resolves when everything written has been taken. */
  flush(): Promise<void>;
  /** True after the reader went away: a long stream may stop. */
  readonly closed: boolean;
  /** Why what was asked for is incomplete, such as a full disk; null where nobody is left to read it. */
  readonly failure: Error | null;
}

/** EIO: the terminal was closed. */
const READER_GONE = ['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED'];

/** @param onClosed called once, when nothing more can be written; the process then has nothing left to say */
export function makeOutput(stdout: Writable, stderr: Writable, onClosed: () => void): Output {
  let closed = false;
  let failure: Error | null = null;
  const end = (error: Error) => {
    if (closed) return;
    closed = true;
    if (!('code' in error) || !READER_GONE.includes(String(error.code))) failure = error;
    onClosed();
  };
  stdout.on('error', end);
  stderr.on('error', () => {});
  const write = async (text: string) => {
    if (closed || text === '') return;
    if (!stdout.write(text)) await drained();
  };
  const drained = async () => {
    const waiting = new AbortController();
    const { signal } = waiting;
    await Promise.race([once(stdout, 'drain', { signal }), once(stdout, 'close', { signal })]).catch(end);
    // The one that did not happen lets go of the stream.
    waiting.abort();
  };
  return {
    write,
    line: (text) => write(`${text}\n`),
    json: (value) => write(`${JSON.stringify(value)}\n`),
    note(text) {
      stderr.write(`${text}\n`);
    },
    async flush() {
      if (closed) return;
      await new Promise<void>((resolve) => stdout.write('', () => resolve()));
    },
    get closed() {
      return closed;
    },
    get failure() {
      return failure;
    },
  };
}
