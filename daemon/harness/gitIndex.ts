/**
 * Reads what `git ls-files -s -v -z` says: all paths, and what else a capture needs of submodules, fixtures, and files of
 * which git was told not to look whether they changed. Pure.
 */
import { fixtureFolderOf } from './fixtureFolders.ts';
import { pathText } from './gitStatus.ts';
import { createPathList, type PathList } from './pathList.ts';

export interface IndexedFile {
  readonly bytes: Buffer;
  readonly path: string;
  /** Git's id of the content as it was last added. */
  readonly blob: string;
}

export interface GitIndex {
  readonly paths: PathList;
  readonly submodules: readonly IndexedFile[];
  /** Files in folders of test data, with the folder. */
  readonly fixtures: readonly (IndexedFile & { readonly folder: string })[];
  /** Marked `assume-unchanged` or `skip-worktree`: `git status` is silent about them, whatever stands there. */
  readonly unwatched: readonly IndexedFile[];
  /** Sizes by content, as far as somebody looked: what has the same id has the same size. */
  readonly sizes: Map<string, number>;
}

const GITLINK = '160000';
/** A sparse checkout marks all that it leaves out. */
const UNWATCHED_LIMIT = 200_000;

/**
 * @param prefix the workspace's place in the checkout, `''` or ending in a slash
 * @param extra more folders of test data, relative to the workspace
 */
export function parseIndex(answer: Buffer, prefix: string, extra: readonly string[]): GitIndex {
  const place = Buffer.from(prefix);
  const submodules: IndexedFile[] = [];
  const fixtures: (IndexedFile & { folder: string })[] = [];
  const unwatched: IndexedFile[] = [];
  const paths: string[] = [];
  for (let at = 0; at < answer.length; ) {
    let end = answer.indexOf(0, at);
    if (end < 0) end = answer.length;
    const line = answer.subarray(at, end);
    at = end + 1;
    const tab = line.indexOf(0x09);
    if (tab < 0) continue;
    const whole = line.subarray(tab + 1);
    if (place.length > 0 && !whole.subarray(0, place.length).equals(place)) continue;
    // `H 100644 <id> <stage>`; the letter is small where changes are assumed away, `S` where the file is left out.
    const tag = line[0] ?? 0;
    const isUnwatched = tag === 0x53 || tag >= 0x61;
    const isLink = line[2] === 0x31 && line[3] === 0x36;
    // A copy: a part of the answer would keep all of it in memory.
    const path = pathText(whole.subarray(place.length));
    // Of a conflict each side has an entry.
    if (paths.at(-1) !== path) paths.push(path);
    const folder = fixtureFolderOf(path, extra);
    if (!isUnwatched && !isLink && folder === null) continue;
    const [mode = '', blob = ''] = line.subarray(2, tab).toString('latin1').split(' ');
    const file = { bytes: Buffer.from(whole.subarray(place.length)), path, blob };
    if (mode === GITLINK) submodules.push(file);
    else if (folder !== null) fixtures.push({ ...file, folder });
    if (isUnwatched && mode !== GITLINK && unwatched.length < UNWATCHED_LIMIT) unwatched.push(file);
  }
  return { paths: createPathList(paths), submodules, fixtures, unwatched, sizes: new Map() };
}
