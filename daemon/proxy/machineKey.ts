/** The key of this machine's fingerprints: 32 random bytes, made once, the same for ten proxies that start at once. */
import { linkSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { lateCrypto } from './lateBuiltins.ts';

const KEY_BYTES = 32;

/** Reads the key, or makes it. Null where neither is possible: a record without fingerprints is better than none. */
export function machineKey(path: string): Uint8Array | null {
  return readKey(path) ?? makeKey(path);
}

function readKey(path: string): Uint8Array | null {
  try {
    const key = readFileSync(path);
    return key.length === KEY_BYTES ? key : null;
  } catch {
    return null;
  }
}

/** Written in full under a name of its own and then linked, which fails for all but one: nobody reads half a key. */
function makeKey(path: string): Uint8Array | null {
  const draft = `${path}.${process.pid}`;
  try {
    writeFileSync(draft, lateCrypto().randomBytes(KEY_BYTES), { mode: 0o600 });
    linkSync(draft, path);
  } catch {
    // Somebody else was first, or the folder takes no files: what is there now decides.
  }
  try {
    unlinkSync(draft);
  } catch {
    // It was never made.
  }
  return readKey(path);
}
