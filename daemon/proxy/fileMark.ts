/**
 * Whether a file is another one than when it was last looked at. It is replaced as a whole: the one that was open then loses
 * its name, which an open file tells for half of what its path costs. The path itself is looked at where there is no open
 * file, and once a second: a folder that was moved away takes the file along with its name.
 */
import { closeSync, fstatSync, openSync, type Stats, statSync } from 'node:fs';

const PATH_EVERY_MS = 1000;

export class FileMark {
  private readonly path: string;
  private readonly holdsOpen: boolean;
  private seen: Stats | null = null;
  private file = -1;
  private nextPathMs = 0;

  /** @param holdsOpen false where an open file could not be replaced: on Windows */
  constructor(path: string, holdsOpen = process.platform !== 'win32') {
    this.path = path;
    this.holdsOpen = holdsOpen;
  }

  /**
   * False also where there is none: what it said last is not taken back by its being gone. After true it is read from its
   * path. Throws as the system says.
   */
  hasChanged(nowMs = Date.now()): boolean {
    if (this.file >= 0 && nowMs < this.nextPathMs && isSame(this.seen, fstatSync(this.file))) return false;
    this.nextPathMs = nowMs + PATH_EVERY_MS;
    const found = statSync(this.path, { throwIfNoEntry: false });
    if (!found || isSame(this.seen, found)) return false;
    this.close();
    // It may be another one again by now: what was opened is what the next look compares with.
    this.file = this.holdsOpen ? opened(this.path) : -1;
    this.seen = this.file >= 0 ? fstatSync(this.file) : found;
    return true;
  }

  close(): void {
    if (this.file >= 0) closeSync(this.file);
    this.file = -1;
  }
}

/** -1 where it cannot be opened: whoever reads it will say why. */
function opened(path: string): number {
  try {
    return openSync(path, 'r');
  } catch {
    return -1;
  }
}

/** The time of the last change is that of the last name given or taken as well. */
function isSame(one: Stats | null, other: Stats): boolean {
  return (
    one !== null &&
    one.ctimeMs === other.ctimeMs &&
    one.mtimeMs === other.mtimeMs &&
    one.nlink === other.nlink &&
    one.ino === other.ino &&
    one.size === other.size
  );
}
