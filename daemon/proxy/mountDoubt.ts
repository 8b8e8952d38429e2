/**
 * Whether a server's paths are the proxy's: on Linux each process may have mounts and a root of its own, as containers and
 * sandboxes give them. Elsewhere all processes share them.
 */
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { LookDoubt } from '../protocol/fileState.ts';

/** Processes below the server are looked for again after this, in milliseconds: new ones are started seldom. */
const AGAIN_MS = 1000;
/** A larger family is not looked through. */
const PROCESSES = 64;

export interface MountsOf {
  /** Null where nothing speaks against the paths being the same. @param now monotonic ms */
  doubt(now: number): LookDoubt | null;
}

/** @param pid the server's; null where it is not known */
export function mountsOf(pid: number | null, platform: NodeJS.Platform = process.platform): MountsOf {
  if (pid === null) return { doubt: () => 'unknown_process' };
  if (platform !== 'linux') return { doubt: () => null };
  let family: LookDoubt | null = null;
  let lookedAt = Number.NEGATIVE_INFINITY;
  return {
    doubt(now) {
      const own = doubtOf(pid);
      if (own !== null) return own;
      if (now - lookedAt >= AGAIN_MS) {
        family = familyDoubt(pid);
        lookedAt = now;
      }
      return family;
    },
  };
}

function doubtOf(pid: number): LookDoubt | null {
  try {
    const isSame = readlinkSync(`/proc/${pid}/ns/mnt`) === readlinkSync('/proc/self/ns/mnt');
    return isSame && readlinkSync(`/proc/${pid}/root`) === '/' ? null : 'other_mounts';
  } catch {
    return 'unknown_process';
  }
}

function familyDoubt(pid: number): LookDoubt | null {
  const waiting = childrenOf(pid);
  for (let seen = 0; waiting.length > 0; seen++) {
    const child = waiting.pop() ?? 0;
    const doubt = seen >= PROCESSES ? 'unknown_process' : doubtOf(child);
    // One that is gone by now does nothing any more.
    if (doubt !== null && existsSync(`/proc/${child}`)) return doubt;
    waiting.push(...childrenOf(child));
  }
  return null;
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}
