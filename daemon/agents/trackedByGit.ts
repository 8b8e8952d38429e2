/** Asks git whether it tracks a file. Where git cannot be asked in a checkout the file counts as tracked. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const LIMIT_MS = 10_000;

/** @param target absolute, no link: what counts is the file that would be edited. Never throws. */
export function trackedByGit(target: string, env: Readonly<Record<string, string | undefined>>): boolean {
  if (!inCheckout(dirname(target))) return false;
  // Nothing that a checkout configures may run, and nothing is written into it.
  const folder = dirname(target);
  const args = [
    '-C',
    folder,
    '-c',
    'core.fsmonitor=false',
    '-c',
    'core.untrackedCache=false',
    'ls-files',
    '--error-unmatch',
    '--',
    basename(target),
  ];
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('GIT_')));
  const { status, stderr, error } = spawnSync('git', args, {
    // Not in the checkout: Windows would look for git.exe there first.
    cwd: dirname(process.execPath),
    env: { ...own, GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' },
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    timeout: LIMIT_MS,
    windowsHide: true,
  });
  if (status === 0) return true;
  return !(status === 1 && !error && /did not match any file/.test(stderr));
}

function inCheckout(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return true;
    if (dirname(at) === at) return false;
  }
}
