/**
 * Cleans up a temporary folder, also after we were killed: a process of its own that waits for our end of a pipe to
 * close, ends what we had started, and removes the folder.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Janitor {
  /** A process group that has to be ended with us; and that it has ended by itself. */
  started(pid: number): void;
  ended(pid: number): void;
  /** The folder stays, whatever happens. */
  keep(): void;
  /** Ends what is still running and removes the folder; resolves when that is done. */
  finish(): Promise<void>;
}

/** Lines: `+PID`, `-PID`, `keep`. A group is ended only while it is known to be ours. */
const SCRIPT = `
const { rmSync } = require('node:fs');
const [folder] = process.argv.slice(1);
const groups = new Set();
let keep = false, rest = '';
process.stdin.setEncoding('utf8').on('data', (text) => {
  const lines = (rest + text).split('\\n');
  rest = lines.pop();
  for (const line of lines) {
    if (line === 'keep') keep = true;
    else if (line[0] === '+') groups.add(Number(line.slice(1)));
    else groups.delete(Number(line.slice(1)));
  }
}).on('end', () => {
  for (const pid of groups) try { process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL'); } catch {}
  if (!keep) rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}).on('error', () => {});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
`;

/** @param folder absolute; everything in it is removed */
export function startJanitor(folder: string): Janitor {
  // A session of its own: Ctrl+C is for us, and what we leave behind is for it.
  const child = spawn(process.execPath, ['-e', SCRIPT, folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { ELECTRON_RUN_AS_NODE: '1', ...(process.env.SystemRoot ? { SystemRoot: process.env.SystemRoot } : {}) },
    windowsHide: true,
  });
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  child.unref();
  const tell = (line: string) => child.stdin.write(`${line}\n`);
  return {
    started: (pid) => tell(`+${pid}`),
    ended: (pid) => tell(`-${pid}`),
    keep: () => tell('keep'),
    async finish() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.ref();
      child.stdin.end();
      await gone;
    },
  };
}
