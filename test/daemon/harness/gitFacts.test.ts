import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { gitFactsOf } from '../../../daemon/harness/gitFacts.ts';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);

/** A folder with these files; a name that ends in a slash is a folder. */
function folderOf(t: { after(work: () => void): void }, files: Record<string, string>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-git-')));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true });
    if (!name.endsWith('/')) writeFileSync(path, text);
  }
  return folder;
}

const REMOTE = '[core]\n\tbare = false\n[remote "origin"]\n\turl = https://github.com/acme/shop.git\n';

test('a checkout tells its top level, commit, branch and remote, from any folder in it', (t) => {
  const root = folderOf(t, {
    '.git/HEAD': 'ref: refs/heads/feature/x\n',
    '.git/refs/heads/feature/x': `${A}\n`,
    '.git/config': REMOTE,
    'src/deep/': '',
  });
  const remote = 'https://github.com/acme/shop.git';
  const facts = { root, remote, repo: `git:${remote}@${A}`, branch: 'feature/x', commit: A };
  assert.deepEqual(gitFactsOf(root), facts);
  assert.deepEqual(gitFactsOf(join(root, 'src', 'deep')), facts);
});

test('packed refs, a detached HEAD and an unborn branch', (t) => {
  const packed = folderOf(t, {
    '.git/HEAD': 'ref: refs/heads/main\n',
    '.git/packed-refs': `# pack-refs with: peeled\n${B} refs/heads/other\n${A} refs/heads/main\n`,
  });
  assert.deepEqual(gitFactsOf(packed), { root: packed, remote: null, repo: null, branch: 'main', commit: A });
  const detached = folderOf(t, { '.git/HEAD': `${A}\n`, '.git/config': REMOTE });
  assert.equal(gitFactsOf(detached)?.branch, null);
  assert.equal(gitFactsOf(detached)?.commit, A);
  const unborn = folderOf(t, { '.git/HEAD': 'ref: refs/heads/main\n', '.git/config': REMOTE });
  assert.deepEqual(gitFactsOf(unborn), {
    root: unborn,
    remote: 'https://github.com/acme/shop.git',
    repo: null,
    branch: 'main',
    commit: null,
  });
});

test('a worktree has its own HEAD, and shares refs and configuration', (t) => {
  const base = folderOf(t, {
    'main/.git/config': REMOTE,
    'main/.git/refs/heads/wt': `${B}\n`,
    'main/.git/worktrees/wt/HEAD': 'ref: refs/heads/wt\n',
    'main/.git/worktrees/wt/commondir': '../..\n',
    'wt/': '',
  });
  writeFileSync(join(base, 'wt', '.git'), `gitdir: ${join(base, 'main/.git/worktrees/wt')}\n`);
  const facts = gitFactsOf(join(base, 'wt'));
  assert.deepEqual(facts, {
    root: join(base, 'wt'),
    remote: 'https://github.com/acme/shop.git',
    repo: `git:https://github.com/acme/shop.git@${B}`,
    branch: 'wt',
    commit: B,
  });
});

test('a remote is told without user, password or query; origin before others', (t) => {
  const table: [config: string, remote: string][] = [
    ['[remote "origin"]\nurl = https://ada:hunter2@example.com/a.git?token=1', 'https://example.com/a.git'],
    [
      '[remote "x"]\nurl = https://example.com/x\n[remote "origin"]\nurl = git@example.com:a/b.git',
      'git@example.com:a/b.git',
    ],
    ['[remote "x"]\nurl = https://example.com/x\n[branch "y"]\nurl = no', 'https://example.com/x'],
  ];
  for (const [config, remote] of table) {
    const root = folderOf(t, { '.git/HEAD': `${A}\n`, '.git/config': config });
    assert.equal(gitFactsOf(root)?.repo, `git:${remote}@${A}`);
  }
});

test('a hostile checkout is data: nothing outside is read, nothing throws', (t) => {
  const outside = folderOf(t, { '.git/HEAD': 'ref: refs/../../secret\n', secret: `${A}\n`, '.git/refs/': '' });
  assert.equal(gitFactsOf(outside)?.commit, null);
  const odd = folderOf(t, { '.git/HEAD': 'x'.repeat(100_000), '.git/config/': '' });
  assert.deepEqual(gitFactsOf(odd), { root: odd, remote: null, repo: null, branch: null, commit: null });
  const pointer = folderOf(t, { '.git': 'gitdir: /nowhere/at/all\n' });
  assert.deepEqual(gitFactsOf(pointer), { root: pointer, remote: null, repo: null, branch: null, commit: null });
  assert.equal(gitFactsOf('relative'), null);
});
