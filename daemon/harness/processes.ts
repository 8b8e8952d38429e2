/**
 * Whether a process that a journal names is still that process, and the end of one that its proxy left behind. A pid is
 * reused; only a start time that agrees proves it is the one we mean, and nothing else is ever sent a signal.
 */
import { readFileSync } from 'node:fs';

export interface ProcessName {
  readonly pid: number;
  /** Clock ticks since boot as Linux counts them; null where the system gives none. */
  readonly start: string | null;
  readonly boot_id: string | null;
}

/** True where the process cannot be running any more. In doubt it may. */
export function isGone(process_: ProcessName): boolean {
  const { pid, start, boot_id } = process_;
  if (pid <= 0) return true;
  const boot = bootId();
  if (boot !== null && boot_id !== null && boot !== boot_id) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: there is such a process, of somebody else. Ours is gone then, too, but its start time says so surer.
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
  const now = stat(pid);
  if (!now) return false;
  // A zombie keeps its pid until its parent looks, and does nothing more.
  if (now.state === 'Z' || now.state === 'X') return true;
  return start !== null && now.start !== start;
}

const GRACE_MS = 2000;

/** Ends a server whose proxy was killed: SIGTERM, two seconds, SIGKILL. Does nothing unless it is surely that one. */
export async function endOrphan(orphan: ProcessName): Promise<boolean> {
  if (!isSurely(orphan)) return false;
  send(orphan.pid, 'SIGTERM');
  const until = performance.now() + GRACE_MS;
  while (performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    if (!isSurely(orphan)) return true;
  }
  send(orphan.pid, 'SIGKILL');
  return true;
}

function isSurely({ pid, start, boot_id }: ProcessName): boolean {
  if (pid <= 1 || start === null || boot_id === null || boot_id !== bootId()) return false;
  const now = stat(pid);
  return now !== null && now.start === start && now.state !== 'Z' && now.state !== 'X';
}

function send(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone meanwhile.
  }
}

function bootId(): string | null {
  try {
    return process.platform === 'linux' ? readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim() : null;
  } catch {
    return null;
  }
}

function stat(pid: number): { state: string; start: string } | null {
  if (process.platform !== 'linux') return null;
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name in brackets and may hold anything, brackets and spaces too.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', start: fields[19] ?? '' };
  } catch {
    return null;
  }
}
