import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFiles } from '../../../daemon/harness/files.ts';
import { findSetup, toolsOfCommand } from '../../../daemon/harness/findSetup.ts';
import { readTestCommand } from '../../../daemon/harness/readTestCommand.ts';
import { captureRequest } from '../../support/captureRequest.ts';
import { folderTree, plant, type Tree } from '../../support/folderTree.ts';

const PLACEHOLDER = 'echo \\"Error: no test specified\\" && exit 1';

const TESTS: readonly (readonly [name: string, tree: Tree, found: readonly string[]])[] = [
  [
    'a script',
    { 'package.json': '{"scripts":{"test":"node --test"}}' },
    ['npm test', 'package.json scripts.test: node --test'],
  ],
  [
    'a script under pnpm',
    { 'package.json': '{"scripts":{"test":"x"}}', 'pnpm-lock.yaml': '' },
    ['pnpm test', 'package.json scripts.test: x'],
  ],
  [
    'the stated manager',
    { 'package.json': '{"packageManager":"yarn@4.1.0","scripts":{"test":"x"}}' },
    ['yarn test', 'package.json scripts.test: x'],
  ],
  [
    "npm's placeholder is none",
    { 'package.json': `{"scripts":{"test":"${PLACEHOLDER}"}}`, 'go.mod': 'module x' },
    ['go test ./...', 'go.mod'],
  ],
  ['make', { Makefile: 'build:\n\tx\ntest: build\n\ty\n' }, ['make test', 'Makefile test']],
  ['make check', { Makefile: 'test := 1\ncheck:\n\ty\n' }, ['make check', 'Makefile check']],
  ['just', { justfile: 'test *args:\n  x\n' }, ['just test', 'justfile test']],
  ['task', { 'Taskfile.yml': 'version: 3\ntasks:\n  test:\n    cmds: [x]\n' }, ['task test', 'Taskfile.yml test']],
  [
    'pytest with uv',
    { 'pyproject.toml': '[tool.pytest.ini_options]\n', 'uv.lock': '' },
    ['uv run pytest', 'pyproject.toml tool.pytest'],
  ],
  ['tox', { 'tox.ini': '[tox]\n' }, ['tox', 'tox.ini']],
  ['nox', { 'noxfile.py': '' }, ['nox', 'noxfile.py']],
  [
    'hatch',
    { 'pyproject.toml': '[tool.hatch.envs.default.scripts]\ntest = "pytest"\n' },
    ['hatch test', 'pyproject.toml tool.hatch'],
  ],
  ['cargo', { 'Cargo.toml': '[package]\n' }, ['cargo test', 'Cargo.toml']],
  ['cargo, several', { 'Cargo.toml': '[workspace]\n' }, ['cargo test --workspace', 'Cargo.toml']],
  ['gradle', { 'build.gradle.kts': '', gradlew: '' }, ['./gradlew test', 'build.gradle.kts']],
  ['maven', { 'pom.xml': '<project/>' }, ['mvn test', 'pom.xml']],
  [
    'composer',
    { 'composer.json': '{"scripts":{"test":["phpunit"]}}' },
    ['composer test', 'composer.json scripts.test'],
  ],
  ['mix', { 'mix.exs': '' }, ['mix test', 'mix.exs']],
  ['rspec', { '.rspec': '' }, ['bundle exec rspec', '.rspec']],
  ['.NET', { 'x.sln': '' }, ['dotnet test', 'x.sln']],
  ['deno', { 'deno.json': '{"tasks":{"test":"deno test"}}' }, ['deno task test', 'deno.json tasks.test']],
];
for (const [name, tree, [command, source]] of TESTS)
  test(`a test command is found with its source: ${name}`, (t) => {
    const request = captureRequest(folderTree(t, {}));
    plant(request.root, tree);
    const { testCommand } = readTestCommand(request, createFiles());
    assert.deepEqual([testCommand?.command, testCommand?.source], [command, source]);
  });

test('the setting goes before everything, weaker ones are listed, and none is said', (t) => {
  const request = captureRequest(folderTree(t, {}));
  const files = createFiles();
  const none = readTestCommand(request, files);
  assert.equal(none.testCommand, null);
  assert.equal(none.missing.length, 1);
  plant(request.root, { 'package.json': '{"scripts":{"test":"x"}}', Makefile: 'test:\n', 'Cargo.toml': '' });
  const settings = {
    ...request.settings,
    testCommand: { command: 'make quick', source: '.callgrove.jsonc harness.test' },
  };
  const { testCommand } = readTestCommand({ ...request, settings }, files);
  assert.equal(testCommand?.command, 'make quick');
  assert.deepEqual(
    testCommand?.also.map(({ command }) => command),
    ['npm test', 'make test', 'cargo test'],
  );
});

const SETUPS: readonly (readonly [tree: Tree, command: string | null, source?: string])[] = [
  [{}, null],
  [{ 'package.json': '{"name":"x"}' }, null],
  [{ 'package.json': '{"dependencies":{"a":"1"}}' }, 'npm install', 'package.json'],
  [{ 'package.json': '{}', 'package-lock.json': '{}' }, 'npm ci', 'package-lock.json'],
  [{ 'package.json': '{}', 'pnpm-lock.yaml': '' }, 'pnpm install --frozen-lockfile', 'pnpm-lock.yaml'],
  [{ 'package.json': '{}', 'yarn.lock': '# yarn lockfile v1\n' }, 'yarn install --frozen-lockfile', 'yarn.lock'],
  [{ 'package.json': '{}', 'yarn.lock': '__metadata:\n  version: 8\n' }, 'yarn install --immutable', 'yarn.lock'],
  [{ 'uv.lock': '', 'requirements.txt': '' }, 'uv sync --frozen', 'uv.lock'],
  [
    { 'requirements.txt': '' },
    'python3 -m venv .venv && .venv/bin/python -m pip install -r requirements.txt',
    'requirements.txt',
  ],
  [{ 'Cargo.toml': '', 'Cargo.lock': '' }, 'cargo fetch --locked', 'Cargo.lock'],
  [
    { 'go.mod': '', 'package.json': '{}', 'package-lock.json': '' },
    'npm ci && go mod download',
    'package-lock.json, go.mod',
  ],
];
for (const [tree, command, source = null] of SETUPS)
  test(`a set-up command is found with its source: ${Object.keys(tree).join(', ') || 'nothing'}`, (t) => {
    const request = captureRequest(folderTree(t, {}));
    plant(request.root, tree);
    const setup = findSetup(request, createFiles());
    assert.deepEqual([setup?.command ?? null, setup?.source ?? null], [command, source]);
  });

test('the tools of a command are the programs that it starts', () => {
  assert.deepEqual(toolsOfCommand('cd x && CI=1 npm ci && make -j4; ./run.sh | tee out'), ['npm', 'make', 'tee']);
});
