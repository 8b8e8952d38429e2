/** One planted difference at a time, in real checkouts: it is named first, and nothing else is told. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { commandRequest } from '../../daemon/commandRequest.ts';
import { createCapturer } from '../../daemon/harness/capture.ts';
import { changeSentence } from '../../daemon/model/changeSentence.ts';
import { diffCaptures } from '../../daemon/model/harnessDiff.ts';
import type { Capture } from '../../daemon/protocol/workbench.ts';
import { git, repository, tempFolder, writeFiles } from '../support/gitFolder.ts';

const cleaners: (() => void)[] = [];
const base = tempFolder({ after: (work) => cleaners.push(work) });
after(() => {
  for (const clean of cleaners) clean();
});
const key = new Uint8Array(32).fill(7);
const capturer = createCapturer();
const npm = (cwd: string, ...args: string[]) =>
  execFileSync('npm', [...args, '--offline', '--no-audit', '--no-fund', '--cache', join(base, 'npm-cache')], {
    cwd,
    env: { PATH: process.env.PATH, HOME: join(base, 'npm-home') },
    stdio: 'pipe',
  });

/** Packages that lie beside the checkouts as files: no registry is asked. */
function pack(name: string, version: string, rest: object = {}): string {
  const folder = join(base, 'packages', `${name}-${version}`);
  writeFiles(folder, {
    'package.json': JSON.stringify({ name, version, main: 'i.js', ...rest }),
    'i.js': '#!/usr/bin/env node\n',
  });
  npm(folder, 'pack', '--pack-destination', base);
  return join(base, `${name}-${version}.tgz`);
}

pack('pad', '1.3.0');
for (const version of ['2.3.0', '2.4.0']) pack('files-server', version, { bin: { 'files-server': 'i.js' } });

/** A project as people have them: a parent's instructions, its own, a server, a package, test data, a branch. */
const template = join(base, 'template', 'team', 'project');
repository(template, {
  'package.json': JSON.stringify({
    name: 'demo',
    version: '1.0.0',
    scripts: { test: 'node --test' },
    dependencies: {
      pad: `file:${join(base, 'pad-1.3.0.tgz')}`,
      'files-server': `file:${join(base, 'files-server-2.3.0.tgz')}`,
    },
  }),
  '.gitignore': '.env\nnode_modules/\n',
  'CLAUDE.md': '# Rules\nUse GITHUB_TOKEN from the environment: `GITHUB_TOKEN`.\n',
  '.mcp.json': JSON.stringify({ mcpServers: { files: { command: 'npx', args: ['files-server', '.'] } } }),
  'src/a.ts': 'export const a = 1;\n',
  'docs/readme.md': 'docs\n',
  'test/fixtures/one.json': '{"one":1}\n',
});
writeFileSync(join(template, '..', 'CLAUDE.md'), '# Team\n');
npm(template, 'install');
git(template, 'add', '-A');
git(template, 'commit', '-qm', 'locked');
writeFileSync(join(template, '.env'), 'A=1\n');

const environment = { PATH: process.env.PATH, HOME: join(base, 'home'), GITHUB_TOKEN: 'planted', NODE_ENV: 'test' };

async function captureOf(root: string, env: Record<string, string | undefined> = environment): Promise<Capture> {
  return capturer.capture(commandRequest({ cwd: root, env, machineKey: key, now: new Date() }));
}

const planted: readonly [
  name: string,
  plant: (root: string) => void,
  sentence: RegExp,
  env?: Record<string, string>,
][] = [
  ['nothing', () => {}, /^same workbench$/],
  ['an ignored .env', (root) => rmSync(join(root, '.env')), /^1 change: \.env gone$/],
  ['another .env', (root) => writeFileSync(join(root, '.env'), 'A=2\n'), /^1 change: \.env changed$/],
  [
    'a stale package',
    (root) => writeFileSync(join(root, 'node_modules/pad/package.json'), '{"name":"pad","version":"1.1.0"}'),
    /^1 change: pad .*1\.1\.0$/,
  ],
  [
    "a parent folder's instructions",
    (root) => appendFileSync(join(root, '..', 'CLAUDE.md'), 'Be brief.\n'),
    /^1 change: \.\.\/CLAUDE\.md edited$/,
  ],
  [
    'a server upgraded',
    (root) => npm(root, 'install', '--no-save', '--package-lock=false', join(base, 'files-server-2.4.0.tgz')),
    /^1 change: files 2\.3\.0 → 2\.4\.0$/,
  ],
  ['a variable gone', () => {}, /^1 change: GITHUB_TOKEN gone$/, { GITHUB_TOKEN: '' }],
  ['a variable changed', () => {}, /^1 change: NODE_ENV value .* → value .*$/, { NODE_ENV: 'production' }],
  [
    'test data changed',
    (root) => writeFileSync(join(root, 'test/fixtures/one.json'), '{"one":2}\n'),
    /^1 change: test\/fixtures\/one\.json edited$/,
  ],
  [
    'an uncommitted fix',
    (root) => writeFileSync(join(root, 'src/a.ts'), 'export const a = 2;\n'),
    /^1 change: src\/a\.ts edited, not committed$/,
  ],
  ['another branch', (root) => git(root, 'checkout', '-q', '-b', 'fix'), /^1 change: HEAD main → fix$/],
  [
    'a rename in case only, which git was not told of',
    (root) => renameSync(join(root, 'docs/readme.md'), join(root, 'docs/README.md')),
    /^1 change: docs\/README\.md renamed from docs\/readme\.md$/,
  ],
  [
    'a rename in case only, by git',
    (root) => git(root, 'mv', 'docs/readme.md', 'docs/README.md'),
    /^1 change: docs\/README\.md renamed from docs\/readme\.md$/,
  ],
];

for (const [index, [name, plant, sentence, changed]] of planted.entries())
  test(`planted: ${name}`, async () => {
    const team = join(base, `copy-${index}`, 'team');
    mkdirSync(team, { recursive: true });
    cpSync(join(base, 'template', 'team'), team, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    const root = join(team, 'project');
    const before = await captureOf(root);
    plant(root);
    const env = Object.fromEntries(Object.entries({ ...environment, ...changed }).filter(([, value]) => value !== ''));
    const after_ = await captureOf(root, env);
    assert.match(changeSentence(diffCaptures(before, after_)), sentence);
  });

test('a tool description edited by one word', async () => {
  const before = await captureOf(template);
  const contract = (word: string) => `sha256:${word.repeat(64)}`;
  const withTool = (word: string, text: string): Capture => ({
    ...before,
    harness: {
      ...before.harness,
      tool_contract: { files: { contract: contract(word), tools: { read: contract(word), list: contract('c') } } },
    },
    texts: { ...before.texts, [contract(word)]: text },
  });
  const found = diffCaptures(withTool('a', 'Reads a file.\n'), withTool('b', 'Reads a text file.\n'));
  assert.equal(changeSentence(found), '1 change: files/read edited');
  assert.match(found[0]?.text_diff ?? '', /-Reads a file\.\n\+Reads a text file\./);
});
