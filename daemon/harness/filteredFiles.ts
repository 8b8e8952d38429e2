/**
 * Files that git would pass through a configured filter before it compares them. A capture runs no filter, so what git
 * says of them is put right here: exactly for Git LFS, whose filter is a known function of the content.
 */
import { createHash } from 'node:crypto';
import type { Files } from './files.ts';
import { type GitFolder, onDisk } from './gitFolder.ts';
import type { StatusEntry } from './gitStatus.ts';

/** Stands for the status of a file of which it cannot be told whether it changed. */
export const UNTOLD = ' ?';
/** So many are named. */
const NAMED = 5;

/**
 * @param folder where the entries' paths begin
 * @returns the entries without those that only lack their filter; those of which that cannot be told have the status
 * ` ?`, and a sentence for `missing` names them
 */
export async function withoutUnfiltered(
  checkout: GitFolder,
  folder: string,
  dirty: readonly StatusEntry[],
  files: Files,
): Promise<{ readonly dirty: readonly StatusEntry[]; readonly missing: readonly string[] }> {
  const edited = dirty.filter(({ status, added }) => status[1] === 'M' && added !== null);
  if (checkout.filters.length === 0 || edited.length === 0) return { dirty, missing: [] };
  const prefix = Buffer.from(checkout.prefix);
  const nul = Buffer.from([0]);
  const stdin = Buffer.concat(edited.flatMap(({ bytes }) => [prefix, bytes, nul]));
  const answer = await checkout.ask(['check-attr', '-z', '--stdin', 'filter'], stdin);
  const fields = answer.stdout.toString('latin1').split('\0');
  const filterOf = new Map(edited.map((entry, index) => [entry, fields[index * 3 + 2] ?? 'unspecified']));
  const untold = new Map<string, string[]>();
  const kept = dirty.flatMap((entry): StatusEntry[] => {
    const filter = filterOf.get(entry);
    if (filter === undefined || !checkout.filters.includes(filter)) return [entry];
    if (filter === 'lfs') {
      const pointer = lfsPointer(folder, onDisk(folder, entry.bytes), checkout.algorithm, files);
      return pointer === entry.added ? [] : [entry];
    }
    untold.set(filter, [...(untold.get(filter) ?? []), entry.path]);
    // What was added since is a change, whatever became of it on disk.
    return [{ ...entry, status: entry.status[0] === ' ' ? UNTOLD : entry.status }];
  });
  const missing = [...untold].map(
    ([filter, paths]) =>
      `Whether ${someOf(paths)} as committed cannot be told: git passes ${paths.length === 1 ? 'it' : 'them'} through the filter "${filter}", which a capture does not run.`,
  );
  return { dirty: kept, missing };
}

function someOf(paths: readonly string[]): string {
  const more = paths.length - NAMED;
  const named = paths.slice(0, NAMED).join(', ');
  if (more > 0) return `${named} and ${more} more are`;
  return `${named} ${paths.length === 1 ? 'is' : 'are'}`;
}

/** Git's id of the pointer that Git LFS keeps of a file (its specification, version 1); null where that is unreadable. */
function lfsPointer(folder: string, path: string | Buffer, algorithm: 'sha1' | 'sha256', files: Files): string | null {
  const bytes = files.sizeOf(path);
  const digest = typeof path === 'string' ? files.digest(path, folder) : null;
  if (bytes === null || digest === null) return null;
  const text = `version https://git-lfs.github.com/spec/v1\noid ${digest}\nsize ${bytes}\n`;
  return createHash(algorithm).update(`blob ${text.length}\0${text}`).digest('hex');
}
