/**
 * Keeps the daemon's token: made once, private to the user, the same after a restart, so that a page that is open
 * stays connected.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { placesOf } from '../base/places.ts';

/**
 * 32 random bytes as base64url. One that others could read, or that is cut off, is replaced.
 * Throws the system's error where the folder cannot be written.
 */
export function loadDaemonToken(home: string): string {
  const { control } = placesOf(home, join);
  const path = join(control, 'token');
  const kept = read(path);
  if (kept) return kept;
  mkdirSync(control, { recursive: true, mode: 0o700 });
  const token = randomBytes(32).toString('base64url');
  const next = `${path}.${process.pid}.new`;
  writeFileSync(next, `${token}\n`, { mode: 0o600 });
  chmodSync(next, 0o600);
  renameSync(next, path);
  return token;
}

function read(path: string): string | null {
  try {
    if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) return null;
    const text = readFileSync(path, 'utf8').trim();
    return /^[\w-]{43}$/.test(text) ? text : null;
  } catch {
    return null;
  }
}
