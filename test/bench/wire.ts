/**
 * The scripted client of the benchmarks: starts one subject, sends prepared lines and counts the answers. It parses
 * nothing, so that what is timed is the way there and back.
 */
import { type ChildProcess, spawn } from 'node:child_process';

/** A program to start, as it stands between client and server. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** The user that runs it; ours where it is not given. */
  readonly uid?: number | undefined;
}

export interface Wire {
  readonly pid: number;
  /** Sends a line and waits for the next answer. @returns milliseconds between the two */
  call(line: Buffer): Promise<number>;
  /**
   * Keeps `inFlight` requests open until `count` are answered.
   * @param lineOf the n-th request
   * @returns milliseconds from the first request to the last answer
   */
  burst(count: number, inFlight: number, lineOf: (n: number) => Buffer): Promise<number>;
  /** Sends without waiting; `onAnswer` hears of what comes back. */
  send(line: Buffer): void;
  /** Called once an answered line, in order. */
  onAnswer: (() => void) | null;
  /** Half-closes and waits for the end; kills after 5 s. */
  close(): Promise<void>;
}

/** A `tools/call` with `bytes` bytes of text as its argument. */
export function callLine(id: number, bytes: number, tool = 'echo'): Buffer {
  return Buffer.from(
    `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"${tool}","arguments":{"text":"${'b'.repeat(bytes)}"}}}\n`,
  );
}

export const INITIALIZE = Buffer.from(
  '{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},' +
    '"clientInfo":{"name":"bench","version":"1.0.0"}}}\n',
);

/**
 * @param limitMs after which the subject is ended; without it, when it likes
 * @throws through its promises when the subject ends before it has answered everything
 */
export function openWire(command: Command, limitMs?: number): Wire {
  const child: ChildProcess = spawn(command.program, command.args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...command.env },
    cwd: command.cwd,
    uid: command.uid,
  });
  const { stdin, stdout, stderr, pid } = child;
  if (!stdin || !stdout || !stderr || pid === undefined) throw new Error(`${command.program} could not be started`);
  let said = '';
  let failed: ((error: Error) => void) | null = null;
  const limit = limitMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), limitMs);
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  child.on('close', () => clearTimeout(limit));
  child.on('close', (code, signal) => failed?.(new Error(`the subject ended with ${code ?? signal}: ${said}`)));
  stdin.on('error', () => {});
  stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });

  const wire: Wire = {
    pid,
    onAnswer: null,
    send: (line) => void stdin.write(line),
    call: (line) =>
      new Promise((resolve, reject) => {
        failed = reject;
        const startedMs = performance.now();
        wire.onAnswer = () => {
          wire.onAnswer = null;
          resolve(performance.now() - startedMs);
        };
        stdin.write(line);
      }),
    burst: (count, inFlight, lineOf) =>
      new Promise((resolve, reject) => {
        failed = reject;
        const startedMs = performance.now();
        let sent = 0;
        let answered = 0;
        wire.onAnswer = () => {
          answered += 1;
          if (sent < count) stdin.write(lineOf(sent++));
          if (answered === count) {
            wire.onAnswer = null;
            resolve(performance.now() - startedMs);
          }
        };
        while (sent < Math.min(inFlight, count)) stdin.write(lineOf(sent++));
      }),
    close: async () => {
      failed = null;
      stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(timer);
    },
  };
  stdout.on('data', (chunk: Buffer) => {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) wire.onAnswer?.();
  });
  return wire;
}
