/**
 * A truly fresh checkout of a commit, made from the repository that lies here: no ignored and no untracked file, no
 * hook, no filter run (large files stay the pointers that they are in the commit), nothing fetched. The objects are
 * those of the repository itself, so that nothing is copied but the files.
 */
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { askGit, filtersOff, type GitAnswer, type GitOptions } from './git.ts';

export interface FreshCheckout {
  readonly commit: string;
  /** What a clone would have and this has not, or what could not be made, each in one sentence. */
  readonly missing: readonly string[];
}

export class CheckoutError extends Error {
  /** `no_ref`: nothing is called so. */
  readonly code: 'no_ref' | 'no_checkout';
  constructor(message: string, code: CheckoutError['code'] = 'no_checkout') {
    super(message);
    this.code = code;
  }
}

const CHECKOUT_MS = 10 * 60_000;
const DEPTH = 8;

/**
 * @param program git, as `findGit` gives it
 * @param root the repository's top level
 * @param ref anything that names a commit
 * @param into a folder that is empty or not there
 * @throws CheckoutError with a sentence that names the ref or the repository
 */
export async function checkOutFresh(
  program: string,
  root: string,
  ref: string,
  into: string,
  signal?: AbortSignal,
): Promise<FreshCheckout> {
  const git = (folder: string, args: readonly string[], more: GitOptions = {}) =>
    askGit(program, folder, args, { limitMs: CHECKOUT_MS, signal, ...more });
  const asked = await git(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
  const commit = asked.stdout.toString('utf8').trim();
  if (ref === 'HEAD' && asked.code === 1) throw new CheckoutError(`${root} has no commit yet: nothing to check out`);
  if (asked.code !== 0 || commit === '')
    throw new CheckoutError(`${ref} names no commit of ${root}${because(asked)}`, 'no_ref');
  const missing: string[] = [];
  await checkOut({ git, program, missing, signal }, root, commit, ref, into, 0);
  return { commit, missing };
}

interface Workshop {
  readonly git: (folder: string, args: readonly string[], more?: GitOptions) => Promise<GitAnswer>;
  readonly program: string;
  readonly missing: string[];
  readonly signal: AbortSignal | undefined;
}

async function checkOut(
  shop: Workshop,
  root: string,
  commit: string,
  ref: string | null,
  into: string,
  depth: number,
): Promise<void> {
  const { git } = shop;
  const must = async (answer: Promise<GitAnswer>, what: string): Promise<string> => {
    const given = await answer;
    if (given.code !== 0) throw new CheckoutError(`${what} of ${root} failed${because(given)}.`);
    return given.stdout.toString('utf8').trim();
  };
  const facts = await must(
    git(root, ['rev-parse', '--path-format=absolute', '--git-common-dir', '--show-object-format']),
    'Reading the repository',
  );
  const [common = '', format = 'sha1'] = facts.split('\n');
  mkdirSync(into, { recursive: true, mode: 0o700 });
  await must(git(into, ['init', '--quiet', '--template=', `--object-format=${format}`]), 'Making the checkout');
  const own = join(into, '.git');
  mkdirSync(join(own, 'objects', 'info'), { recursive: true });
  writeFileSync(join(own, 'objects', 'info', 'alternates'), `${join(common, 'objects')}\n`);
  if (existsSync(join(common, 'shallow'))) copyFileSync(join(common, 'shallow'), join(own, 'shallow'));
  await must(
    git(into, ['update-ref', '--stdin'], { stdin: Buffer.from(await refsOf(shop, root)) }),
    'Copying the names of commits',
  );
  const branch = ref === null ? null : await branchOf(shop, root, ref);
  if (branch !== null) await must(git(into, ['symbolic-ref', 'HEAD', `refs/heads/${branch}`]), 'Naming the branch');
  else await must(git(into, ['update-ref', '--no-deref', 'HEAD', commit]), 'Naming the commit');
  if (branch !== null) await must(git(into, ['update-ref', `refs/heads/${branch}`, commit]), 'Naming the commit');
  const filters = await filtersOff(shop.program, into, { signal: shop.signal });
  if (!filters) throw new CheckoutError('The filters that git is configured with could not be turned off.');
  await must(git(into, ['reset', '--hard', '--quiet'], { settings: filters.settings }), 'Checking out');
  await submodules(shop, root, commit, into, depth);
}

/** Tags as they are, branches as a clone would have them, as `update-ref` takes them. */
async function refsOf({ git }: Workshop, root: string): Promise<string> {
  const { stdout } = await git(root, ['for-each-ref', '--format=%(objectname) %(refname)', 'refs/heads', 'refs/tags']);
  const lines = stdout.toString('utf8').split('\n');
  return lines
    .flatMap((line) => {
      const [, id, name] = /^(\S+) refs\/((?:heads|tags)\/\S+)$/.exec(line) ?? [];
      return id && name ? `update refs/${name.replace(/^heads\//, 'remotes/origin/')} ${id}\n` : [];
    })
    .join('');
}

/** The branch that a ref names, or that HEAD is on; null for a commit without a branch. */
async function branchOf({ git }: Workshop, root: string, ref: string): Promise<string | null> {
  const args =
    ref === 'HEAD' ? ['symbolic-ref', '--quiet', 'HEAD'] : ['rev-parse', '--symbolic-full-name', '--verify', ref];
  const { stdout, code } = await git(root, args);
  return code === 0 ? (/^refs\/heads\/(\S+)$/.exec(stdout.toString('utf8').trim())?.[1] ?? null) : null;
}

/** Each from the checkout of it that lies here; one that does not is what a clone would have to fetch. */
async function submodules(shop: Workshop, root: string, commit: string, into: string, depth: number): Promise<void> {
  const { stdout } = await shop.git(root, ['ls-tree', '-r', '-z', commit]);
  for (const line of stdout.toString('utf8').split('\0')) {
    const [, id, path] = /^160000 commit (\S+)\t([\s\S]+)$/.exec(line) ?? [];
    if (!id || !path || path.split('/').includes('..')) continue;
    const [from, to] = [join(root, path), join(into, path)];
    const has = existsSync(join(from, '.git')) && depth < DEPTH;
    const { code } = has ? await shop.git(from, ['cat-file', '-e', `${id}^{commit}`]) : { code: 1 };
    mkdirSync(dirname(to), { recursive: true });
    if (code === 0) await checkOut(shop, from, id, null, to, depth + 1);
    else shop.missing.push(`The submodule ${path} is not here at ${id.slice(0, 8)}: a clone would fetch it.`);
  }
}

function because({ failure, stderr }: Pick<GitAnswer, 'failure' | 'stderr'>): string {
  const reason = failure ?? stderr.trim().split('\n').at(-1) ?? '';
  return reason === '' ? '' : ` (git: ${reason.replace(/\.$/, '')})`;
}
