/** What a workspace holds as git lists it: tracked files that are there, and untracked ones; no ignored ones. */
import type { GitIndex } from './gitIndex.ts';
import type { GitStatus } from './gitStatus.ts';
import type { WorkspaceListing } from './workspaceListing.ts';

export function gitListing(index: GitIndex, status: GitStatus): WorkspaceListing {
  const untracked = status.untracked.map(({ path }) => path).filter((path) => !path.endsWith('/'));
  const gone = new Set(status.dirty.flatMap(({ path, status: columns }) => (columns.includes('D') ? [path] : [])));
  let tracked: ReadonlySet<string> | null = null;
  return {
    paths: () => (gone.size === 0 && untracked.length === 0 ? index.paths : sortedPaths(index, gone, untracked)),
    tracked: (path) => {
      tracked ??= new Set(index.paths);
      return tracked.has(path);
    },
  };
}

function sortedPaths(index: GitIndex, gone: ReadonlySet<string>, untracked: readonly string[]): readonly string[] {
  return [...index.paths.filter((path) => !gone.has(path)), ...untracked].sort();
}
