/**
 * Runs the command line that came with the extension, in the editor's own runtime or in a given one: no shell, a bounded
 * time, bounded output. Which commands, and whether the workspace is trusted, is decided by whoever calls.
 */
import { spawn } from 'node:child_process';

export interface CliRun {
  /** The program `callgrove.js`. */
  readonly cli: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** A Node ≥ 22; without it the editor's own runtime. */
  readonly runtime?: string | null;
  readonly timeoutMs?: number;
}

export interface CliResult {
  /** Null where it was ended by a signal or could not be started. */
  readonly code: number | null;
  readonly stdout: string;
  /** What it said to people; the reason where it could not be started. */
  readonly stderr: string;
}

const TIMEOUT_MS = 30_000;
const OUTPUT_CHARS = 8 * 1024 * 1024;
/** The editor's own switches mean something else to the programs that the command line starts. */
const NOT_PASSED_ON = /^(VSCODE_|NODE_OPTIONS$|ELECTRON_)/;

/** Never rejects. */
export function runCli({ cli, args, cwd, runtime, timeoutMs = TIMEOUT_MS }: CliRun): Promise<CliResult> {
  return new Promise((resolve) => {
    let stdout = '';
    let stderr = '';
    const done = (code: number | null) => resolve({ code, stdout, stderr });
    const child = spawn(runtime ?? process.execPath, [cli, ...args], {
      cwd,
      env: environment(runtime == null),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      windowsHide: true,
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (stdout.length < OUTPUT_CHARS) stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (stderr.length < OUTPUT_CHARS) stderr += text;
    });
    child.on('error', (error) => {
      stderr += error.message;
      done(null);
    });
    child.on('close', done);
  });
}

function environment(ownRuntime: boolean): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !NOT_PASSED_ON.test(name));
  return { ...Object.fromEntries(kept), NO_COLOR: '1', ...(ownRuntime ? { ELECTRON_RUN_AS_NODE: '1' } : {}) };
}
