/** A checkout is hostile: whatever its git configuration names, a capture runs none of it, and writes nothing anywhere. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { createCapturer } from '../../../daemon/harness/capture.ts';
import type { CaptureRequest } from '../../../daemon/harness/request.ts';
import { captureRequest } from '../../support/captureRequest.ts';
import { git, gitEnv, repository, snapshot, tempFolder, writeFiles } from '../../support/gitFolder.ts';

const HOOKS =
  'applypatch-msg pre-commit prepare-commit-msg commit-msg post-commit pre-rebase post-checkout post-merge pre-push pre-auto-gc post-rewrite sendemail-validate fsmonitor-watchman post-index-change reference-transaction push-to-checkout'.split(
    ' ',
  );

/** Writes down that it ran, and how. */
function trap(folder: string): string {
  const path = join(folder, 'trap');
  writeFileSync(path, `#!/bin/sh\necho "$0 $*" >> ${join(folder, 'sprung')}\ncat\n`);
  chmodSync(path, 0o755);
  return path;
}

function request(folder: string, root: string, fields: Partial<CaptureRequest> = {}): CaptureRequest {
  const environment = { of: 'agent' as const, fingerprints: null, plain: { PATH: process.env.PATH ?? '' } };
  return captureRequest(folder, { root, cwd: root, environment, ...fields });
}

/** Every program that a repository's configuration can name. */
function configure(root: string, program: string): void {
  const set: Record<string, string> = {
    'core.fsmonitor': program,
    'core.hooksPath': join(root, 'hooks'),
    'core.pager': program,
    'core.editor': program,
    'core.sshCommand': program,
    'core.gitProxy': program,
    'core.askPass': program,
    'core.alternateRefsCommand': program,
    'core.untrackedCache': 'true',
    'sequence.editor': program,
    'pager.status': program,
    'pager.config': program,
    'alias.status': `!${program}`,
    'alias.ls-files': `!${program}`,
    'alias.rev-parse': `!${program}`,
    'credential.helper': `!${program}`,
    'gpg.program': program,
    'gpg.ssh.program': program,
    'log.showSignature': 'true',
    'diff.external': program,
    'diff.evil.command': program,
    'diff.evil.textconv': program,
    'diff.trustExitCode': 'true',
    'merge.evil.driver': program,
    'interactive.diffFilter': program,
    'uploadpack.packObjectsHook': program,
    'filter.evil.clean': program,
    'filter.evil.smudge': program,
    'filter.evil.required': 'true',
    'filter.odd name.with "quotes".clean': program,
    'filter.long.process': program,
    'filter.long.required': 'true',
    'include.path': '../more-config',
    'submodule.sub.update': `!${program}`,
    'submodule.sub.ignore': 'none',
    'submodule.recurse': 'true',
    'status.submoduleSummary': 'true',
    'diff.submodule': 'log',
    // What is missing here would be fetched, by whatever the remote's address names.
    'extensions.partialClone': 'origin',
    'core.repositoryFormatVersion': '1',
    'remote.origin.promisor': 'true',
    'remote.origin.url': `ext::${program}`,
    'remote.origin.uploadpack': program,
    'protocol.ext.allow': 'always',
    'trace2.eventTarget': join(root, 'trace'),
  };
  for (const [name, value] of Object.entries(set)) git(root, 'config', name, value);
  const gitDir = git(root, 'rev-parse', '--absolute-git-dir').trim();
  writeFiles(gitDir, { '../more-config': `[filter "included"]\n\tclean = ${program}\n` });
  for (const hook of HOOKS) {
    for (const folder of [join(root, 'hooks'), join(gitDir, 'hooks')]) {
      mkdirSync(folder, { recursive: true });
      cpSync(program, join(folder, hook));
    }
  }
}

const ATTRIBUTES = [
  '*.txt filter=evil diff=evil merge=evil',
  '*.odd filter="odd name.with \\"quotes\\""',
  '*.long filter=long',
  '*.inc filter=included',
  '*.bin filter=lfs diff=lfs',
].join('\n');

test('no program that a checkout names is run, and not a byte of it changes', async (t) => {
  const folder = tempFolder(t);
  const program = trap(folder);
  const sub = repository(join(folder, 'module'), { 'a.txt': 'a\n', '.gitattributes': ATTRIBUTES });
  const root = repository(join(folder, 'home/work/repo'), {
    '.gitattributes': ATTRIBUTES,
    'a.txt': 'a\n',
    'b.odd': 'b\n',
    'c.long': 'c\n',
    'd.inc': 'd\n',
    'test/fixtures/e.txt': 'e\n',
    'CLAUDE.md': 'Be careful.\n',
  });
  git(root, '-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', sub, 'sub');
  git(root, 'commit', '-q', '-m', 'second');
  git(root, 'mv', 'd.inc', 'moved.inc');
  for (const one of [root, join(root, 'sub')]) configure(one, program);
  // Same size, other time: git has to read them, and would pass them through their filters.
  for (const name of ['a.txt', 'b.odd', 'c.long', 'test/fixtures/e.txt', 'sub/a.txt'])
    writeFiles(root, { [name]: 'z\n' });
  writeFiles(root, { 'untracked.txt': 'u\n', '.env': 'X=1\n' });
  // A program called git in the workspace, and one by a relative path.
  const bin = join(root, 'node_modules/.bin');
  mkdirSync(bin, { recursive: true });
  cpSync(program, join(bin, 'git'));
  cpSync(program, join(bin, 'node'));
  const path = [bin, '.', 'node_modules/.bin', '', process.env.PATH].join(delimiter);

  rmSync(join(folder, 'sprung'), { force: true });
  const before = snapshot(folder);
  const environment = { of: 'agent' as const, fingerprints: null, plain: { PATH: path } };
  const { workbench } = await createCapturer().capture(request(folder, root, { environment }));
  assert.deepEqual(snapshot(folder), before);
  assert.ok(!existsSync(join(folder, 'sprung')));
  assert.deepEqual(
    workbench.git?.dirty.map(({ path, status }) => `${status} ${path}`),
    [' ? a.txt', ' M b.odd', ' ? c.long', 'R  moved.inc', ' ? test/fixtures/e.txt'],
  );
  assert.deepEqual(
    workbench.git?.submodules.map(({ path, state }) => `${path} ${state}`),
    ['sub changed'],
  );
  // What was not run is said, because what it would have said is not known.
  assert.match(
    workbench.missing.join('\n'),
    /a\.txt.* as committed cannot be told: git passes .* through the filter "evil"/,
  );

  // The traps are real ones: git as it is springs them.
  spawnSync('git', ['-C', root, 'status'], {
    env: { ...gitEnv(root), GIT_CONFIG_GLOBAL: '/dev/null' },
    timeout: 20_000,
  });
  assert.ok(existsSync(join(folder, 'sprung')));
});

test('a blob that is missing is not fetched', async (t) => {
  const folder = tempFolder(t);
  const program = trap(folder);
  const root = repository(join(folder, 'home/work/repo'), { 'a.txt': 'a\n', 'sub/b.txt': 'b\n' });
  configure(root, program);
  git(root, 'config', '--unset', 'core.fsmonitor');
  for (const kind of ['HEAD:a.txt', 'HEAD:sub', 'HEAD^{tree}']) {
    const id = git(root, '-c', 'core.hooksPath=/dev/null', 'rev-parse', kind).trim();
    unlinkSync(join(root, '.git/objects', id.slice(0, 2), id.slice(2)));
  }
  rmSync(join(folder, 'sprung'), { force: true });
  writeFiles(root, { 'a.txt': 'other\n' });
  const before = snapshot(folder);
  const { workbench } = await createCapturer().capture(request(folder, root));
  assert.deepEqual(snapshot(folder), before);
  assert.ok(!existsSync(join(folder, 'sprung')));
  assert.equal(workbench.git, null);
  assert.match(workbench.missing.join('\n'), /git (?:does not read|did not)/);
});

test('configuration that cannot be turned off, or that leads elsewhere, is not entered', async (t) => {
  const folder = tempFolder(t);
  const program = trap(folder);
  const elsewhere = join(folder, 'home/private');
  writeFiles(elsewhere, { 'diary.txt': 'mine\n' });
  const table: [name: string, value: string, sentence: RegExp][] = [
    ['core.worktree', elsewhere, /says that its files lie in .*private: git was not asked\./],
    ['filter.a=b.clean', program, /filters configured in .* could not be turned off: git was not asked\./],
  ];
  for (const [index, [name, value, sentence]] of table.entries()) {
    const root = repository(join(folder, `home/work/repo${index}`), {
      'a.txt': 'a\n',
      '.gitattributes': '* filter="a=b"',
    });
    git(root, 'config', name, value);
    const { workbench } = await createCapturer().capture(request(folder, root));
    assert.equal(workbench.git, null);
    assert.match(workbench.missing.join('\n'), sentence);
    assert.ok(!JSON.stringify(workbench).includes('diary'));
  }
  assert.ok(!existsSync(join(folder, 'sprung')));
});

test('a bare repository that lies in a folder as plain files is not entered', async (t) => {
  const folder = tempFolder(t);
  const program = trap(folder);
  const root = join(folder, 'home/work/repo');
  mkdirSync(root, { recursive: true });
  git(root, 'init', '-q', '--bare', '.');
  git(root, 'config', 'core.fsmonitor', program);
  git(root, 'config', 'core.bare', 'false');
  git(root, 'config', 'core.worktree', '.');
  const { workbench } = await createCapturer().capture(request(folder, root));
  assert.equal(workbench.git, null);
  assert.match(workbench.missing.join('\n'), /is in no git checkout/);
  assert.ok(!existsSync(join(folder, 'sprung')));
  assert.ok(readdirSync(root).includes('HEAD'));
});
