/** Runs the real command line as a process against a state folder of the test's own. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const script = resolve(import.meta.dirname, '../../daemon/callgrove.ts');

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly home: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Sources that were compiled once in a run of the tests need not be compiled for each process. */
const compiled = process.env.NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE } : {};

/** UTF-8, no colour, no CI: whatever the machine that runs the tests has. */
export function startCli(args: readonly string[], { home, cwd, env }: CliOptions): ChildProcessWithoutNullStreams {
  const base = { PATH: process.env.PATH ?? '', HOME: home, LANG: 'C.UTF-8', TZ: 'UTC', ...compiled };
  return spawn(process.execPath, [script, ...args], {
    cwd: cwd ?? home,
    env: { ...base, CALLGROVE_HOME: home, ...env },
  });
}

export async function runCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  const child = startCli(args, options);
  child.stdin.end();
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  await once(child, 'close');
  return { code: child.exitCode, stdout, stderr };
}

/** Resolves as soon as what came so far satisfies; rejects with it when the process ends before. */
export function seen(child: ChildProcessWithoutNullStreams, wanted: (stdout: string) => boolean): Promise<string> {
  return new Promise((resolvePromise, reject) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (more: string) => {
      text += more;
      if (wanted(text)) resolvePromise(text);
    });
    child.on('close', () => reject(new Error(`ended before; it said: ${text}`)));
  });
}
