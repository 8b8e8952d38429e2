/**
 * The workspace digest `ws_…`: HEAD, and every file that is not as HEAD has it, by path and content. Staging a change is
 * no edit: whether a file was added counts for nothing. The same in every clone.
 */
import { createHash } from 'node:crypto';
import type { ChangedFile, GitState, Workbench } from '../protocol/workbench.ts';

/** null where a content is not known: a digest that two states share would say that nothing happened. */
export function workspaceDigest(
  head: string | null,
  dirty: readonly ChangedFile[],
  untracked: Workbench['untracked'],
  submodules: GitState['submodules'],
): string | null {
  const lines: string[] = [];
  const modules = new Set(submodules.map(({ path }) => path));
  for (const { path, status, from, blob } of dirty) {
    if (from !== null) lines.push(line('gone', from));
    if (modules.has(path)) continue;
    if (blob === null && !status.includes('D')) return null;
    lines.push(line(blob ?? 'gone', path));
  }
  for (const { path, blob } of untracked) {
    // An untracked repository of its own is a folder: its presence is all that git says.
    if (blob === null && !path.endsWith('/')) return null;
    lines.push(line(blob ?? 'folder', path));
  }
  for (const { path, commit, state } of submodules) lines.push(line(`${commit ?? 'none'} ${state}`, path));
  const hash = createHash('sha256').update(`${head ?? 'no commit'}\n`);
  for (const one of lines.sort()) hash.update(one);
  return `ws_${hash.digest('hex').slice(0, 24)}`;
}

/** A path may hold any character but this. */
function line(content: string, path: string): string {
  return `${content} ${path}\0`;
}
