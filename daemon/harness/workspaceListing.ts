/**
 * What a workspace holds, for readers that look for files anywhere in it: one listing for all of them. Inside git it is
 * made from what git lists; outside this walks the folders itself, in bounds.
 */
import { join } from 'node:path';
import type { Files } from './files.ts';
import { createPathList, type PathList } from './pathList.ts';

export interface WorkspaceListing {
  /**
   * Files, one of whose folders' names or whose own begins with `start`, which may go on over slashes (`CLAUDE.md`,
   * `.claude/rules/`); relative to the root, forward slashes, in order. Tracked and untracked files, no ignored ones.
   */
  having(start: string): readonly string[];
  /** Does git track this file, relative to the root? null where that cannot be told. */
  tracked(path: string): boolean | null;
}

const FILES = 100_000;
const FOLDERS = 20_000;
const DEPTH = 24;
/** Never a place for instructions, and often large. */
const SKIPPED = /^(?:\.git|\.hg|\.svn|\.jj|node_modules|\.venv|venv|__pycache__|\.tox|\.cache|\.gradle|target)$/;

/** For a folder outside git: at most 100,000 files in 20,000 folders, 24 deep; walked once, when first asked. */
export function walkedListing(root: string, files: Files): WorkspaceListing & { readonly complete: () => boolean } {
  let found: PathList | null = null;
  let complete = true;
  const walk = (): PathList => {
    const paths: string[] = [];
    const open: { folder: string; depth: number }[] = [{ folder: '', depth: 0 }];
    let folders = 0;
    for (let at = open.shift(); at; at = open.shift()) {
      if (++folders > FOLDERS || paths.length >= FILES) {
        complete = false;
        break;
      }
      for (const { name, kind } of files.list(join(root, at.folder), root) ?? []) {
        const path = at.folder === '' ? name : `${at.folder}/${name}`;
        if (kind === 'file' || kind === 'link') paths.push(path);
        else if (kind === 'folder' && !SKIPPED.test(name)) {
          if (at.depth < DEPTH) open.push({ folder: path, depth: at.depth + 1 });
          else complete = false;
        }
      }
    }
    return createPathList(paths.slice(0, FILES).sort());
  };
  return {
    having: (start) => {
      found ??= walk();
      return found.having(start);
    },
    tracked: () => null,
    complete: () => complete,
  };
}
