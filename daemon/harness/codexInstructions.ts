/**
 * The budget of Codex: all files of a project together, in their order; what is beyond is cut, then left out. The file
 * of the home folder is not counted. After openai/codex codex-rs/core/src/project_doc.rs.
 */
import type { Finding, Search } from './instructionSearch.ts';

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
