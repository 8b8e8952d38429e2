/**
 * What is particular to Codex: where its project begins, and its budget. All files of a project together count, in their
 * order; what is beyond is cut, then left out; the file of the home folder is not counted. After openai/codex
 * codex-rs/core/src/agents_md.rs (project_doc.rs before).
 */
import { join } from 'node:path';
import type { Finding, Search } from './instructionSearch.ts';
import { memberAt, stringList } from './readConfig.ts';

const MAX_BYTES = 32 * 1024;

export function codexInstructions(found: readonly Finding[], { options }: Search): Finding[] {
  const set = options.set('project_doc_max_bytes');
  const max = typeof set?.value === 'number' && set.value >= 0 ? set.value : MAX_BYTES;
  const limit = `project_doc_max_bytes is ${max}`;
  let left = max;
  return found.map((one) => {
    if (one.look !== 'path' || one.counts !== 'yes' || one.content.kind !== 'file') return one;
    if (left <= 0) return { ...one, counts: 'excluded', why: `${limit}, and the files before it take all of it.` };
    const { size } = one.content;
    const cut = size > left;
    const read = Math.min(size, left);
    left -= read;
    return cut ? { ...one, counts: 'cut', why: `${limit}: of its ${size} bytes the first ${read} are read.` } : one;
  });
}

/**
 * From the nearest folder that holds a marker (`project_root_markers`, which a project itself cannot set) down to the
 * working directory; that alone where there is none.
 * @param down the folders from the file system's root to the working directory
 */
export function codexFolders(down: readonly string[], { options, files }: Search): readonly string[] {
  const set = options.layers
    .filter(({ from }) => from !== 'workspace')
    .map(({ value }) => memberAt(value, ['project_root_markers']))
    .findLast((value) => value !== undefined);
  const markers = set === undefined ? ['.git'] : stringList(set);
  const root = down.findLastIndex((folder) => markers.some((marker) => files.kindOf(join(folder, marker)) !== null));
  return root < 0 ? down.slice(-1) : down.slice(root);
}
