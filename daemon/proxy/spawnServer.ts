/** Starts the server's command without a shell, with our environment, folder and process group. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { windowsLaunch, windowsWorld } from './windowsCommand.ts';

export type Server = ChildProcessByStdio<Writable, Readable, Readable | null>;

/**
 * Failures to start arrive as the child's `error` event, as the runtime does it; what it throws at once is thrown.
 * @param inheritStderr hand our stderr to the server instead of a pipe
 */
export function spawnServer(command: string, args: readonly string[], inheritStderr: boolean): Server {
  const launch =
    process.platform === 'win32'
      ? windowsLaunch(command, args, windowsWorld(process.env, process.cwd(), isFile))
      : { file: command, args, verbatim: false };
  const options = { windowsVerbatimArguments: launch.verbatim, windowsHide: true };
  return inheritStderr
    ? spawn(launch.file, launch.args, { ...options, stdio: ['pipe', 'pipe', 'inherit'] })
    : spawn(launch.file, launch.args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
