/** What a capture says of real checkouts in the states that git knows, and of a folder outside git. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chownSync, cpSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createCapturer } from '../../../daemon/harness/capture.ts';
import { refusal } from '../../../daemon/harness/gitFolder.ts';
import type { CaptureRequest } from '../../../daemon/harness/request.ts';
import { diffCaptures } from '../../../daemon/model/harnessDiff.ts';
import { Capture } from '../../../daemon/protocol/workbench.ts';
import { captureRequest } from '../../support/captureRequest.ts';
import { git, gitEnv, repository, snapshot, tempFolder, writeFiles } from '../../support/gitFolder.ts';

/** Captures a folder twice: the second time, from what was kept, it must say the same. */
async function captured(folder: string, root: string, fields: Partial<CaptureRequest> = {}): Promise<Capture> {
  const environment = { of: 'agent' as const, fingerprints: null, plain: { PATH: process.env.PATH ?? '' } };
  const request = captureRequest(folder, { root, cwd: root, environment, ...fields });
  const capturer = createCapturer();
  const before = snapshot(root);
  const first = await capturer.capture(request);
  assert.deepEqual(await capturer.capture(request), first);
  assert.deepEqual(snapshot(root), before);
  return Capture.parse(first);
}

const dirtyOf = ({ workbench }: Capture) =>
  workbench.git?.dirty.map(({ path, status, from }) => `${status} ${from === null ? '' : `${from} > `}${path}`);
const untrackedOf = ({ workbench }: Capture) => workbench.untracked.map(({ path }) => path);
const blobOf = (root: string, name: string) => git(root, 'hash-object', '--no-filters', name).trim();

test('changes, renames and odd names, each by its content', async (t) => {
  const folder = tempFolder(t);
  const odd = [
    'with space.txt',
    'tab\there.txt',
    'line\nbreak.txt',
    'quote".txt',
    'grüße.txt',
    '-n.txt',
    '*.txt',
    ':(top)x',
  ];
  const root = repository(join(folder, 'repo'), {
    'edited.txt': '1\n',
    'staged.txt': '1\n',
    'gone.txt': '1\n',
    'Readme.md': 'a readme\n',
    'moved.txt': 'to be moved\n',
    ...Object.fromEntries(odd.map((name) => [name, `${name}\n`])),
  });
  writeFiles(root, { 'edited.txt': '2\n', 'staged.txt': '2\n', 'new/deep/er.txt': 'n\n', 'new/naïve\n.txt': 'o\n' });
  writeFiles(root, Object.fromEntries(odd.map((name) => [name, 'changed\n'])));
  git(root, 'add', 'staged.txt');
  rmSync(join(root, 'gone.txt'));
  git(root, 'mv', 'Readme.md', 'README.md');
  git(root, 'mv', 'moved.txt', 'new/place.txt');
  writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x66, 0xff, 0x2e])]), 'latin\n');
  const capture = await captured(folder, root);
  assert.deepEqual(
    new Set(dirtyOf(capture)),
    new Set([
      ' M edited.txt',
      'M  staged.txt',
      ' D gone.txt',
      'R  Readme.md > README.md',
      'R  moved.txt > new/place.txt',
      ...odd.map((name) => ` M ${name}`),
    ]),
  );
  assert.deepEqual(untrackedOf(capture), ['f\\xff.', 'new/deep/er.txt', 'new/naïve\n.txt']);
  const blobs = new Map(capture.workbench.git?.dirty.map(({ path, blob }) => [path, blob]));
  assert.equal(blobs.get('edited.txt'), blobOf(root, 'edited.txt'));
  assert.equal(blobs.get('line\nbreak.txt'), blobOf(root, 'edited.txt') && blobOf(root, 'line\nbreak.txt'));
  assert.equal(blobs.get('gone.txt'), null);
  assert.ok(capture.workbench.untracked.every(({ blob, bytes }) => blob !== null && bytes !== null));
  assert.match(capture.workbench.workspace_digest ?? '', /^ws_/);
});

test('the workspace digest: the same in a clone, another with every edit, unmoved by staging', async (t) => {
  const folder = tempFolder(t);
  const root = repository(join(folder, 'one'), { 'a.txt': '1\n', 'b.txt': '1\n' });
  const clone = join(folder, 'two');
  git(folder, 'clone', '-q', root, clone);
  const digest = async (at: string) => (await captured(folder, at)).workbench.workspace_digest;
  const clean = await digest(root);
  assert.equal(await digest(clone), clean);
  const seen = [clean];
  const step = async (change: () => void) => {
    change();
    const now = await digest(root);
    assert.ok(now !== null && !seen.includes(now), `step ${seen.length}`);
    seen.push(now);
  };
  await step(() => writeFiles(root, { 'a.txt': '2\n' }));
  git(root, 'add', 'a.txt');
  assert.equal(await digest(root), seen.at(-1));
  writeFiles(clone, { 'a.txt': '2\n' });
  assert.equal(await digest(clone), seen.at(-1));
  await step(() => writeFiles(root, { 'a.txt': '3\n' }));
  await step(() => writeFiles(root, { 'c.txt': '1\n' }));
  await step(() => rmSync(join(root, 'b.txt')));
  await step(() => git(root, 'commit', '-q', '-am', 'next'));
});

test('no commit yet, a detached HEAD, a branch with slashes, a merge that waits', async (t) => {
  const folder = tempFolder(t);
  const root = join(folder, 'repo');
  mkdirSync(root);
  git(root, 'init', '-q', '-b', 'grüße/main');
  writeFiles(root, { 'a.txt': '1\n' });
  const unborn = await captured(folder, root);
  assert.deepEqual([unborn.workbench.git?.head, unborn.workbench.git?.branch], [null, 'grüße/main']);
  assert.deepEqual(untrackedOf(unborn), ['a.txt']);
  git(root, 'add', '-A');
  git(root, 'commit', '-q', '-m', 'first');
  git(root, 'checkout', '-q', '-b', 'other');
  writeFiles(root, { 'a.txt': 'theirs\n' });
  git(root, 'commit', '-q', '-am', 'theirs');
  git(root, 'checkout', '-q', 'grüße/main');
  writeFiles(root, { 'a.txt': 'ours\n' });
  git(root, 'commit', '-q', '-am', 'ours');
  assert.throws(() => git(root, 'merge', '-q', 'other'));
  const merging = await captured(folder, root);
  assert.deepEqual(dirtyOf(merging), ['UU a.txt']);
  assert.equal(merging.workbench.git?.dirty[0]?.blob, blobOf(root, 'a.txt'));
  git(root, 'merge', '--abort');
  git(root, 'checkout', '-q', '--detach');
  const detached = await captured(folder, root);
  assert.equal(detached.workbench.git?.branch, null);
  assert.equal(detached.workbench.git?.head, git(root, 'rev-parse', 'HEAD').trim());
});

test('a linked worktree, a sparse checkout, a folder below the top', async (t) => {
  const folder = tempFolder(t);
  const root = repository(join(folder, 'repo'), {
    'a/fixtures/one.json': '1\n',
    'b/fixtures/two.json': '2\n',
    'b/src.ts': '1\n',
    'top.txt': '1\n',
  });
  git(root, 'remote', 'add', 'origin', 'https://ada:hunter2@example.com/shop.git');
  git(root, 'worktree', 'add', '-q', '-b', 'linked', join(folder, 'linked'));
  git(join(folder, 'linked'), 'sparse-checkout', 'set', 'b');
  const { harness, workbench } = await captured(folder, join(folder, 'linked'));
  assert.deepEqual(
    [workbench.git?.linked_worktree, workbench.git?.worktrees, workbench.git?.branch],
    [true, 2, 'linked'],
  );
  assert.equal(workbench.git?.remote, 'https://example.com/shop.git');
  assert.deepEqual(workbench.git?.dirty, []);
  assert.deepEqual(
    harness.fixture_pack?.files.map(({ path }) => path),
    ['b/fixtures/two.json'],
  );
  writeFiles(root, { 'b/src.ts': '2\n', 'top.txt': '2\n', 'b/new.ts': '', 'new.ts': '' });
  const below = await captured(folder, join(root, 'b'));
  assert.deepEqual([dirtyOf(below), untrackedOf(below)], [[' M src.ts'], ['new.ts']]);
  assert.deepEqual(
    below.harness.fixture_pack?.files.map(({ path }) => path),
    ['fixtures/two.json'],
  );
});

test('submodules: as recorded, edited inside, at another commit, not there; also those of submodules', async (t) => {
  const folder = tempFolder(t);
  const inner = repository(join(folder, 'inner'), { 'i.txt': 'i\n' });
  const module = repository(join(folder, 'module'), { 'm.txt': 'm\n' });
  const add = (root: string, from: string, ...names: string[]) => {
    for (const name of names) git(root, '-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', from, name);
    git(root, 'commit', '-q', '-m', 'modules');
  };
  const nested = repository(join(folder, 'nested'), {});
  add(nested, inner, 'deep');
  const root = repository(join(folder, 'repo'), { 'a.txt': 'a\n' });
  add(root, module, 'clean', 'dirty', 'moved', 'absent');
  add(root, nested, 'nested');
  git(root, '-c', 'protocol.file.allow=always', 'submodule', 'update', '-q', '--init', '--recursive');
  const clean = await captured(folder, root);
  assert.ok(clean.workbench.git?.submodules.every(({ state }) => state === 'clean'));
  git(root, 'submodule', 'deinit', '-q', '-f', 'absent');
  writeFiles(root, { 'dirty/m.txt': 'edited\n', 'nested/deep/new.txt': 'n\n' });
  writeFiles(join(root, 'moved'), { 'm.txt': 'next\n' });
  git(join(root, 'moved'), 'commit', '-q', '-am', 'next');
  const capture = await captured(folder, root);
  assert.deepEqual(
    capture.workbench.git?.submodules.map(({ path, state }) => `${path} ${state}`),
    ['absent absent', 'clean clean', 'dirty changed', 'moved changed', 'nested clean', 'nested/deep changed'],
  );
  assert.notEqual(capture.workbench.workspace_digest, clean.workbench.workspace_digest);
  assert.deepEqual(dirtyOf(capture), [' M moved']);
});

test('edits that git was told not to see are seen', async (t) => {
  const folder = tempFolder(t);
  const root = repository(join(folder, 'repo'), { 'config.json': '1\n', 'other.json': '1\n', 'same.json': '1\n' });
  git(root, 'update-index', '--assume-unchanged', 'config.json', 'same.json');
  git(root, 'update-index', '--skip-worktree', 'other.json');
  writeFiles(root, { 'config.json': '2\n', 'other.json': '2\n' });
  assert.deepEqual(dirtyOf(await captured(folder, root)), [' M config.json', ' M other.json']);
});

test('a file of Git LFS is compared as its pointer, without running Git LFS', async (t) => {
  const folder = tempFolder(t);
  const root = repository(join(folder, 'repo'), { '.gitattributes': '*.bin filter=lfs\n' });
  const pointer = (oid: string, bytes: number) =>
    `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${bytes}\n`;
  const sha256 = execFileSync('sha256sum', { input: 'large\n', encoding: 'utf8' }).slice(0, 64);
  writeFiles(root, { 'same.bin': pointer(sha256, 6), 'edited.bin': pointer(sha256, 6) });
  git(root, 'add', '-A');
  git(root, 'commit', '-q', '-m', 'pointers');
  git(root, 'config', 'filter.lfs.clean', 'false');
  git(root, 'config', 'filter.lfs.required', 'true');
  writeFiles(root, { 'same.bin': 'large\n', 'edited.bin': 'other\n' });
  assert.deepEqual(dirtyOf(await captured(folder, root)), [' M edited.bin']);
});

test('a file behind another filter may be as committed: it is no difference, and what cannot be told is said', async (t) => {
  const folder = tempFolder(t);
  const root = repository(join(folder, 'repo'), { '.gitattributes': '*.ipynb filter=strip\n', 'a.ipynb': 'stored\n' });
  const before = await captured(folder, root);
  git(root, 'config', 'filter.strip.clean', 'sed s/shown/stored/');
  writeFiles(root, { 'a.ipynb': 'shown!\n', 'b.txt': '1\n' });
  const shown = await captured(folder, root);
  assert.deepEqual(dirtyOf(shown), [' ? a.ipynb']);
  assert.match(
    shown.workbench.missing.join('\n'),
    /Whether a\.ipynb is as committed cannot be told: git passes it through the filter "strip", which a capture does not run\./,
  );
  const told = (a: Capture, b: Capture) => diffCaptures(a, b).map(({ item }) => item);
  assert.deepEqual(told(before, shown), ['b.txt']);
  assert.deepEqual(told(shown, before), ['b.txt']);
  // Other bytes than last time are an edit, whatever the filter makes of them.
  writeFiles(root, { 'a.ipynb': 'shown and edited\n' });
  const edited = await captured(folder, root);
  assert.deepEqual(told(shown, edited), ['a.ipynb']);
  // Nor does the digest claim to be the same in every clone.
  const digests = [before, shown, edited].map(({ workbench }) => workbench.workspace_digest);
  assert.match(digests[0] ?? '', /^ws_[0-9a-f]{24}$/);
  for (const digest of digests.slice(1)) assert.match(digest ?? '', /^ws_local_[0-9a-f]{24}$/);
  assert.equal(new Set(digests).size, 3);
});

test('changed files without end: the digest counts those that are not read by size and time, and says so', async (t) => {
  const folder = tempFolder(t);
  const root = repository(join(folder, 'repo'), { 'a.txt': '1\n' });
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`out/${i}.txt`, 'x\n']));
  writeFiles(root, many(5002));
  const capturer = createCapturer();
  const environment = { of: 'agent' as const, fingerprints: null, plain: { PATH: process.env.PATH ?? '' } };
  const digest = async () => {
    const { workbench } = await capturer.capture(captureRequest(folder, { root, cwd: root, environment }));
    return { id: workbench.workspace_digest ?? '', said: workbench.missing.join('\n') };
  };
  const first = await digest();
  assert.match(first.id, /^ws_local_[0-9a-f]{24}$/);
  assert.match(first.said, /2 changed files were not read .* count by size and time of change/);
  assert.deepEqual(await digest(), first);
  const unread = join(root, 'out/999.txt');
  utimesSync(unread, new Date(), new Date(1_790_000_000_000));
  const touched = await digest();
  assert.notEqual(touched.id, first.id, 'one of those that are only looked at');
  writeFiles(root, { 'a.txt': '2\n' });
  assert.notEqual((await digest()).id, touched.id, 'one of those that are read');
  // Beyond what is looked at there is none, and the reason is there.
  writeFiles(root, many(25_001));
  const none = await digest();
  assert.deepEqual(
    [none.id, /25002 files are changed: there is no workspace digest/.test(none.said)],
    ['', true],
    none.said,
  );
});

test('what git ignores and is there, with its role; content only as a keyed fingerprint', async (t) => {
  const folder = tempFolder(t);
  const root = repository(join(folder, 'repo'), {
    '.gitignore': 'node_modules/\n.venv/\n.env*\ndist/\n*.log\n*.sqlite\nlocal/\n.idea/\nlink\n',
    'a.txt': '1\n',
  });
  writeFiles(root, {
    '.env': 'TOKEN=hunter2hunter2\n',
    '.env.local': 'TOKEN=hunter2hunter2\n',
    'node_modules/a/index.js': '',
    '.venv/pyvenv.cfg': '',
    'dist/out.js': '',
    'run.log': 'x\n',
    'dev.sqlite': 'x\n',
    'local/thing.txt': '',
    'pkg/node_modules/b/index.js': '',
    '.idea/x.xml': '',
    'prod.env': 'TOKEN=hunter2hunter2\n',
    'notes.txt': 'n\n',
  });
  symlinkSync('/etc/passwd', join(root, 'link'));
  const key = new Uint8Array(32).fill(7);
  const capture = await captured(folder, root, { machineKey: key });
  const found = capture.workbench.ignored_present;
  assert.deepEqual(
    found.map(({ path, kind, role }) => `${path} ${kind} ${role}`),
    [
      '.env file environment',
      '.env.local file environment',
      'link link unknown',
      'local folder unknown',
      'dev.sqlite file data',
      '.venv folder dependencies',
      'node_modules folder dependencies',
      'pkg/node_modules folder dependencies',
      'dist folder build',
      '.idea folder editor',
      'run.log file cache',
    ],
  );
  assert.equal(capture.workbench.ignored_total, found.length);
  const prints = new Map(found.map(({ path, fingerprint }) => [path, fingerprint]));
  assert.equal(prints.get('.env'), prints.get('.env.local'));
  assert.match(prints.get('.env') ?? '', /^[0-9a-f]{16}$/);
  const other = await captured(folder, root, { machineKey: new Uint8Array(32).fill(8) });
  // What may hold a secret and is merely untracked is not named by a hash that anybody could take.
  const blobs = new Map(capture.workbench.untracked.map(({ path, blob }) => [path, blob]));
  assert.deepEqual([...blobs.keys()], ['notes.txt', 'prod.env']);
  assert.equal(blobs.get('notes.txt'), blobOf(root, 'notes.txt'));
  assert.match(blobs.get('prod.env') ?? '', /^[0-9a-f]{40}$/);
  assert.notEqual(blobs.get('prod.env'), blobOf(root, 'prod.env'));
  assert.notEqual(other.workbench.ignored_present[0]?.fingerprint, prints.get('.env'));
  const none = await captured(folder, root);
  assert.ok(none.workbench.ignored_present.every(({ fingerprint }) => fingerprint === null));
  assert.ok(!JSON.stringify([capture, other, none]).includes('hunter2'));
});

test('test data: by name and by setting, clean, changed, new, gone; content of a link is where it leads, unread', async (t) => {
  const folder = tempFolder(t);
  writeFiles(folder, { 'outside.json': 'secret outside\n' });
  const root = repository(join(folder, 'repo'), {
    'test/fixtures/a.json': '1\n',
    'test/fixtures/b.json': '1\n',
    'test/fixtures/gone.json': '1\n',
    'spec/data/c.json': '1\n',
    'golden/d.txt': '1\n',
    'vendor/x/testdata/e.txt': '1\n',
    '.gitignore': '*.tmp\n',
  });
  symlinkSync('../../../outside.json', join(root, 'test/fixtures/link.json'));
  writeFiles(root, { 'test/fixtures/b.json': '2\n', 'test/fixtures/new.json': '3\n', 'test/fixtures/x.tmp': '' });
  rmSync(join(root, 'test/fixtures/gone.json'));
  const settings = { fixtures: ['./golden/', 'nowhere', '../..', '/etc'], testCommand: null, setupCommand: null };
  const { harness, workbench } = await captured(folder, root, { settings });
  const pack = harness.fixture_pack;
  assert.deepEqual(pack?.folders, [
    { path: 'golden', source: 'a setting' },
    { path: 'spec/data', source: 'its name' },
    { path: 'test/fixtures', source: 'its name' },
  ]);
  assert.deepEqual(
    pack?.files.map(({ path }) => path),
    ['golden/d.txt', 'spec/data/c.json', ...['a', 'b', 'link', 'new'].map((name) => `test/fixtures/${name}.json`)],
  );
  assert.equal(pack?.files.find(({ path }) => path.endsWith('/b.json'))?.blob, blobOf(root, 'test/fixtures/b.json'));
  assert.deepEqual([pack?.files_total, pack?.bytes_total], [6, 10]);
  assert.match(workbench.missing.join('\n'), /test data nowhere, which a setting names, is not there/);
  rmSync(join(root, '.git'), { recursive: true });
  const outside = (await captured(folder, root, { settings })).harness.fixture_pack;
  assert.deepEqual(
    outside?.files.filter(({ path }) => !path.endsWith('.tmp')),
    pack?.files,
  );
});

test('outside git it works, and says what is missing', async (t) => {
  const folder = tempFolder(t);
  const root = join(folder, 'plain');
  writeFiles(root, { 'CLAUDE.md': 'Hello.\n', 'sub/CLAUDE.md': 'Below.\n', 'fixtures/a.json': '1\n' });
  const { harness, workbench } = await captured(folder, root, { agent: 'claude-code' });
  assert.deepEqual([workbench.git, workbench.workspace_digest, workbench.ignored_total], [null, null, 0]);
  assert.deepEqual(
    harness.instruction_source?.map(({ path }) => path),
    ['CLAUDE.md', 'sub/CLAUDE.md'],
  );
  assert.equal(harness.fixture_pack?.files.length, 1);
  assert.ok(
    workbench.missing.some((one) =>
      /is in no git checkout: what changed, and what git ignores, is unknown\./.test(one),
    ),
  );
  const without = await captured(folder, repository(join(folder, 'repo'), {}), {
    environment: { of: 'agent', fingerprints: null, plain: { PATH: join(folder, 'nothing') } },
  });
  // Ours is asked where the agent's PATH has none.
  assert.notEqual(without.workbench.git, null);
  const gone = await captured(folder, root, { root: join(root, 'gone'), cwd: join(root, 'gone') }).catch(() => null);
  assert.ok(gone === null || gone.workbench.git === null);
});

test('a checkout of another user is refused by git, and the capture says so', async (t) => {
  const said = { stdout: Buffer.alloc(0), code: 128, failure: null };
  const stderr = "fatal: detected dubious ownership in repository at '/w'\nTo add an exception ...";
  assert.equal(
    refusal({ ...said, stderr }, '/w'),
    'git refuses /w, which belongs to another user; "git config --global --add safe.directory /w" lets it in.',
  );
  assert.equal(
    refusal({ ...said, stderr: 'fatal: bad config line 1 in file .git/config\n' }, '/w'),
    'git does not read /w (bad config line 1 in file .git/config).',
  );
  assert.equal(
    refusal({ ...said, code: null, stderr: '', failure: 'did not answer in time' }, '/w'),
    'git did not answer in time in /w.',
  );
  // Only root can give a folder away.
  if (process.getuid?.() !== 0) return;
  const folder = tempFolder(t);
  const root = repository(join(folder, 'repo'), { 'CLAUDE.md': 'Hello.\n' });
  for (const path of [root, join(root, '.git')]) chownSync(path, 12345, 12345);
  const { harness, workbench } = await captured(folder, root);
  assert.equal(workbench.git, null);
  assert.ok(harness.instruction_source?.some(({ path }) => path === 'CLAUDE.md'));
  assert.match(workbench.missing.join('\n'), /belongs to another user; "git config --global --add safe\.directory/);
});

test('an old copy and a moved one: times that differ are no changes, and git is not asked to write them down', async (t) => {
  const folder = tempFolder(t);
  const root = repository(join(folder, 'repo'), { 'a.txt': '1\n', 'b/c.txt': '2\n' });
  cpSync(root, join(folder, 'copy'), { recursive: true });
  utimesSync(join(folder, 'copy/a.txt'), 1, 1);
  assert.deepEqual(dirtyOf(await captured(folder, join(folder, 'copy'))), []);
  renameSync(root, join(folder, 'moved'));
  assert.deepEqual(dirtyOf(await captured(folder, join(folder, 'moved'))), []);
  execFileSync('git', ['-C', join(folder, 'moved'), 'fsck'], { env: gitEnv(folder), stdio: 'ignore' });
});
