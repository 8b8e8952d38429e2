/**
 * A checkout that git may be asked about: found, agreed to be where it says it is, with the filters that its configuration
 * names turned off. Where there is none, a sentence says why.
 */
import { join, relative, sep } from 'node:path';
import { askGit, filtersOff, type GitAnswer, type GitOptions } from './git.ts';
import { gitFactsOf } from './gitFacts.ts';
import { realPathOf } from './realPathOf.ts';

export interface GitFolder {
  /** The top level of the checkout, links followed. */
  readonly top: string;
  /** The asked folder's place in it, `''` or ending in a slash. */
  readonly prefix: string;
  /** This worktree's own, and what it shares with others. */
  readonly gitDir: string;
  readonly commonDir: string;
  readonly algorithm: 'sha1' | 'sha256';
  /** Names of the filters that are configured and were not run. */
  readonly filters: readonly string[];
  ask(args: readonly string[], stdin?: Buffer): Promise<GitAnswer>;
  /** Another checkout, asked in the same way: a submodule's. */
  open(folder: string): Promise<GitFolder | string>;
}

/**
 * @param folder absolute
 * @returns the checkout, or the sentence for `missing`
 */
export async function openGitFolder(
  program: string | null,
  folder: string,
  { home, signal }: Pick<GitOptions, 'home' | 'signal'>,
): Promise<GitFolder | string> {
  const facts = gitFactsOf(folder);
  if (!facts) return `${folder} is in no git checkout: what changed, and what git ignores, is unknown.`;
  if (program === null) return 'There is no git on PATH: what changed, and what git ignores, is unknown.';
  const options: GitOptions = { signal, ...(home === undefined ? {} : { home }) };
  const asked = ['--show-toplevel', '--absolute-git-dir', '--git-common-dir', '--show-object-format'];
  const [answer, filters] = await Promise.all([
    askGit(program, folder, ['rev-parse', '--path-format=absolute', ...asked], options),
    filtersOff(program, folder, options),
  ]);
  const refused = refusal(answer, folder);
  if (refused !== null) return refused;
  const [top = '', gitDir = '', commonDir = '', format] = answer.stdout.toString('utf8').split('\n');
  // `core.worktree` may point anywhere, and this checkout is not what lies there.
  const real = realPathOf(folder);
  if (real === null || realPathOf(top) !== realPathOf(facts.root))
    return `The git configuration in ${folder} says that its files lie in ${top}: git was not asked.`;
  if (filters === null) return `The git filters configured in ${folder} could not be turned off: git was not asked.`;
  const way = relative(realPathOf(top) ?? top, real)
    .split(sep)
    .join('/');
  return {
    top: realPathOf(top) ?? top,
    prefix: way === '' ? '' : `${way}/`,
    gitDir,
    commonDir,
    algorithm: format === 'sha256' ? 'sha256' : 'sha1',
    filters: filters.names,
    ask: (args, stdin) =>
      askGit(program, top, args, { ...options, settings: filters.settings, ...(stdin ? { stdin } : {}) }),
    open: (other) => openGitFolder(program, other, options),
  };
}

/** Why git gave no whole answer, as a sentence; null where it did. */
export function refusal({ failure, code, stderr }: GitAnswer, folder: string): string | null {
  if (failure !== null) return `git ${failure} in ${folder}.`;
  if (code === 0) return null;
  if (/dubious ownership/.test(stderr))
    return `git refuses ${folder}, which belongs to another user; "git config --global --add safe.directory ${folder}" lets it in.`;
  const said = /^(?:fatal|error): (.{1,200})/m.exec(stderr)?.[1] ?? `exit ${code}`;
  return `git does not read ${folder} (${said}).`;
}

/** Where a path of git's lies on this disk. */
export function onDisk(folder: string, bytes: Buffer): string | Buffer {
  const text = bytes.toString('utf8');
  if (!text.includes('\uFFFD')) return join(folder, text);
  return Buffer.concat([Buffer.from(folder + sep), bytes]);
}
