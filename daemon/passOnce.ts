/**
 * Uses up what the user allowed once: the file of it is renamed by the proxy that lets the request through, so that of all
 * proxies one can, once. Needs no daemon. Looked at only where a request is about to be refused.
 */
import { readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Decision } from './policy/decide.ts';
import type { Once } from './protocol/policy.ts';

/** More are not looked at. */
const MAX = 100;
export const ONCE_FILE = '.json';
export const USED_FILE = '.used';

/**
 * @param folder `control/once` of the state folder
 * @param decide judges the request again, with what was allowed handed in
 * @returns null where nothing lets it pass
 */
export function passOnce(folder: string, nowMs: number, decide: (once: Once) => Decision): Decision | null {
  for (const name of openOnes(folder).slice(0, MAX)) {
    const path = join(folder, name);
    const once = readOnce(path);
    if (!once || !(nowMs < Date.parse(once.until))) continue;
    const decision = decide(once);
    if (decision.decision === 'allow' && take(path)) return decision;
  }
  return null;
}

function openOnes(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(ONCE_FILE));
  } catch {
    return [];
  }
}

/** Looked at as little as the policy file is: who can write here can do more. Null for what is no such file. */
function readOnce(path: string): Once | null {
  try {
    const once: Once = JSON.parse(readFileSync(path, 'utf8'));
    return once.v === 1 && Array.isArray(once.paths) ? once : null;
  } catch {
    return null;
  }
}

/** Only one rename of a file succeeds. */
function take(path: string): boolean {
  try {
    renameSync(path, `${path.slice(0, -ONCE_FILE.length)}${USED_FILE}`);
    return true;
  } catch {
    return false;
  }
}
