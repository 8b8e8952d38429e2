import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CheckoutError, checkOutFresh } from '../../../daemon/harness/freshCheckout.ts';
import { findGit } from '../../../daemon/harness/git.ts';

const base = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-fresh-test-')));
after(() => rmSync(base, { recursive: true, force: true }));
const program = findGit('/nowhere', process.env.PATH ?? '') ?? '';
const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'protocol.file.allow=always'];
const git = (folder: string, ...args: string[]) =>
  execFileSync('git', ['-C', folder, ...identity, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    .toString()
    .trim();

function repository(name: string, files: Record<string, string>): string {
  const root = join(base, name);
  mkdirSync(root, { recursive: true });
  git(root, 'init', '-q', '-b', 'main');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  git(root, 'add', '-A');
  git(root, 'commit', '-qm', 'first');
  return root;
}

/** Every file with its bytes and times, `.git` included. */
function digest(folder: string): string {
  const hash = createHash('sha256');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  for (const name of names) {
    const stat = statSync(join(folder, name));
    if (stat.isFile()) hash.update(`${name}\0${stat.mtimeMs}\0`).update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex');
}

const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !/(^|\/)\.git(\/|$)/.test(name) && statSync(join(folder, name)).isFile())
    .sort();

test('what is committed, and nothing else; the repository is as it was', async () => {
  const root = repository('plain', { 'a.txt': 'a', 'src/b.txt': 'b', '.gitignore': '.env\n' });
  writeFileSync(join(root, '.env'), 'SECRET=1');
  writeFileSync(join(root, 'new.txt'), 'x');
  writeFileSync(join(root, 'a.txt'), 'edited');
  git(root, 'tag', 'v1');
  const before = digest(root);
  const into = join(base, 'plain-fresh');
  const { missing } = await checkOutFresh(program, root, 'HEAD', into);
  assert.deepEqual(missing, []);
  assert.deepEqual(filesOf(into), ['.gitignore', 'a.txt', 'src/b.txt']);
  assert.equal(readFileSync(join(into, 'a.txt'), 'utf8'), 'a');
  assert.equal(git(into, 'status', '--porcelain'), '');
  assert.equal(git(into, 'rev-parse', '--abbrev-ref', 'HEAD'), 'main');
  assert.equal(git(into, 'describe', '--tags'), 'v1');
  assert.equal(digest(root), before);
});

test('another commit, a linked worktree, a submodule that is here and one that is not', async () => {
  const sub = repository('sub', { 's.txt': 's' });
  const root = repository('super', { 'a.txt': 'a' });
  git(root, 'submodule', 'add', '-q', sub, 'lib/sub');
  git(root, 'commit', '-qm', 'with a submodule');
  const tree = join(base, 'tree');
  git(root, 'worktree', 'add', '-q', '-b', 'side', tree);
  const old = await checkOutFresh(program, root, 'HEAD~1', join(base, 'old'));
  assert.equal(old.commit, git(root, 'rev-parse', 'HEAD~1'));
  await checkOutFresh(program, root, 'HEAD', join(base, 'with'));
  assert.deepEqual(filesOf(join(base, 'with')), ['.gitmodules', 'a.txt', 'lib/sub/s.txt']);
  const side = await checkOutFresh(program, tree, 'HEAD', join(base, 'side'));
  assert.equal(git(join(base, 'side'), 'rev-parse', '--abbrev-ref', 'HEAD'), 'side');
  assert.match(side.missing.join(), /submodule lib\/sub is not here/);
});

test('no program that the repository names is run', async () => {
  const root = repository('hostile', { 'a.txt': 'a', '.gitattributes': '* filter=evil\n' });
  const trap = join(base, 'ran');
  for (const key of ['clean', 'smudge', 'process']) git(root, 'config', `filter.evil.${key}`, `touch ${trap}`);
  git(root, 'config', 'core.fsmonitor', `touch ${trap}`);
  writeFileSync(join(root, '.git/hooks/post-checkout'), `#!/bin/sh\ntouch ${trap}\n`, { mode: 0o755 });
  rmSync(trap, { force: true });
  await checkOutFresh(program, root, 'HEAD', join(base, 'hostile-fresh'));
  assert.equal(readFileSync(join(base, 'hostile-fresh/a.txt'), 'utf8'), 'a');
  assert.throws(() => statSync(trap));
});

test('a ref that is none', async () => {
  const root = repository('refs', { 'a.txt': 'a' });
  for (const ref of ['nowhere', '--upload-pack=touch x', ''])
    await assert.rejects(checkOutFresh(program, root, ref, join(base, 'none')), CheckoutError);
});
