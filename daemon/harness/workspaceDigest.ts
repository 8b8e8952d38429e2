/**
 * The workspace digest `ws_…`: HEAD, and every file that is not as HEAD has it, by path and content. Staging a change is
 * no edit: whether a file was added counts for nothing. The same in every clone. Where contents are too many or too large
 * to read, it is `ws_local_…`: those files count by size and time of change, so that it compares in one folder only.
 */
import { createHash } from 'node:crypto';
import type { ChangedFile, GitState, Workbench } from '../protocol/workbench.ts';

export interface WorkspaceDigest {
  /** null where there are more files than are looked at. */
  readonly id: string | null;
  /** Files that count by size and time. */
  readonly unread: number;
}

/**
 * @param stampOf size and time of change of what is not read, as one word; null where nobody looks any more
 * @param local it cannot be told of some files whether they changed
 */
export function workspaceDigest(
  head: string | null,
  dirty: readonly ChangedFile[],
  untracked: Workbench['untracked'],
  submodules: GitState['submodules'],
  stampOf: (path: string) => string | null,
  local: boolean,
): WorkspaceDigest {
  const lines: string[] = [];
  let unread = 0;
  const modules = new Set(submodules.map(({ path }) => path));
  const content = (path: string, blob: string | null): string | null => {
    if (blob !== null) return blob;
    unread++;
    return stampOf(path);
  };
  for (const { path, status, from, blob } of dirty) {
    if (from !== null) lines.push(line('gone', from));
    if (modules.has(path)) continue;
    const word = blob === null && status.includes('D') ? 'gone' : content(path, blob);
    if (word === null) return { id: null, unread };
    lines.push(line(word, path));
  }
  for (const { path, blob } of untracked) {
    // An untracked repository of its own is a folder: its presence is all that git says.
    const word = blob === null && path.endsWith('/') ? 'folder' : content(path, blob);
    if (word === null) return { id: null, unread };
    lines.push(line(word, path));
  }
  for (const { path, commit, state } of submodules) lines.push(line(`${commit ?? 'none'} ${state}`, path));
  const hash = createHash('sha256').update(`${head ?? 'no commit'}\n`);
  for (const one of lines.sort()) hash.update(one);
  return { id: `${local || unread > 0 ? 'ws_local_' : 'ws_'}${hash.digest('hex').slice(0, 24)}`, unread };
}

/** A path may hold any character but this. */
function line(content: string, path: string): string {
  return `${content} ${path}\0`;
}
