/**
 * Files that git would pass through a configured filter before it compares them. A capture runs no filter, so what git
 * says of them is put right here: exactly for Git LFS, whose filter is a known function of the content.
 */
import { createHash } from 'node:crypto';
import type { Files } from './files.ts';
import { type GitFolder, onDisk } from './gitFolder.ts';
import type { StatusEntry } from './gitStatus.ts';

/**
 * @param folder where the entries' paths begin
 * @returns the entries without those that only lack their filter, and a sentence where that cannot be told
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
  const untold = new Set<string>();
  const kept = dirty.filter((entry) => {
    const filter = filterOf.get(entry);
    if (filter === undefined || !checkout.filters.includes(filter)) return true;
    if (filter === 'lfs')
      return lfsPointer(folder, onDisk(folder, entry.bytes), checkout.algorithm, files) !== entry.added;
    untold.add(filter);
    return true;
  });
  const missing = [...untold].map(
    (filter) =>
      `Files that pass through the git filter "${filter}", which a capture does not run, may only seem changed.`,
  );
  return { dirty: kept, missing };
}

/** Git's id of the pointer that Git LFS keeps of a file (its specification, version 1); null where that is unreadable. */
function lfsPointer(folder: string, path: string | Buffer, algorithm: 'sha1' | 'sha256', files: Files): string | null {
  const bytes = files.sizeOf(path);
  const digest = typeof path === 'string' ? files.digest(path, folder) : null;
  if (bytes === null || digest === null) return null;
  const text = `version https://git-lfs.github.com/spec/v1\noid ${digest}\nsize ${bytes}\n`;
  return createHash(algorithm).update(`blob ${text.length}\0${text}`).digest('hex');
}
