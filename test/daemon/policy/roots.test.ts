/** Where a connection may work, by its evidence; and what worktrees of one repository are to one another, with real git. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { serverFacts } from '../../../daemon/model/toolCatalog.ts';
import { decide } from '../../../daemon/policy/decide.ts';
import { effectivePolicy } from '../../../daemon/policy/effective.ts';
import { type RootEvidence, rootsOf } from '../../../daemon/policy/roots.ts';
import { policyFile, testWorld, toolCall } from '../../support/policyWorld.ts';

const base = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-roots-')));
after(() => rmSync(base, { recursive: true, force: true }));
const home = join(base, 'home');
const repo = join(home, 'repo');
const git = (folder: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', '-c', 'init.defaultBranch=main', ...args], {
    cwd: folder,
    stdio: 'pipe',
    env: { PATH: process.env.PATH, HOME: home, GIT_CONFIG_NOSYSTEM: '1' },
  });
mkdirSync(join(repo, 'packages', 'one'), { recursive: true });
mkdirSync(join(repo, 'packages', 'two'));
git(repo, 'init', '-q');
git(repo, 'commit', '-q', '--allow-empty', '-m', 'first');
git(repo, 'worktree', 'add', '-q', '../repo-feature');
git(repo, 'worktree', 'add', '-q', '--detach', join(base, 'elsewhere'));
mkdirSync(join(home, 'plain'));
symlinkSync(repo, join(base, 'link'));

const world = testWorld({ home, cwd: repo, tempFolders: [], ownFolders: [] });
const none: RootEvidence = { variables: {}, clientRoots: null, serverFolders: [], agentCwd: null };
const rootsBy = (evidence: Partial<RootEvidence>) =>
  rootsOf({ ...none, ...evidence }, world).roots.map(({ path, from }) => `${from} ${path}`);

test('what proves a root, and what does not', () => {
  const rows: [evidence: Partial<RootEvidence>, roots: string[]][] = [
    [{ variables: { CLAUDE_PROJECT_DIR: join(repo, 'packages', 'one') } }, [`variable ${repo}`]],
    [
      { variables: { WORKSPACE_FOLDER_PATHS: `${repo},${join(home, 'plain')}` } },
      [`variable ${repo}`, `variable ${join(home, 'plain')}`],
    ],
    [{ clientRoots: [`file://${repo}/packages/two`, 'https://x.example/'] }, [`client ${repo}`]],
    [{ clientRoots: [`file://${base}/link`] }, [`client ${repo}`]],
    [{ agentCwd: join(repo, 'packages') }, [`cwd ${repo}`]],
    [{ agentCwd: '/' }, []],
    [{ agentCwd: home }, []],
    [{ agentCwd: base }, []],
    [{ agentCwd: join(home, 'nowhere') }, []],
    // The working directory proves nothing more where the host named its project.
    [{ agentCwd: join(home, 'plain'), variables: { CLAUDE_PROJECT_DIR: repo } }, [`variable ${repo}`]],
    [
      { serverFolders: [join(repo, 'packages'), '/', home, '.'] },
      [`server ${join(repo, 'packages')}`, `server ${repo}`],
    ],
    [{ variables: { CLAUDE_PROJECT_DIR: 'relative' } }, []],
    [{}, []],
  ];
  for (const [evidence, roots] of rows) assert.deepEqual(rootsBy(evidence), roots, JSON.stringify(evidence));
});

test('why is told, also of what was refused', () => {
  const { roots, refused } = rootsOf(
    { ...none, variables: { CLAUDE_PROJECT_DIR: join(repo, 'packages') }, serverFolders: ['/', repo] },
    world,
  );
  assert.deepEqual(
    roots.map(({ why, isServers }) => [why, isServers]),
    [['top of the git checkout at the variable CLAUDE_PROJECT_DIR', true]],
  );
  assert.deepEqual(refused, [{ path: '/', why: 'it is the whole disk' }]);
});

test('a home folder that is a repository is no root; a project in it is', () => {
  mkdirSync(join(home, '.git'), { recursive: true });
  try {
    assert.deepEqual(rootsBy({ agentCwd: join(home, 'plain') }), [`cwd ${join(home, 'plain')}`]);
  } finally {
    rmSync(join(home, '.git'), { recursive: true });
  }
});

function judged(root: string, path: string, tool = 'read_file', args: object = { path }): string {
  const { roots } = rootsOf({ ...none, agentCwd: root }, world);
  const policy = effectivePolicy(policyFile({ mode: 'enforce' }), { server: 'fs', principal: null, roots }, world);
  const server = serverFacts('git', ['uvx', 'mcp-server-git'], null);
  const { decision, reason } = decide(policy, toolCall(tool, args, tool.startsWith('git_') ? { server } : {}), world);
  return reason ?? decision;
}

test('a monorepo’s other package is in the root', () => {
  assert.equal(judged(join(repo, 'packages', 'one'), join(repo, 'packages', 'two', 'x')), 'allow');
});

test('worktrees of one repository: all are read, the linked ones written from the main one only', () => {
  const feature = join(home, 'repo-feature');
  assert.equal(judged(feature, join(feature, 'x'), 'write_file'), 'allow');
  assert.equal(judged(repo, join(feature, 'x')), 'allow');
  assert.equal(judged(repo, join(feature, 'x'), 'write_file'), 'allow');
  assert.equal(judged(repo, join(base, 'elsewhere', 'x'), 'write_file'), 'allow');
  assert.equal(judged(feature, join(repo, 'x')), 'allow');
  assert.equal(judged(feature, join(repo, 'x'), 'write_file'), 'sibling_workspace');
  assert.equal(judged(feature, join(base, 'elsewhere', 'x')), 'allow');
  assert.equal(judged(feature, join(base, 'elsewhere', 'x'), 'write_file'), 'write_outside_root');
  assert.equal(judged(repo, join(feature, '.git')), 'hidden_config');
});

test('a `.git` file that only claims to belong there proves nothing, and leads git nowhere', () => {
  const other = join(home, 'other');
  mkdirSync(other);
  writeFileSync(join(other, '.git'), `gitdir: ${join(repo, '.git', 'worktrees', 'repo-feature')}\n`);
  assert.equal(judged(repo, join(other, 'x')), 'sibling_workspace');
  const nested = join(repo, 'nested');
  mkdirSync(nested);
  writeFileSync(join(nested, '.git'), `gitdir: ${join(home, 'plain', '.git')}\n`);
  assert.equal(judged(repo, join(nested, 'x')), 'allow');
  assert.equal(judged(repo, '', 'git_status', { repo_path: nested }), 'symlink_escape');
  writeFileSync(join(nested, '.git'), 'gitdir: ../.git/modules/nested\n');
  assert.equal(judged(repo, '', 'git_status', { repo_path: nested }), 'allow');
  assert.equal(judged(repo, '', 'git_status', { repo_path: repo }), 'allow');
  assert.equal(
    judged(join(home, 'repo-feature'), '', 'git_status', { repo_path: join(home, 'repo-feature') }),
    'allow',
  );
});
