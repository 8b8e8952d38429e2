/** Random bytes for names: from the system's own file where there is one, which a starting proxy reads without cryptography. */
import { closeSync, openSync, readSync } from 'node:fs';
import { lateCrypto } from './lateBuiltins.ts';

const SOURCE = '/dev/urandom';

/** @param bytes how many; at most 256, which the system gives at once */
export function chance(bytes: number): Uint8Array {
  return (process.platform === 'win32' ? null : fromSystem(bytes)) ?? lateCrypto().randomBytes(bytes);
}

function fromSystem(bytes: number): Uint8Array | null {
  try {
    const file = openSync(SOURCE, 'r');
    try {
      const given = new Uint8Array(bytes);
      return readSync(file, given) === bytes ? given : null;
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}
