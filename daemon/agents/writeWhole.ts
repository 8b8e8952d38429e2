/** Replaces a file of our own in one step: whoever starts it meanwhile gets the old one or the new one. */
import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** Synced before it takes its name, so that not even a power cut leaves an empty file. Throws the system's error. */
export function writeWhole(path: string, content: Uint8Array, mode: number): void {
  const next = `${path}.${process.pid}.new`;
  try {
    const fd = openSync(next, 'w', mode);
    try {
      fchmodSync(fd, mode);
      writeFileSync(fd, content);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(next, path);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
}
