/**
 * What `.git` says about a folder without running git: the top level of its checkout, its commit, branch and remote.
 * Reads a handful of small files, bounded; what cannot be read is null. A checkout is hostile: its files are data.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';

export interface GitFacts {
  /** The top level of the checkout. */
  readonly root: string;
  /** URL of `origin`, else of the first remote, without credentials; null where there is none. */
  readonly remote: string | null;
  /** `git:<remote without credentials>@<commit>`; null where there is no remote or no commit. */
  readonly repo: string | null;
  /** null on a detached HEAD. */
  readonly branch: string | null;
  readonly commit: string | null;
}

const DEPTH_LIMIT = 64;
const FILE_BYTES = 256 * 1024;

/** The checkout that a folder lies in, or null. Never throws. */
export function gitFactsOf(folder: string): GitFacts | null {
  if (!isAbsolute(folder)) return null;
  let at = resolve(folder);
  for (let depth = 0; depth < DEPTH_LIMIT; depth++) {
    const gitDir = gitDirOf(at);
    if (gitDir) return factsOf(at, gitDir);
    const above = dirname(at);
    if (above === at) return null;
    at = above;
  }
  return null;
}

/** `.git` is a folder, or in a worktree or submodule a file that names one. */
function gitDirOf(folder: string): string | null {
  const path = join(folder, '.git');
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return null;
  if (stat.isDirectory()) return path;
  const named = /^gitdir: (.+)$/m.exec(read(path) ?? '')?.[1]?.trim();
  return named ? resolve(folder, named) : null;
}

function factsOf(root: string, gitDir: string): GitFacts {
  const head = read(join(gitDir, 'HEAD'))?.trim() ?? '';
  // A worktree keeps its own HEAD, and shares refs and configuration.
  const shared = read(join(gitDir, 'commondir'))?.trim();
  const commonDir = shared ? resolve(gitDir, shared) : gitDir;
  const ref = /^ref: (refs\/[^\s]{1,500})$/.exec(head)?.[1] ?? null;
  const commit = ref ? commitOf(ref, gitDir, commonDir) : asCommit(head);
  const remote = remoteOf(read(join(commonDir, 'config')) ?? '');
  return {
    root,
    remote,
    repo: remote && commit ? `git:${remote}@${commit}` : null,
    branch: ref?.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : null,
    commit,
  };
}

function commitOf(ref: string, gitDir: string, commonDir: string): string | null {
  if (ref.split('/').includes('..')) return null;
  for (const folder of [gitDir, commonDir]) {
    const loose = asCommit(read(join(folder, ref))?.trim() ?? '');
    if (loose) return loose;
  }
  const packed = read(join(commonDir, 'packed-refs')) ?? '';
  const line = packed.split('\n').find((one) => one.endsWith(` ${ref}`));
  return asCommit(line?.slice(0, line.indexOf(' ')) ?? '');
}

function asCommit(text: string): string | null {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text) ? text : null;
}

/** The URL of `origin`, else of the first remote, without user name and password. */
function remoteOf(config: string): string | null {
  const urls = new Map<string, string>();
  let remote: string | null = null;
  for (const line of config.split('\n')) {
    const section = /^\s*\[(.*)\]/.exec(line)?.[1];
    if (section !== undefined) remote = /^remote "(.*)"$/.exec(section)?.[1] ?? null;
    const url = remote === null ? undefined : /^\s*url\s*=\s*(.+)$/.exec(line)?.[1]?.trim();
    if (remote !== null && url && !urls.has(remote)) urls.set(remote, url);
  }
  const found = urls.get('origin') ?? urls.values().next().value;
  return found === undefined ? null : withoutCredentials(found);
}

function withoutCredentials(url: string): string {
  return url
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, '$1')
    .replace(/[?#].*$/, '')
    .slice(0, 500);
}

function read(path: string): string | null {
  try {
    // A named pipe would hold us for ever.
    if (!statSync(path).isFile()) return null;
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(FILE_BYTES);
      return bytes.toString('utf8', 0, readSync(file, bytes, 0, FILE_BYTES, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}
