/**
 * Pairs of workbenches between which nothing differs that could matter: real clones by real git, of which one has another
 * place, age, user, zone, … The harness version is the same, and comparing them tells nothing.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { createCapturer } from '../../../daemon/harness/capture.ts';
import { diffCaptures } from '../../../daemon/model/harnessDiff.ts';
import type { Capture } from '../../../daemon/protocol/workbench.ts';
import { fingerprints, plainVariables } from '../../../daemon/proxy/openFacts.ts';
import { withDeclared } from '../../../daemon/withDeclared.ts';
import { captureRequest } from '../../support/captureRequest.ts';
import { git, repository, tempFolder, writeFiles } from '../../support/gitFolder.ts';

const cleaners: (() => void)[] = [];
after(() => {
  for (const clean of cleaners) clean();
});
const folder = tempFolder({ after: (work) => void cleaners.push(work) });

const FILES = {
  'CLAUDE.md': 'Run the tests. @docs/style.md\nNever print $DEPLOY_TARGET.\n',
  'docs/style.md': 'Small functions.\n',
  'AGENTS.md': 'Be brief.\n',
  'pkg/AGENTS.md': 'In this package be briefer.\n',
  '.github/instructions/ts.instructions.md': '---\napplyTo: "**/*.ts"\n---\nTypes first.\n',
  '.claude/settings.json': JSON.stringify({
    permissions: { allow: ['Bash(npm test)'], additionalDirectories: ['../shared'] },
    hooks: { PreToolUse: [{ matcher: 'Bash', hooks: [{ type: 'command', command: 'node check.mjs' }] }] },
    env: { MODE: 'test' },
  }),
  '.claude/commands/release.md': 'Release it.\n',
  '.mcp.json': JSON.stringify({
    mcpServers: {
      files: { command: 'npx', args: ['-y', '@modelcontextprotocol/server-filesystem', '.'] },
      own: { command: 'node', args: ['tools/server.mjs'], env: { GITHUB_TOKEN: '${GITHUB_TOKEN}' } },
    },
  }),
  'tools/server.mjs': '// serves\n',
  'package.json': JSON.stringify({ name: 'shop', version: '1.0.0', scripts: { test: 'node --test' } }),
  'package-lock.json': JSON.stringify({
    name: 'shop',
    version: '1.0.0',
    lockfileVersion: 3,
    packages: { '': { name: 'shop', version: '1.0.0' } },
  }),
  'test/fixtures/orders.json': '[1, 2]\n',
  'test/fixtures/deep/names.txt': 'ä\n',
  'src/index.ts': 'export const n = 1;\n',
  '.gitignore': '__pycache__/\n.idea/\n*.log\n.cache/\n',
};
const HOME = {
  '.claude/CLAUDE.md': 'I like tabs.\n',
  '.claude/settings.json': JSON.stringify({ permissions: { deny: ['WebFetch'] } }),
  '.codex/AGENTS.md': 'From home.\n',
};

interface Bench {
  root: string;
  home: string;
  /** Of the environment, beside what all have. */
  env: Record<string, string>;
  key: number;
  now: string;
}

const origin = repository(join(folder, 'origin'), FILES);
let count = 0;

/** A clone of its own, in a home folder of its own. */
function bench(place = 'work/shop', ...clone: string[]): Bench {
  const home = join(folder, `home${++count}`);
  writeFiles(home, HOME);
  const root = join(home, place);
  mkdirSync(dirname(root), { recursive: true });
  git(folder, 'clone', '-q', ...clone, clone.includes('--depth') ? `file://${origin}` : origin, root);
  return { root, home, env: {}, key: 1, now: '2026-11-20T12:00:00Z' };
}

const capturer = createCapturer();

function captured({ root, home, env, key, now }: Bench): Promise<Capture> {
  const seen: Record<string, string> = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    PWD: root,
    USER: 'ada',
    LOGNAME: 'ada',
    LANG: 'en_US.UTF-8',
    TZ: 'Europe/Berlin',
    GITHUB_TOKEN: 'ghp_0123456789',
    DEPLOY_TARGET: 'staging',
    ...env,
  };
  const machineKey = new Uint8Array(32).fill(key);
  const environment = {
    of: 'agent' as const,
    fingerprints: fingerprints(seen, machineKey),
    plain: plainVariables(seen),
  };
  const now_ = new Date(now);
  return capturer.capture(
    withDeclared(captureRequest(folder, { root, cwd: root, home, environment, machineKey, now: now_ })),
  );
}

/** Everything below a folder but `.git`, as paths. */
function below(root: string, at = ''): string[] {
  return readdirSync(join(root, at), { withFileTypes: true }).flatMap((entry) => {
    const path = join(at, entry.name);
    if (entry.name === '.git') return [];
    return entry.isDirectory() ? below(root, path) : [path];
  });
}

type Variation = readonly [name: string, make: () => Bench];
const changed = (change: (bench: Bench) => void, ...args: Parameters<typeof bench>): Bench => {
  const made = bench(...args);
  change(made);
  return made;
};

const VARIATIONS: readonly Variation[] = [
  ['another clone', () => bench()],
  ['another path', () => bench('elsewhere/deep/er')],
  ['a path with spaces and letters of its own', () => bench('my work/größe (2)')],
  ['a clone of the last commit only', () => bench('work/shop', '--depth', '1')],
  ['a clone that keeps its objects elsewhere', () => bench('work/shop', '--shared')],
  [
    'a clone again at the same place',
    () =>
      changed(({ root }) => {
        rmSync(root, { recursive: true });
        git(folder, 'clone', '-q', origin, root);
      }),
  ],
  [
    'files made in another order',
    () =>
      changed(({ root }) => {
        const names = below(root).sort().reverse();
        for (const name of names) {
          cpSync(join(root, name), join(root, `${name}.copy`));
          rmSync(join(root, name));
        }
        for (const name of names) {
          cpSync(join(root, `${name}.copy`), join(root, name));
          rmSync(join(root, `${name}.copy`));
        }
      }),
  ],
  [
    'files with other times',
    () =>
      changed(({ root }) => {
        for (const [at, name] of below(root).entries()) utimesSync(join(root, name), 1000 + at, 2000 + at);
      }),
  ],
  [
    'files that only their owner may read',
    () =>
      changed(({ root }) => {
        rmSync(root, { recursive: true });
        execFileSync('sh', ['-c', 'umask 077 && git clone -q "$0" "$1"', origin, root]);
      }),
  ],
  ['a packed repository', () => changed(({ root }) => git(root, 'gc', '-q', '--aggressive', '--prune=now'))],
  ['an index of an older form', () => changed(({ root }) => git(root, 'update-index', '--index-version', '4'))],
  [
    'an edit that was taken back',
    () =>
      changed(({ root }) => {
        writeFiles(root, { 'src/index.ts': 'other\n', 'test/fixtures/orders.json': 'other\n' });
        writeFiles(root, {
          'src/index.ts': FILES['src/index.ts'],
          'test/fixtures/orders.json': FILES['test/fixtures/orders.json'],
        });
      }),
  ],
  ['another remote', () => changed(({ root }) => git(root, 'remote', 'set-url', 'origin', 'git@example.com:a/b.git'))],
  [
    'another user',
    () => changed((made) => Object.assign(made.env, { USER: 'bob', LOGNAME: 'bob', MAIL: '/var/mail/bob' })),
  ],
  [
    'another terminal',
    () =>
      changed((made) => Object.assign(made.env, { TERM: 'dumb', COLUMNS: '40', SHLVL: '7', SSH_TTY: '/dev/pts/3' })),
  ],
  ['another zone', () => changed((made) => Object.assign(made.env, { TZ: 'Pacific/Auckland' }))],
  ['another locale', () => changed((made) => Object.assign(made.env, { LANG: 'tr_TR.UTF-8', LC_ALL: 'C' }))],
  ['another moment', () => changed((made) => Object.assign(made, { now: '2031-01-01T00:00:00Z' }))],
  ['another machine key', () => changed((made) => Object.assign(made, { key: 2 }))],
  [
    'caches and an editor’s folder',
    () =>
      changed(({ root }) =>
        writeFiles(root, { '__pycache__/a.pyc': 'x', '.idea/x.xml': 'x', 'run.log': 'x', '.cache/y': '' }),
      ),
  ],
  [
    'a home folder by way of a link',
    () =>
      changed((made) => {
        const link = join(folder, `link${count}`);
        symlinkSync(made.home, link);
        made.root = join(link, 'work/shop');
      }),
  ],
  ['line ends that git is told to keep', () => bench('work/shop', '-c', 'core.autocrlf=input')],
];

const base = bench();

for (const [name, make] of VARIATIONS) {
  test(`nothing differs: ${name}`, async () => {
    const [one, other] = [await captured(base), await captured(make())];
    assert.deepEqual(diffCaptures(one, other), []);
    assert.equal(other.harness.harness_id, one.harness.harness_id);
    assert.equal(other.workbench.workspace_digest, one.workbench.workspace_digest);
  });
}

test('the captures that are alike hold something', async () => {
  const { harness, workbench } = await captured(base);
  assert.deepEqual(
    [
      (harness.instruction_source?.length ?? 0) > 8,
      [...new Set(harness.servers?.map(({ name }) => name))],
      (harness.agent_settings?.length ?? 0) > 4,
      harness.fixture_pack?.files.length,
      harness.dependencies?.length,
      harness.test_command?.command,
      workbench.git?.dirty,
    ],
    [true, ['files', 'own'], true, 2, 1, 'npm test', []],
  );
  assert.ok(harness.environment?.variables.some(({ name, set }) => name === 'GITHUB_TOKEN' && set === true));
  assert.ok(!JSON.stringify(harness).includes(folder), 'a version names no folder of this machine');
});

test('an edit in any file that shapes a run makes another version', async () => {
  const shaping = [
    'CLAUDE.md',
    'docs/style.md',
    'pkg/AGENTS.md',
    '.claude/settings.json',
    '.mcp.json',
    'test/fixtures/orders.json',
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...shaping),
      fc.string({ minLength: 1, unit: 'grapheme-ascii' }),
      async (name, text) => {
        const made = bench();
        const was = FILES[name as keyof typeof FILES];
        writeFiles(made.root, {
          [name]: name.endsWith('.json') ? was.replace(/test\b|files|1/, `x${text.length}`) : `${was}${text}`,
        });
        const [one, other] = [await captured(base), await captured(made)];
        assert.notEqual(other.harness.harness_id, one.harness.harness_id);
        assert.equal(diffCaptures(one, other).length > 0, true);
        rmSync(made.home, { recursive: true });
      },
    ),
    { numRuns: 8 },
  );
});
