/** What the kernel says a process has used: CPU time and memory. Linux only, as the published figures are. */
import { readdirSync, readFileSync } from 'node:fs';

/**
 * CPU time of all threads of a process so far, user and system, in milliseconds. Read from the scheduler's own
 * nanosecond count, because the clock ticks of /proc/PID/stat are as long as 250 calls.
 */
export function cpuMs(pid: number): number {
  let sum = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    sum += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
  }
  return sum / 1e6;
}

/** Proportional set size in MB (10^6 bytes): private memory, and shared memory divided by those who share it. */
export function pssMb(pid: number): number {
  const match = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
  if (!match) throw new Error(`/proc/${pid}/smaps_rollup has no Pss line`);
  return (Number(match[1]) * 1024) / 1e6;
}
