/**
 * Reads and writes `daemon.json`, and decides whether the daemon that it names is still that process. Checked by hand
 * and not by schema, because every proxy loads this file.
 */
import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { DaemonFile } from '../protocol/feed.ts';

export type DaemonFileState =
  | { readonly kind: 'absent' }
  /** Not ours to read, cut off, or of a version that we do not know. */
  | { readonly kind: 'unreadable'; readonly reason: string }
  | { readonly kind: 'present'; readonly file: DaemonFile };

/** Never throws. */
export function readDaemonFile(path: string): DaemonFileState {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return code === 'ENOENT' || code === 'ENOTDIR' ? { kind: 'absent' } : { kind: 'unreadable', reason: code };
  }
  try {
    const value: unknown = JSON.parse(text);
    const file = toDaemonFile(value);
    return file ? { kind: 'present', file } : { kind: 'unreadable', reason: 'not a daemon file of version 1' };
  } catch {
    return { kind: 'unreadable', reason: 'not JSON' };
  }
}

/** Replaces the file in one step, mode 0600: a reader sees the old one or the new one. Throws the system's error. */
export function writeDaemonFile(path: string, file: DaemonFile): void {
  const next = `${path}.${process.pid}.new`;
  try {
    writeFileSync(next, `${JSON.stringify(file)}\n`, { mode: 0o600 });
    chmodSync(next, 0o600);
    renameSync(next, path);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
}

/** Removes the file if it still names this process: a successor's file stays. Never throws. */
export function removeDaemonFile(path: string, pid: number): void {
  const state = readDaemonFile(path);
  if (state.kind !== 'present' || state.file.pid !== pid) return;
  try {
    rmSync(path, { force: true });
  } catch {
    // The folder vanished or is read-only; the next reader finds a dead pid in it.
  }
}

/**
 * Is the process that wrote this file still running? A reused pid is told by the start time; where the system gives
 * none (no `/proc`), the pid is trusted.
 */
export function isAlive(file: Pick<DaemonFile, 'pid' | 'start'>): boolean {
  try {
    // Signal 0 only asks. EPERM means another user's process, which is no daemon of ours.
    process.kill(file.pid, 0);
  } catch {
    return false;
  }
  const now = statOf(file.pid);
  if (!now) return true;
  // A zombie keeps its pid until its parent looks.
  if (now.state === 'Z' || now.state === 'X') return false;
  return file.start === null || file.start === now.start;
}

/** When a process started, as `<boot id>:<clock ticks since boot>`; null where the system does not say. */
export function processStart(pid: number): string | null {
  return statOf(pid)?.start ?? null;
}

function statOf(pid: number): { state: string; start: string } | null {
  if (process.platform !== 'linux') return null;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets and may hold anything, brackets and spaces too.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const state = fields[0];
    const ticks = fields[19];
    if (!state || !ticks) return null;
    return { state, start: `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${ticks}` };
  } catch {
    return null;
  }
}

function toDaemonFile(value: unknown): DaemonFile | null {
  if (typeof value !== 'object' || value === null) return null;
  if (!('v' in value) || value.v !== 1) return null;
  if (!('pid' in value) || !isInteger(value.pid, 1, 2 ** 31)) return null;
  if (!('port' in value) || !isInteger(value.port, 1, 65_535)) return null;
  if (!('start' in value) || !(value.start === null || typeof value.start === 'string')) return null;
  if (!('token' in value) || typeof value.token !== 'string' || value.token === '') return null;
  if (!('version' in value) || typeof value.version !== 'string') return null;
  if (!('started_at' in value) || typeof value.started_at !== 'string') return null;
  const { pid, start, port, token, version, started_at } = value;
  return { v: 1, pid, start, port, token, version, started_at };
}

function isInteger(value: unknown, from: number, to: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to;
}
