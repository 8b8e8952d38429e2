/**
 * Starts the daemon detached when none is up, so that only one of many processes that ask at once does it. Never waits
 * until it is ready: whoever needs that uses `connectDaemon.ts`. That there is one daemon only is not decided here but
 * by the daemon's own lock; this one saves the other nine their start-up.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { placesOf } from '../base/places.ts';
import { isAlive, readDaemonFile } from './daemonFile.ts';

/** `someone_else`: another process took it up within the last ten seconds. */
export type StartResult = 'running' | 'started' | 'someone_else' | 'failed';

export interface DaemonEntry {
  /** The runtime. `better-sqlite3` kills the process on Node 20, so that this must be Node 22 or later. */
  readonly execPath: string;
  /** The program `callgrove`. */
  readonly script: string;
}

/** A start that shows no daemon after so many milliseconds has failed, and another may try. */
const START_LOCK_MS = 10_000;

/** What a daemon needs of the environment. The rest may hold an agent's secrets and is not passed on. */
const PASSED_ON =
  /^(PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_.*|TZ|TMPDIR|TMP|TEMP|LD_LIBRARY_PATH|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT|USERPROFILE|HOMEDRIVE|HOMEPATH|APPDATA|LOCALAPPDATA|ELECTRON_RUN_AS_NODE)$/i;

/**
 * Never throws and never waits longer than the operating system takes to start a process.
 * @param home the state folder, absolute
 */
export async function startDaemonOnce(home: string, entry: DaemonEntry): Promise<StartResult> {
  const places = placesOf(home, join);
  const state = readDaemonFile(places.daemonFile);
  if (state.kind === 'present' && isAlive(state.file)) return 'running';
  if (entry.execPath === process.execPath && Number(process.versions.napi) < 10) return 'failed';
  const mark = `${process.pid} ${Date.now()}`;
  try {
    mkdirSync(places.control, { recursive: true, mode: 0o700 });
    if (!takeStartLock(startLockOf(home), mark)) return 'someone_else';
    // A daemon removes the lock only when its file stands: one that came up since the look above is seen now.
    const now = readDaemonFile(places.daemonFile);
    if (now.kind === 'present' && isAlive(now.file)) {
      releaseStartLock(startLockOf(home), mark);
      return 'running';
    }
  } catch {
    return 'failed';
  }
  return new Promise((resolve) => {
    const release = () => releaseStartLock(startLockOf(home), mark);
    const failed = () => {
      release();
      resolve('failed');
    };
    try {
      const child = spawn(entry.execPath, [entry.script, 'daemon', 'run', '--home', home], {
        cwd: home,
        env: environment(entry),
        detached: true,
        stdio: 'ignore',
        windowsHide: true,
      });
      child.once('error', failed);
      child.once('spawn', () => resolve('started'));
      // While we live we see a daemon that ends at once, and spare the next one the wait.
      child.once('exit', release);
      child.unref();
    } catch {
      failed();
    }
  });
}

function environment({ execPath }: DaemonEntry): NodeJS.ProcessEnv {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => PASSED_ON.test(name)));
  // The launcher takes this out of the environment for the server's sake; without it the editor itself would start.
  if (process.versions.electron && execPath === process.execPath) env.ELECTRON_RUN_AS_NODE = '1';
  return env;
}

/** Where a process that starts the daemon says so. The daemon removes it as soon as its `daemon.json` stands. */
export function startLockOf(home: string): string {
  return join(placesOf(home, join).control, 'daemon-starting');
}

/** Exported for its test. True for exactly one of all that ask within ten seconds. Throws the system's error. */
export function takeStartLock(lock: string, mark: string): boolean {
  if (createNew(lock, mark)) return true;
  const held = mtimeOf(lock);
  if (held === null || Date.now() - held < START_LOCK_MS) return false;
  // Of those that saw this stale lock one makes the claim named after it; who comes later sees that the lock is new.
  const claim = `${lock}.${Math.trunc(held)}`;
  if (!createNew(claim, mark)) {
    const claimed = mtimeOf(claim);
    if (claimed !== null && Date.now() - claimed > START_LOCK_MS) rmSync(claim, { force: true });
    return false;
  }
  if (mtimeOf(lock) !== held) {
    rmSync(claim, { force: true });
    return false;
  }
  renameSync(claim, lock);
  return true;
}

function releaseStartLock(lock: string, mark: string): void {
  try {
    if (readFileSync(lock, 'utf8') === mark) rmSync(lock, { force: true });
  } catch {
    // Gone already.
  }
}

function createNew(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function mtimeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;
}
