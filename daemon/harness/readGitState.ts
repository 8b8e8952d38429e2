/**
 * What git says about a workspace: commit, branch, changed and untracked files by content, submodules, worktrees, and the
 * digest of it all. What git ignores, and which files are test data, is handed on to those who read that.
 */
import { createHmac } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ChangedFile, Workbench } from '../protocol/workbench.ts';
import { contentReader } from './contentOf.ts';
import { fileRole } from './fileRole.ts';
import type { Files } from './files.ts';
import { UNTOLD, withoutUnfiltered } from './filteredFiles.ts';
import { gitFactsOf } from './gitFacts.ts';
import { type GitFolder, onDisk, refusal } from './gitFolder.ts';
import type { GitIndex } from './gitIndex.ts';
import { type GitStatus, parseStatus, type StatusEntry } from './gitStatus.ts';
import { readSubmodules } from './readSubmodules.ts';
import { workspaceDigest } from './workspaceDigest.ts';

export interface GitPart extends Pick<Workbench, 'git' | 'untracked' | 'untracked_total' | 'workspace_digest'> {
  /** null where git did not say. */
  readonly status: GitStatus | null;
  readonly missing: readonly string[];
}

const DIRTY_LIMIT = 1000;
const UNTRACKED_LIMIT = 1000;
const UNWATCHED_LIMIT = 5000;
/** Changed files beyond this are not even looked at for the digest. */
const STAMPED_LIMIT = 25_000;

/** Where git says nothing, with the sentence that says why. */
export function withoutGit(why: string): GitPart {
  return { git: null, untracked: [], untracked_total: 0, workspace_digest: null, status: null, missing: [why] };
}

const STATUS = [
  'status',
  '--porcelain=v2',
  '-z',
  '--branch',
  '--untracked-files=all',
  // A folder that a pattern names stands for all that is in it.
  '--ignored=matching',
  // What lies in a submodule is asked there, where its own configuration can be turned off.
  '--ignore-submodules=dirty',
  // Equal content only: what is alike would have to be read, and may lie on a server.
  '--find-renames=100%',
  '--no-ahead-behind',
];

/**
 * @param root the workspace's root, links followed
 * @param index what git tracks, asked for at the same time
 */
export async function readGitState(
  checkout: GitFolder,
  root: string,
  index: Promise<GitIndex | string>,
  files: Files,
  machineKey: Uint8Array | null,
): Promise<GitPart> {
  const place = checkout.prefix === '' ? [] : ['--', checkout.prefix];
  const [answer, tracked] = await Promise.all([checkout.ask([...STATUS, ...place]), index]);
  const refused = refusal(answer, root);
  if (refused !== null) return withoutGit(refused);
  const status = parseStatus(answer.stdout, checkout.prefix);
  const known = typeof tracked === 'string' ? null : tracked;
  const filtered = await withoutUnfiltered(checkout, root, status.dirty, files);
  const contentOf = contentReader(files, checkout.algorithm);
  const contentAt = ({ bytes }: Pick<StatusEntry, 'bytes'>) => contentOf(onDisk(root, bytes));

  const dirty: ChangedFile[] = filtered.dirty.map((entry) => ({
    path: entry.path,
    status: entry.status,
    from: entry.from,
    blob: entry.submodule || entry.status.includes('D') ? null : contentAt(entry).blob,
  }));
  dirty.push(...unwatchedChanges(known, contentAt));
  const untracked = status.untracked.map((entry) => ({ path: entry.path, ...contentAt(entry) }));
  const submodules = await readSubmodules(checkout, root, known?.submodules ?? []);
  const missing = [...filtered.missing];
  if (typeof tracked === 'string') missing.push(tracked);
  const unwatched = known?.unwatched.length ?? 0;
  if (unwatched > UNWATCHED_LIMIT)
    missing.push(`Of ${unwatched} files that git was told not to look at, ${UNWATCHED_LIMIT} were looked at.`);
  const places = new Map([...filtered.dirty, ...status.untracked].map(({ path, bytes }) => [path, bytes]));
  const total = dirty.length + untracked.length;
  const stampOf = (path: string) => {
    const bytes = total > STAMPED_LIMIT ? undefined : (places.get(path) ?? Buffer.from(path));
    return bytes ? files.stampOf(onDisk(root, bytes)) : null;
  };
  const isUntold = filtered.dirty.some((entry) => entry.status === UNTOLD);
  const digest = workspaceDigest(status.head, dirty, untracked, submodules, stampOf, isUntold);
  if (digest.id === null) missing.push(`${total} files are changed: there is no workspace digest.`);
  else if (digest.unread > 0)
    missing.push(
      `${digest.unread} changed ${digest.unread === 1 ? 'file was' : 'files were'} not read (too many, too large or unreadable): in the workspace digest they count by size and time of change.`,
    );
  return {
    git: {
      head: status.head,
      branch: status.branch,
      remote: gitFactsOf(root)?.remote ?? null,
      dirty: dirty.slice(0, DIRTY_LIMIT),
      dirty_total: dirty.length,
      submodules,
      linked_worktree: checkout.gitDir !== checkout.commonDir,
      worktrees: worktreesOf(checkout.commonDir),
    },
    untracked: untracked.slice(0, UNTRACKED_LIMIT).map((file) => ({ ...file, blob: shownBlob(file, machineKey) })),
    untracked_total: untracked.length,
    workspace_digest: digest.id,
    status: { ...status, dirty: filtered.dirty },
    missing,
  };
}

/** A short secret could be guessed from its hash: a file that may hold one is named by a keyed one, on this machine only. */
function shownBlob({ path, blob }: { path: string; blob: string | null }, key: Uint8Array | null): string | null {
  if (blob === null || fileRole(path) !== 'environment') return blob;
  return key && createHmac('sha1', key).update(`untracked ${blob}`).digest('hex');
}

/** Edits that git was told not to see (`assume-unchanged`, `skip-worktree`) are edits all the same. */
function unwatchedChanges(
  index: GitIndex | null,
  contentAt: (file: { readonly bytes: Buffer }) => { readonly blob: string | null },
): ChangedFile[] {
  return (index?.unwatched ?? []).slice(0, UNWATCHED_LIMIT).flatMap((file) => {
    const { blob } = contentAt(file);
    return blob === null || blob === file.blob ? [] : [{ path: file.path, status: ' M', from: null, blob }];
  });
}

/** With the main one, which has no entry of its own. */
function worktreesOf(commonDir: string): number {
  try {
    return readdirSync(join(commonDir, 'worktrees')).length + 1;
  } catch {
    return 1;
  }
}
