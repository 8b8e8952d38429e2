/** Real git repositories for tests: made in a temporary folder, with a name and dates of their own, no user's settings. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

interface Cleaner {
  after(work: () => void): void;
}

/** A folder that is gone after the test. */
export function tempFolder(t: Cleaner): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-git-')));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function writeFiles(root: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
}

/** Runs git and returns what it said. */
export function git(root: string, ...args: string[]): string {
  return execFileSync('git', ['-C', root, ...args], {
    encoding: 'utf8',
    env: gitEnv(root),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export function gitEnv(home: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 'test',
    GIT_AUTHOR_EMAIL: 'test@example.com',
    GIT_COMMITTER_NAME: 'test',
    GIT_COMMITTER_EMAIL: 'test@example.com',
    GIT_AUTHOR_DATE: '2026-01-02T03:04:05Z',
    GIT_COMMITTER_DATE: '2026-01-02T03:04:05Z',
    GIT_ALLOW_PROTOCOL: 'file',
  };
}

/** A repository with one commit of these files. */
export function repository(root: string, files: Readonly<Record<string, string>>): string {
  mkdirSync(root, { recursive: true });
  git(root, 'init', '-q', '-b', 'main');
  writeFiles(root, files);
  git(root, 'add', '-A');
  git(root, 'commit', '-q', '--allow-empty', '-m', 'first');
  return root;
}

/** Everything below a folder, `.git` included: kind, mode, time of change, content. */
export function snapshot(folder: string): Record<string, string> {
  const seen: Record<string, string> = {};
  // Names as bytes: they need not be UTF-8.
  const enter = (at: Buffer, name: string): void => {
    const stat = lstatSync(at, { bigint: true });
    const content = stat.isFile()
      ? createHash('sha256').update(readFileSync(at)).digest('hex')
      : stat.isSymbolicLink()
        ? readlinkSync(at)
        : '';
    seen[name] = [stat.mode, stat.size, stat.mtimeNs, content].join(' ');
    if (!stat.isDirectory()) return;
    for (const entry of readdirSync(at, { encoding: 'buffer' }))
      enter(Buffer.concat([at, Buffer.from('/'), entry]), `${name}/${entry.toString('latin1')}`);
  };
  enter(Buffer.from(folder), '.');
  return seen;
}
