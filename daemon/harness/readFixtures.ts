/**
 * The test data of a workspace as a manifest: which folders, which files, which content. Git's ids stand for content
 * that git says is unchanged; all else is read. What git ignores is no part of it.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { FixturePack } from '../protocol/harness.ts';
import { contentReader } from './contentOf.ts';
import type { Files } from './files.ts';
import { fixtureFolderOf } from './fixtureFolders.ts';
import { onDisk } from './gitFolder.ts';
import type { GitIndex } from './gitIndex.ts';
import type { GitStatus } from './gitStatus.ts';
import type { WorkspaceListing } from './workspaceListing.ts';

const FILES_LISTED = 2000;
const BY_NAME = 'its name';

interface Found {
  readonly path: string;
  readonly bytes: Buffer;
  readonly folder: string;
  /** null where it has to be read. */
  readonly blob: string | null;
}

/**
 * @param git what git tracks and what changed; null outside git: then the listing tells
 * @param extra folders that settings name, relative
 */
export function readFixtures(
  root: string,
  git: { readonly index: GitIndex; readonly status: GitStatus; readonly algorithm: 'sha1' | 'sha256' } | null,
  listing: WorkspaceListing,
  extra: readonly string[],
  files: Files,
): { readonly pack: FixturePack; readonly missing: readonly string[] } {
  const found = git ? inGit(git.index, git.status, extra) : onlyListed(listing, extra);
  const contentOf = contentReader(files, git?.algorithm ?? 'sha1');
  const sizes = git?.index.sizes ?? new Map<string, number>();
  const sizeOf = (blob: string, at: () => string | Buffer): number => {
    const bytes = sizes.get(blob) ?? files.sizeOf(at()) ?? 0;
    sizes.set(blob, bytes);
    return bytes;
  };
  const hash = createHash('sha256');
  const folders = new Set<string>();
  const listed: { path: string; blob: string }[] = [];
  let total = 0;
  let bytesTotal = 0;
  let unread = 0;
  for (const { path, bytes, folder, blob } of found.sort(byPath)) {
    const at = () => onDisk(root, bytes);
    // A sparse checkout tracks what is not there; git saw what is unchanged.
    if (blob === null && files.kindOf(at()) === null) continue;
    const content = blob === null ? contentOf(at()) : { blob, bytes: sizeOf(blob, at) };
    folders.add(folder);
    total++;
    bytesTotal += content.bytes ?? 0;
    if (content.blob === null) unread++;
    else if (listed.length < FILES_LISTED) listed.push({ path, blob: content.blob });
    hash.update(`${content.blob ?? 'unread'} ${path}\0`);
  }
  const pack: FixturePack = {
    folders: [...folders].sort().map((path) => ({ path, source: extra.includes(path) ? 'a setting' : BY_NAME })),
    files: listed,
    files_total: total,
    bytes_total: bytesTotal,
    digest: total === 0 || unread > 0 ? null : `sha256:${hash.digest('hex')}`,
  };
  const absent = extra.filter((folder) => files.kindOf(join(root, folder)) === null);
  return {
    pack,
    missing: [
      ...(unread > 0
        ? [`${unread} files of test data are too large or unreadable, or too many: they have no digest.`]
        : []),
      ...absent.map((folder) => `The folder of test data ${folder}, which a setting names, is not there.`),
    ],
  };
}

function inGit(index: GitIndex, status: GitStatus, extra: readonly string[]): Found[] {
  const changed = new Map(status.dirty.map((entry) => [entry.path, entry]));
  const hidden = new Set(index.unwatched.map(({ path }) => path));
  const found = new Map<string, Found>();
  for (const { path, bytes, folder, blob } of index.fixtures)
    found.set(path, { path, bytes, folder, blob: changed.has(path) || hidden.has(path) ? null : blob });
  for (const { path, bytes } of status.untracked) {
    const folder = path.endsWith('/') ? null : fixtureFolderOf(path, extra);
    if (folder !== null) found.set(path, { path, bytes, folder, blob: null });
  }
  return [...found.values()];
}

function onlyListed(listing: WorkspaceListing, extra: readonly string[]): Found[] {
  return listing.having('').flatMap((path) => {
    const folder = fixtureFolderOf(path, extra);
    return folder === null ? [] : [{ path, bytes: Buffer.from(path), folder, blob: null }];
  });
}

/** By code unit: the same on every machine. */
function byPath(one: Found, other: Found): number {
  return one.path < other.path ? -1 : one.path > other.path ? 1 : 0;
}
