/** What a workspace holds as git lists it: tracked files that are there, and untracked ones; no ignored ones. */
import type { GitIndex } from './gitIndex.ts';
import type { GitStatus } from './gitStatus.ts';
import { createPathList } from './pathList.ts';
import type { WorkspaceListing } from './workspaceListing.ts';

export function gitListing({ paths }: GitIndex, status: GitStatus): WorkspaceListing {
  const untracked = createPathList(status.untracked.map(({ path }) => path).filter((path) => !path.endsWith('/')));
  const gone = new Set(status.dirty.flatMap(({ path, status: columns }) => (columns.includes('D') ? [path] : [])));
  return {
    having: (start) => [...paths.having(start).filter((path) => !gone.has(path)), ...untracked.having(start)].sort(),
    tracked: (path) => paths.has(path),
  };
}
