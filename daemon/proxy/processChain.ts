/**
 * The processes from the proxy upwards, so that the agent can be named later. Decides nothing about which of them is the
 * agent. Read from `/proc` at once; where there is none, only what the runtime itself knows is told.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import type { ProcessFact } from '../protocol/journal.ts';

/** Deeper chains than this are cut. */
const CHAIN_LIMIT = 16;
/** So many fields of a process's status are read: up to its start. */
const STAT_FIELDS = 20;

/** The proxy first, then its parent, and so on. Never throws; what may not be read is null. */
export function processChain(): ProcessFact[] {
  if (process.platform !== 'linux') return [ownFact(), { ...unknownFact(process.ppid), ppid: null }];
  const chain: ProcessFact[] = [];
  for (let pid: number | null = process.pid; pid !== null && pid > 0 && chain.length < CHAIN_LIMIT; ) {
    const fact: ProcessFact = processFact(pid);
    chain.push(fact);
    pid = fact.ppid;
  }
  return chain;
}

/** When a process started, in clock ticks since boot as Linux counts them; null where that cannot be known. */
export function processStart(pid: number): string | null {
  return process.platform === 'linux' ? (statFields(pid)[19] ?? null) : null;
}

export function bootId(): string | null {
  return process.platform === 'linux'
    ? attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())
    : null;
}

function processFact(pid: number): ProcessFact {
  const fields = statFields(pid);
  const argv = attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1));
  return {
    pid,
    ppid: fields[1] ? Number(fields[1]) : null,
    start: fields[19] ?? null,
    exe: attempt(() => readlinkSync(`/proc/${pid}/exe`)),
    argv,
    cwd: attempt(() => readlinkSync(`/proc/${pid}/cwd`)),
  };
}

/**
 * The first 20 fields of `/proc/<pid>/stat` from `state` on: the name before them may hold anything, brackets too. As UTF-8, which
 * the runtime reads in one step; files of which it does not know the size it else reads into 64 KiB each.
 */
export function statFields(pid: number | 'self'): string[] {
  const text = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return text ? text.slice(text.lastIndexOf(')') + 2).split(' ', STAT_FIELDS) : [];
}

function ownFact(): ProcessFact {
  return {
    ...unknownFact(process.pid),
    ppid: process.ppid,
    exe: process.execPath,
    argv: process.argv,
    cwd: process.cwd(),
  };
}

function unknownFact(pid: number): ProcessFact {
  return { pid, ppid: null, start: null, exe: null, argv: null, cwd: null };
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
