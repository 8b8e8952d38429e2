/** What git tracks in a checkout, asked again only when git's index was written: 100,000 files take git a tenth of a second. */
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { type GitFolder, refusal } from './gitFolder.ts';
import { type GitIndex, parseIndex } from './gitIndex.ts';

/** Of so many checkouts the answer is kept. */
const KEPT = 4;

export type TrackedFiles = (checkout: GitFolder, extra: readonly string[]) => Promise<GitIndex | string>;

/** @returns asks for the tracked files: `extra` are folders of test data by settings; a string is a sentence why not */
export function createTrackedFiles(): TrackedFiles {
  const kept = new Map<string, { readonly stamp: string; readonly index: GitIndex }>();
  return async (checkout, extra) => {
    const key = [checkout.gitDir, checkout.prefix, ...extra].join('\0');
    const stamp = stampOf(join(checkout.gitDir, 'index'));
    const known = kept.get(key);
    if (known && stamp !== null && known.stamp === stamp) return known.index;
    const place = checkout.prefix === '' ? [] : ['--', checkout.prefix];
    const answer = await checkout.ask(['ls-files', '-s', '-v', '-z', ...place]);
    const refused = refusal(answer, checkout.top);
    if (refused !== null) return refused;
    const index = parseIndex(answer.stdout, checkout.prefix, extra);
    kept.delete(key);
    if (stamp !== null) kept.set(key, { stamp, index });
    const oldest = kept.size > KEPT ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
    return index;
  };
}

/** null where there is no index yet. */
function stampOf(path: string): string | null {
  try {
    const { size, mtimeNs, ctimeNs, ino } = lstatSync(path, { bigint: true });
    return `${size} ${mtimeNs} ${ctimeNs} ${ino}`;
  } catch {
    return null;
  }
}
