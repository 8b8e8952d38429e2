/** The state of submodules, down to those of submodules: each is asked about as a checkout of its own, hardened again. */
import { join } from 'node:path';
import type { GitState } from '../protocol/workbench.ts';
import { gitFactsOf } from './gitFacts.ts';
import type { GitFolder } from './gitFolder.ts';
import { type IndexedFile, parseIndex } from './gitIndex.ts';
import { parseStatus } from './gitStatus.ts';
import { realPathOf } from './realPathOf.ts';

type Submodule = GitState['submodules'][number];

const COUNT_LIMIT = 64;
const DEPTH_LIMIT = 3;

/** @param folder where the links' paths begin, absolute, links followed */
export async function readSubmodules(
  checkout: GitFolder,
  folder: string,
  links: readonly IndexedFile[],
): Promise<Submodule[]> {
  const found: Submodule[] = [];
  const look = async (base: string, prefix: string, all: readonly IndexedFile[], depth: number): Promise<void> => {
    for (const { path, blob } of all) {
      const at = join(base, path);
      const name = prefix + path;
      const facts = gitFactsOf(at);
      // Without a checkout of its own the folder above answers, and one reached by a link is not this one.
      if (!facts || facts.root !== at || realPathOf(at) !== at) {
        found.push({ path: name, commit: null, state: 'absent' });
      } else if (found.length >= COUNT_LIMIT) {
        found.push({ path: name, commit: facts.commit, state: facts.commit === blob ? 'unknown' : 'changed' });
      } else {
        const inside = await stateOf(await checkout.open(at));
        const state = facts.commit !== blob ? 'changed' : (inside?.state ?? 'unknown');
        found.push({ path: name, commit: facts.commit, state });
        if (inside && depth < DEPTH_LIMIT) await look(at, `${name}/`, inside.links, depth + 1);
      }
    }
  };
  await look(folder, '', links, 1);
  return found;
}

async function stateOf(
  checkout: GitFolder | string,
): Promise<{ readonly state: 'clean' | 'changed'; readonly links: readonly IndexedFile[] } | null> {
  if (typeof checkout === 'string') return null;
  const [status, index] = await Promise.all([
    checkout.ask(['status', '--porcelain=v2', '-z', '--untracked-files=normal', '--ignore-submodules=dirty']),
    checkout.ask(['ls-files', '-s', '-v', '-z']),
  ]);
  if (status.code !== 0 || index.code !== 0) return null;
  const { dirty, untracked } = parseStatus(status.stdout, checkout.prefix);
  const { submodules } = parseIndex(index.stdout, checkout.prefix, []);
  return { state: dirty.length + untracked.length > 0 ? 'changed' : 'clean', links: submodules };
}
