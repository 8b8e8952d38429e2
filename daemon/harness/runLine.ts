/**
 * Runs a command line of the user's project (set-up, tests) in its own process group, in a shell as the user would, and
 * keeps the end of what it says. Whether it may run is decided by whoever calls this.
 */
import { spawn } from 'node:child_process';

export interface RunOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly limitMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Its process group has begun, has ended. */
  readonly onStart?: (pid: number) => void;
  readonly onEnd?: (pid: number) => void;
  /** Both streams as they come. */
  readonly onOutput?: (text: string) => void;
}

export interface RunEnd {
  /** null where it did not end by itself. */
  readonly code: number | null;
  /** The last 64 KiB of both streams. */
  readonly output: string;
  readonly durationMs: number;
  /** Why it did not end by itself, or could not be started; null where it did. */
  readonly failure: string | null;
}

const KEPT_CHARS = 64 * 1024;
const GRACE_MS = 2000;

/** Never rejects. */
export function runLine(command: string, options: RunOptions): Promise<RunEnd> {
  const began = performance.now();
  const isWindows = process.platform === 'win32';
  return new Promise<RunEnd>((resolve) => {
    let [output, failure]: [string, string | null] = ['', null];
    const child = spawn(command, {
      shell: true,
      cwd: options.cwd,
      env: options.env,
      detached: !isWindows,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const { pid } = child;
    const kill = (signal: 'SIGTERM' | 'SIGKILL') => {
      try {
        if (pid !== undefined) process.kill(isWindows ? pid : -pid, signal);
      } catch {
        // Gone meanwhile.
      }
    };
    const stop = (why: string) => {
      failure ??= why;
      kill('SIGTERM');
      setTimeout(() => kill('SIGKILL'), GRACE_MS).unref();
    };
    const timer = setTimeout(
      () => stop(`it was ended after ${Math.round(options.limitMs / 60_000)} minutes`),
      options.limitMs,
    );
    const abort = () => stop('it was interrupted');
    options.signal?.addEventListener('abort', abort);
    if (options.signal?.aborted) abort();
    const hear = (chunk: string) => {
      output = (output + chunk).slice(-KEPT_CHARS);
      options.onOutput?.(chunk);
    };
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
    const end = (code: number | null) => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', abort);
      if (pid !== undefined) {
        // What it left running in its group goes with it.
        kill('SIGKILL');
        options.onEnd?.(pid);
      }
      resolve({ code: failure === null ? code : null, output, durationMs: performance.now() - began, failure });
    };
    child.on('error', (error) => {
      failure ??= error.message;
      if (pid === undefined) end(null);
    });
    // What it left in the background may hold its pipes: that is not waited for.
    const release = () => {
      child.stdout.destroy();
      child.stderr.destroy();
    };
    child.on('exit', () => setTimeout(release, GRACE_MS).unref());
    child.on('close', end);
    if (pid !== undefined) options.onStart?.(pid);
  });
}
