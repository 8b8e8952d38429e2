/** The few things that the writer asks of the file system, apart so that tests can make each of them fail. */
import { closeSync, constants, fstatSync, mkdirSync, openSync, unlinkSync, writeSync, writevSync } from 'node:fs';
import { join } from 'node:path';

export interface SegmentFiles {
  /** A new file, mode 0600, in a folder that is made (0700) where missing. Throws where the name is taken. */
  create(folder: string, name: string): number;
  /** Writes the first `length` bytes of `buffer` with one call and returns how many were taken. Throws as the system says. */
  write(fd: number, buffer: Uint8Array, length: number): number;
  /** The same for two buffers one behind the other. */
  gather(fd: number, first: Uint8Array, second: Uint8Array): number;
  /** Does the open file still stand in a folder? */
  hasName(fd: number): boolean;
  /** Never throws. */
  close(fd: number): void;
  /** Never throws. */
  remove(folder: string, name: string): void;
}

const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_APPEND;

export const openFiles: SegmentFiles = {
  create(folder, name) {
    const path = join(folder, name);
    try {
      return openSync(path, NEW_FILE, 0o600);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return openSync(path, NEW_FILE, 0o600);
  },
  write: (fd, buffer, length) => writeSync(fd, buffer, 0, length),
  gather: (fd, first, second) => writevSync(fd, [first, second]),
  hasName(fd) {
    try {
      return fstatSync(fd).nlink > 0;
    } catch {
      return true;
    }
  },
  close(fd) {
    try {
      closeSync(fd);
    } catch {
      // What could not be flushed now could not have been flushed by anybody.
    }
  },
  remove(folder, name) {
    try {
      unlinkSync(join(folder, name));
    } catch {
      // It stays as an empty segment; readers take that.
    }
  },
};
