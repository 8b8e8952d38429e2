/** Which workspace a command speaks of: the git top level of a folder, else the folder itself. Runs no git. */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** `.git` is a folder in a checkout and a file in a worktree or submodule; both end the walk. */
export function workspaceOf(folder: string): string {
  let real = folder;
  try {
    real = realpathSync(folder);
  } catch {
    // The folder is gone; its name still says which workspace was meant.
  }
  for (let at = real; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return real;
  }
}
