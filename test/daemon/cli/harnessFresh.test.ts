import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { FreshResult } from '../../../daemon/protocol/comparison.ts';
import { runCli, startCli } from '../../support/cliRun.ts';
import { git, snapshot, tempFolder, writeFiles } from '../../support/gitFolder.ts';

const cleaners: (() => void)[] = [];
const base = tempFolder({ after: (work) => cleaners.push(work) });
const state = join(base, 'state');
const npm = (cwd: string, ...args: string[]) =>
  execFileSync('npm', [...args, '--offline', '--no-audit', '--no-fund', '--cache', join(base, 'npm-cache')], {
    cwd,
    env: { PATH: process.env.PATH, HOME: join(base, 'npm-home') },
    stdio: ['ignore', 'pipe', 'pipe'],
  }).toString();

/** A project whose tests need an ignored file, and one package that lies beside it as a file. */
function makeProject(name: string): string {
  const root = join(base, name);
  writeFiles(root, {
    'package.json': JSON.stringify({
      name: 'demo',
      version: '1.0.0',
      scripts: { test: 'node test.js' },
      dependencies: { pad: 'file:vendor/pad-1.3.0.tgz' },
    }),
    '.gitignore': '.env\nnode_modules/\n',
    'CLAUDE.md': '# Rules\n',
    'test.js':
      "require('pad'); if (!require('fs').existsSync('.env')) { console.error('no settings'); process.exit(1); }\n",
  });
  const pad = join(base, `pad-${name}`);
  writeFiles(pad, { 'package.json': JSON.stringify({ name: 'pad', version: '1.3.0', main: 'i.js' }), 'i.js': '' });
  mkdirSync(join(root, 'vendor'));
  npm(pad, 'pack', '--pack-destination', join(root, 'vendor'));
  npm(root, 'install');
  git(root, 'init', '-q', '-b', 'main');
  git(root, 'add', '-A');
  git(root, 'commit', '-qm', 'first');
  return root;
}

const fresh = async (root: string, ...args: string[]) => {
  const result = await runCli(['harness', 'fresh', '--json', ...args], {
    home: state,
    cwd: root,
    env: { npm_config_cache: join(base, 'npm-cache'), HOME: join(base, 'home') },
  });
  return { ...result, said: result.stdout === '' ? null : FreshResult.parse(JSON.parse(result.stdout)) };
};
const names = (items: readonly { item: string }[] | undefined) => items?.map(({ item }) => item);
const leftovers = () => readdirSync(tmpdir()).filter((name) => name.startsWith('callgrove-fresh-'));

before(() => {
  mkdirSync(state, { mode: 0o700 });
  mkdirSync(join(base, 'home'));
});
after(async () => {
  await runCli(['daemon', 'stop'], { home: state });
  for (const clean of cleaners) clean();
});

test('a clean repository hides nothing; set-up rebuilds what it installs', async () => {
  const root = makeProject('clean');
  const digest = snapshot(root);
  const without = await fresh(root);
  assert.deepEqual([without.code, names(without.said?.hidden)], [0, []], without.stderr);
  assert.deepEqual(names(without.said?.not_prepared), ['node_modules/']);
  assert.match(without.stderr, /Set-up is not run: npm ci/);
  const prepared = await fresh(root, '--setup', 'auto');
  assert.deepEqual([prepared.code, names(prepared.said?.hidden)], [0, []], prepared.stderr);
  assert.deepEqual(names(prepared.said?.rebuilt), ['node_modules/']);
  assert.deepEqual(names(prepared.said?.not_prepared), []);
  assert.deepEqual(snapshot(root), digest);
});

test('hidden context, each item in its group, and the tests pass once it is there', async () => {
  const root = makeProject('hidden');
  writeFiles(root, {
    '.env': 'KEY=1\n',
    'notes.txt': 'n',
    'node_modules/pad/package.json': '{"name":"pad","version":"1.1.0","main":"i.js"}',
  });
  const digest = snapshot(root);
  const { code, said, stderr } = await fresh(root, '--setup', 'auto', '--test');
  assert.equal(code, 1, stderr);
  assert.deepEqual(names(said?.hidden), ['.env', 'pad', 'notes.txt']);
  assert.deepEqual(names(said?.rebuilt), ['node_modules/']);
  assert.match(said?.hidden[1]?.detail ?? '', /1\.1\.0 is installed, package-lock\.json says 1\.3\.0/);
  assert.deepEqual(said?.test, { command: 'npm test', warm: 'passed', fresh: 'failed', passes_once: ['.env'] });
  assert.deepEqual(snapshot(root), digest);
});

test('killed in the middle it leaves nothing behind; interrupted it says so', async () => {
  const root = makeProject('killed');
  const before = leftovers();
  for (const signal of ['SIGKILL', 'SIGINT'] as const) {
    const child = startCli(['harness', 'fresh', '--setup', `node -e "setTimeout(() => {}, 60000)"`], {
      home: state,
      cwd: root,
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      if (/runs node -e/.test(stderr) && child.exitCode === null) child.kill(signal);
    });
    await new Promise((resolve) => child.once('close', resolve));
    for (let i = 0; i < 200 && leftovers().some((name) => !before.includes(name)); i++) await sleep(50);
    assert.deepEqual(
      leftovers().filter((name) => !before.includes(name)),
      [],
    );
    if (signal === 'SIGINT') assert.match(stderr, /interrupted; nothing is left behind/);
  }
});

test('what cannot be done is said: no repository, no such ref, a set-up that fails', async () => {
  const outside = join(base, 'outside');
  mkdirSync(outside);
  const none = await fresh(outside);
  assert.deepEqual([none.code, /is in no git repository/.test(none.stderr)], [3, true]);
  const unborn = join(base, 'unborn');
  mkdirSync(unborn);
  git(unborn, 'init', '-q');
  const empty = await fresh(unborn);
  assert.deepEqual([empty.code, /unborn has no commit yet/.test(empty.stderr)], [3, true], empty.stderr);
  const root = join(base, 'clean');
  const ref = await fresh(root, '--ref', 'nowhere');
  assert.deepEqual([ref.code, /nowhere names no commit/.test(ref.stderr)], [2, true]);
  const failing = await fresh(root, '--setup', 'echo broken && exit 4');
  assert.deepEqual([failing.code, /exit code 4/.test(failing.stderr), /broken/.test(failing.stderr)], [3, true, true]);
});
