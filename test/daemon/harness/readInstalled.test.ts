/**
 * What is installed against what is locked. The trees are made by the real npm and pnpm from a registry on loopback and by
 * the real pip from wheels made here; those of yarn (1.22.22, 4), uv, cargo and go are recorded.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createFiles } from '../../../daemon/harness/files.ts';
import { createInstalledVersions } from '../../../daemon/harness/installedVersions.ts';
import { readDependencies } from '../../../daemon/harness/readDependencies.ts';
import { readInstalled } from '../../../daemon/harness/readInstalled.ts';
import type { CaptureRequest } from '../../../daemon/harness/request.ts';
import { walkedListing } from '../../../daemon/harness/workspaceListing.ts';
import { captureRequest } from '../../support/captureRequest.ts';
import { folderTree, plant, type Tree } from '../../support/folderTree.ts';
import { npmEnvironment, npmRegistry, run } from '../../support/npmRegistry.ts';

const REPO = 'home/work/repo';

/** Every lockfile's state, and `name locked → installed` of what differs. */
function look(request: CaptureRequest, versions = createInstalledVersions(createFiles())) {
  const files = createFiles();
  const { texts } = readDependencies(request, files, walkedListing(request.root, files));
  const { installed } = readInstalled(request, texts, files, versions);
  return Object.fromEntries(
    installed.map(({ lockfile, state, differing }) => [
      lockfile,
      [state, ...differing.map(({ name, locked, installed: now }) => `${name} ${locked} → ${now}`)],
    ]),
  );
}

async function registryOf(test: TestContext) {
  const registry = await npmRegistry();
  test.after(() => registry.close());
  registry.add(
    { name: 'deep', version: '1.0.0' },
    { name: 'deep', version: '1.1.0' },
    { name: '@a/top', version: '2.0.0', dependencies: { deep: '^1.0.0' } },
    { name: 'mac-only', version: '1.0.0', os: [process.platform === 'darwin' ? 'linux' : 'darwin'] },
    { name: 'left', version: '3.0.0', optionalDependencies: { 'mac-only': '^1.0.0' } },
  );
  return registry;
}

const PACKAGE = JSON.stringify({ name: 'w', version: '1.0.0', dependencies: { '@a/top': '^2.0.0', left: '^3.0.0' } });

test('npm: what its own tree states agrees; another version, a package too much, one gone and a link are named', async (t) => {
  const registry = await registryOf(t);
  const folder = folderTree(t, { [`${REPO}/package.json`]: PACKAGE });
  const request = captureRequest(folder);
  const { root } = request;
  await run(['npm', 'install'], root, npmEnvironment(request.home, registry.url));
  const versions = createInstalledVersions(createFiles());
  assert.deepEqual(look(request, versions), { 'package-lock.json': ['agrees'] });

  const manifest = join(root, 'node_modules/deep/package.json');
  const before = readFileSync(manifest, 'utf8');
  writeFileSync(manifest, before.replace('1.1.0', '1.0.0'));
  assert.deepEqual(look(request, versions), { 'package-lock.json': ['differs', 'deep 1.1.0 → 1.0.0'] });
  writeFileSync(manifest, before);

  plant(root, { 'node_modules/more/package.json': '{"name":"more","version":"0.1.0"}' });
  rmSync(join(root, 'node_modules/left'), { recursive: true });
  assert.deepEqual(look(request, versions), {
    'package-lock.json': ['differs', 'left 3.0.0 → null', 'more null → 0.1.0'],
  });

  plant(folder, { 'home/work/left/package.json': '{"name":"left","version":"9.9.9"}' });
  symlinkSync(join(folder, 'home/work/left'), join(root, 'node_modules/left'));
  rmSync(join(root, 'node_modules/more'), { recursive: true });
  // What the link leads to lies outside, and is not read.
  assert.deepEqual(look(request, versions), { 'package-lock.json': ['differs', 'left 3.0.0 → unknown (a link)'] });

  rmSync(join(root, 'node_modules'), { recursive: true });
  assert.deepEqual(look(request, versions), { 'package-lock.json': ['absent'] });
});

test('npm: a lockfile that moved on without an install is stale by name, and a workspace is no difference', async (t) => {
  const registry = await registryOf(t);
  const folder = folderTree(t, {
    [`${REPO}/package.json`]: JSON.stringify({ name: 'w', version: '1.0.0', workspaces: ['packages/*'] }),
    [`${REPO}/packages/p/package.json`]: JSON.stringify({
      name: 'p',
      version: '1.0.0',
      dependencies: { deep: '1.0.0' },
    }),
  });
  const request = captureRequest(folder);
  const env = npmEnvironment(request.home, registry.url);
  await run(['npm', 'install'], request.root, env);
  assert.deepEqual(look(request), { 'package-lock.json': ['agrees'] });
  await run(['npm', 'install', '--package-lock-only', '-w', 'p', 'deep@1.1.0'], request.root, env);
  assert.deepEqual(look(request), { 'package-lock.json': ['differs', 'deep 1.1.0 → 1.0.0'] });
});

test('pnpm: its own tree agrees; a lockfile that moved on and a package that was changed by hand are named', async (t) => {
  const registry = await registryOf(t);
  const folder = folderTree(t, { [`${REPO}/package.json`]: PACKAGE });
  const request = captureRequest(folder);
  const { root } = request;
  const env = npmEnvironment(request.home, registry.url);
  await run(['pnpm', 'install'], root, env);
  assert.deepEqual(look(request), { 'pnpm-lock.yaml': ['agrees'] });

  writeFileSync(join(root, 'package.json'), PACKAGE.replace('"left":"^3.0.0"', '"left":"^3.0.0","deep":"1.0.0"'));
  await run(['pnpm', 'install', '--lockfile-only'], root, env);
  assert.deepEqual(look(request), { 'pnpm-lock.yaml': ['differs', 'deep 1.0.0 → null'] });
  await run(['pnpm', 'install', '--frozen-lockfile'], root, env);
  assert.deepEqual(look(request), { 'pnpm-lock.yaml': ['agrees'] });

  const manifest = join(root, 'node_modules/left/package.json');
  const text = readFileSync(manifest, 'utf8');
  rmSync(manifest);
  writeFileSync(manifest, text.replace('3.0.0', '3.0.1'));
  assert.deepEqual(look(request), { 'pnpm-lock.yaml': ['differs', 'left 3.0.0 → 3.0.1'] });
  rmSync(join(root, 'node_modules'), { recursive: true });
  assert.deepEqual(look(request), { 'pnpm-lock.yaml': ['absent'] });
});

const YARN_1: Tree = {
  'package.json': '{"name":"pn","dependencies":{"is-odd":"^3.0.1"},"optionalDependencies":{"fsevents":"^2.3.3"}}',
  'yarn.lock': `# yarn lockfile v1\n\n\nfsevents@^2.3.3:\n  version "2.3.3"\n  resolved "https://registry.yarnpkg.com/fsevents/-/fsevents-2.3.3.tgz#cac6407785d03675a2a5e1a5305c697b347d90d6"\n\nis-number@^6.0.0:\n  version "6.0.0"\n\nis-odd@^3.0.1:\n  version "3.0.1"\n  dependencies:\n    is-number "^6.0.0"\n`,
  'node_modules/.yarn-integrity': '{"systemParams":"linux-x64-137","modulesFolders":["node_modules"]}',
  'node_modules/is-odd/package.json': '{"name":"is-odd","version":"3.0.1"}',
  'node_modules/is-number/package.json': '{"name":"is-number","version":"6.0.0"}',
};
const YARN_4: Tree = {
  'package.json': '{"name":"pn","dependencies":{"is-odd":"^3.0.1"}}',
  'yarn.lock': `__metadata:\n  version: 10\n  cacheKey: 10c0\n\n"fsevents@npm:^2.3.3":\n  version: 2.3.3\n  resolution: "fsevents@npm:2.3.3"\n  dependencies:\n    node-gyp: "npm:latest"\n  conditions: os=darwin\n  linkType: hard\n\n"is-odd@npm:^3.0.1":\n  version: 3.0.1\n  resolution: "is-odd@npm:3.0.1"\n  linkType: hard\n\n"node-gyp@npm:latest":\n  version: 13.1.0\n  resolution: "node-gyp@npm:13.1.0"\n  linkType: hard\n\n"pn@workspace:.":\n  version: 0.0.0-use.local\n  resolution: "pn@workspace:."\n  dependencies:\n    is-odd: "npm:^3.0.1"\n  linkType: soft\n`,
  'node_modules/.yarn-state.yml': `__metadata:\n  version: 1\n  nmMode: classic\n\n"is-odd@npm:3.0.1":\n  locations:\n    - "node_modules/is-odd"\n\n"pn@workspace:.":\n  locations:\n    - ""\n`,
  'node_modules/is-odd/package.json': '{"name":"is-odd","version":"3.0.1"}',
};

for (const [name, tree] of Object.entries({ 'yarn 1': YARN_1, 'yarn 4': YARN_4 }))
  test(`${name}: a recorded tree agrees, a package of another version is named, Plug'n'Play is unknown`, (t) => {
    const folder = folderTree(t, {});
    const request = captureRequest(folder);
    plant(request.root, tree);
    assert.deepEqual(look(request), { 'yarn.lock': ['agrees'] });
    plant(request.root, { 'node_modules/is-odd/package.json': '{"name":"is-odd","version":"2.0.0"}' });
    assert.deepEqual(look(request), { 'yarn.lock': ['differs', 'is-odd 3.0.1 → 2.0.0'] });
    plant(request.root, { '.pnp.cjs': '' });
    assert.deepEqual(look(request), { 'yarn.lock': ['unknown'] });
    rmSync(join(request.root, '.pnp.cjs'));
    rmSync(join(request.root, 'node_modules'), { recursive: true });
    assert.deepEqual(look(request), { 'yarn.lock': ['absent'] });
  });

test('pip: an environment made by the real one agrees with pinned requirements; another version is named', async (t) => {
  const folder = folderTree(t, {
    [`${REPO}/requirements.txt`]:
      '# pinned\nDemo.Pkg==1.0 \\\n    --hash=sha256:00\nother==2.0.0 ; sys_platform == "win32"\nloose>=1\n',
    ...wheel('demo_pkg', '1.0.0'),
  });
  const request = captureRequest(folder);
  const { root } = request;
  assert.deepEqual(look(request), { 'requirements.txt': ['unknown'] });
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: request.home,
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    PIP_NO_INDEX: '1',
  };
  // Without a pip of its own, which takes 10 s to make.
  await run(['python3', '-m', 'venv', '--without-pip', '.venv'], root, env);
  await run(['python3', '-c', ZIP, folder], folder, env);
  const pip = [
    'python3',
    '-m',
    'pip',
    '--python',
    join(root, '.venv/bin/python'),
    'install',
    '-q',
    '--no-warn-script-location',
  ];
  await run([...pip, join(folder, 'demo_pkg-1.0.0-py3-none-any.whl')], root, env);
  assert.deepEqual(look(request), { 'requirements.txt': ['agrees'] });
  const pins = join(root, 'requirements.txt');
  writeFileSync(pins, readFileSync(pins, 'utf8').replace('==1.0 ', '==1.1 '));
  assert.deepEqual(look(request), { 'requirements.txt': ['differs', 'demo-pkg 1.1 → 1.0.0'] });
});

/** The files of a wheel, in a folder of its name; `ZIP` makes the wheel of it. */
function wheel(name: string, version: string): Tree {
  const folder = `${name}-${version}-py3-none-any.whl.d`;
  const info = `${name}-${version}.dist-info`;
  return {
    [`${folder}/${name}/__init__.py`]: `version = "${version}"\n`,
    [`${folder}/${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
    [`${folder}/${info}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    [`${folder}/${info}/RECORD`]: `${name}/__init__.py,,\n${info}/METADATA,,\n${info}/WHEEL,,\n${info}/RECORD,,\n`,
  };
}
const ZIP = `
import os, sys, zipfile
for name in os.listdir(sys.argv[1]):
    if not name.endswith('.whl.d'): continue
    folder = os.path.join(sys.argv[1], name)
    with zipfile.ZipFile(folder[:-2], 'w') as out:
        for at, _, files in os.walk(folder):
            for file in files: out.write(os.path.join(at, file), os.path.relpath(os.path.join(at, file), folder))
`;

const UV_LOCK = `version = 1
requires-python = ">=3.11"

[[package]]
name = "anyio"
version = "4.6.0"
source = { registry = "https://pypi.org/simple" }
dependencies = [
    { name = "idna" },
    { name = "exceptiongroup", marker = "python_full_version < '3.11'" },
]
sdist = { url = "https://files.pythonhosted.org/anyio-4.6.0.tar.gz", hash = "sha256:aa" }

[[package]]
name = "exceptiongroup"
version = "1.2.2"
source = { registry = "https://pypi.org/simple" }

[[package]]
name = "idna"
version = "3.10"
source = { registry = "https://pypi.org/simple" }

[[package]]
name = "project"
version = "0.1.0"
source = { virtual = "." }
dependencies = [
    { name = "anyio" },
]

[package.metadata]
requires-dist = [{ name = "anyio", specifier = ">=4.6" }]
`;
const venv = (...names: readonly string[]): Tree => ({
  '.venv/pyvenv.cfg': 'home = /usr/bin\n',
  ...Object.fromEntries(names.map((name) => [`.venv/lib/python3.12/site-packages/${name}.dist-info/METADATA`, ''])),
});

test('uv: a recorded tree agrees without what its markers leave out; another, missing and additional ones are named', (t) => {
  const request = captureRequest(folderTree(t, {}));
  plant(request.root, { 'uv.lock': UV_LOCK });
  assert.deepEqual(look(request), { 'uv.lock': ['absent'] });
  plant(request.root, venv('anyio-4.6.0', 'idna-3.10', 'pip-24.0'));
  assert.deepEqual(look(request), { 'uv.lock': ['agrees'] });
  rmSync(join(request.root, '.venv'), { recursive: true });
  plant(request.root, venv('anyio-4.5.0', 'more_stuff-1.0'));
  assert.deepEqual(look(request), {
    'uv.lock': ['differs', 'anyio 4.6.0 → 4.5.0', 'idna 3.10 → null', 'more-stuff null → 1.0'],
  });
});

test('poetry: markers, groups and options leave packages out', (t) => {
  const block = (name: string, version: string, rest: string) =>
    `[[package]]\nname = "${name}"\nversion = "${version}"\n${rest}\nfiles = []\n\n`;
  const main = 'optional = false\ngroups = ["main"]';
  const request = captureRequest(folderTree(t, {}));
  plant(request.root, {
    'poetry.lock': [
      block(
        'Click',
        '8.1.7',
        `${main}\n\n[package.dependencies]\ncolorama = {version = "*", markers = "platform_system == \\"Windows\\""}`,
      ),
      block('colorama', '0.4.6', main),
      block('ruff', '0.6.0', 'optional = false\ngroups = ["dev"]'),
      block('requests', '2.32.0', main),
      '[metadata]\nlock-version = "2.1"\n',
    ].join(''),
    ...venv('click-8.1.7', 'anything-1.0'),
  });
  assert.deepEqual(look(request), { 'poetry.lock': ['differs', 'requests 2.32.0 → null'] });
});

test('cargo and go: sources that are there are those that are locked; a vendor folder may be of another time', (t) => {
  const request = captureRequest(folderTree(t, {}));
  const crate = (name: string, version: string) =>
    `[[package]]\nname = "${name}"\nversion = "${version}"\nsource = "registry+https://github.com/rust-lang/crates.io-index"\n\n`;
  plant(request.root, {
    'Cargo.lock': `version = 4\n\n[[package]]\nname = "own"\nversion = "0.1.0"\n\n${crate('serde', '1.0.200')}${crate('windows', '0.5.0')}`,
    'go.mod':
      'module x\n\ngo 1.22\n\nrequire (\n\tgithub.com/Masterminds/semver v1.5.0\n\tgolang.org/x/text v0.14.0 // indirect\n)\n',
    'go.sum': 'github.com/Masterminds/semver v1.5.0 h1:aa=\ngithub.com/Masterminds/semver v1.5.0/go.mod h1:bb=\n',
  });
  assert.deepEqual(look(request), { 'Cargo.lock': ['absent'], 'go.sum': ['absent'] });
  plant(request.home, {
    '.cargo/registry/cache/index.crates.io-1/serde-1.0.200.crate': '',
    'go/pkg/mod/github.com/!masterminds/semver@v1.5.0/go.mod': '',
  });
  assert.deepEqual(look(request), { 'Cargo.lock': ['agrees'], 'go.sum': ['agrees'] });
  plant(request.root, {
    '.cargo/config.toml': '[source.vendored-sources]\ndirectory = "vendor"\n',
    'vendor/serde/Cargo.toml': '[package]\nname = "serde"\nversion = "1.0.199"\n',
    'vendor/windows/Cargo.toml': '[package]\nname = "windows"\nversion = "0.5.0"\n',
    'vendor/modules.txt': '# github.com/Masterminds/semver v1.4.0\n## explicit\ngithub.com/Masterminds/semver\n',
  });
  assert.deepEqual(look(request), {
    'Cargo.lock': ['differs', 'serde 1.0.200 → 1.0.199'],
    'go.sum': ['differs', 'github.com/Masterminds/semver v1.5.0 → v1.4.0'],
  });
});

test('cargo: what the real one locked and vendored agrees, where this machine has one; else as it was recorded', async (t) => {
  const request = captureRequest(folderTree(t, {}));
  plant(request.root, {
    'Cargo.toml': '[package]\nname = "own"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\ndep = "1"\n',
    'src/lib.rs': '',
    '.cargo/config.toml':
      '[source.crates-io]\nreplace-with = "vendored"\n\n[source.vendored]\ndirectory = "vendor"\n\n[net]\noffline = true\n',
    'vendor/dep/Cargo.toml': '[package]\nname = "dep"\nversion = "1.2.3"\nedition = "2021"\n',
    'vendor/dep/src/lib.rs': '',
    'vendor/dep/.cargo-checksum.json': JSON.stringify({ files: {}, package: 'a'.repeat(64) }),
    'Cargo.lock': `version = 4\n\n[[package]]\nname = "dep"\nversion = "1.2.3"\nsource = "registry+https://github.com/rust-lang/crates.io-index"\nchecksum = "${'a'.repeat(64)}"\n\n[[package]]\nname = "own"\nversion = "0.1.0"\ndependencies = [\n "dep",\n]\n`,
  });
  // rustup finds its toolchains there and only reads; all else stays in the test's own home folder.
  const toolchains = process.env.RUSTUP_HOME ?? join(homedir(), '.rustup');
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: request.home,
    CARGO_HOME: join(request.home, '.cargo'),
    RUSTUP_HOME: toolchains,
  };
  const made = await run(['cargo', 'generate-lockfile', '--offline'], request.root, env).then(
    () => 'made',
    () => 'recorded',
  );
  t.diagnostic(`Cargo.lock is ${made}`);
  assert.deepEqual(look(request), { 'Cargo.lock': ['agrees'] }, made);
  plant(request.root, { 'vendor/dep/Cargo.toml': '[package]\nname = "dep"\nversion = "1.2.4"\n' });
  assert.deepEqual(look(request), { 'Cargo.lock': ['differs', 'dep 1.2.3 → 1.2.4'] }, made);
});

test('2,000 packages are compared, and hostile lockfiles are unknown', (t) => {
  const request = captureRequest(folderTree(t, {}));
  const names = Array.from({ length: 2000 }, (_, at) => `p${at}`);
  const packages = Object.fromEntries(names.map((name) => [`node_modules/${name}`, { version: '1.0.0' }]));
  plant(request.root, {
    'package-lock.json': JSON.stringify({ lockfileVersion: 3, packages: { '': {}, ...packages } }),
    ...Object.fromEntries(
      names.map((name) => [`node_modules/${name}/package.json`, `{"name":"${name}","version":"1.0.0"}`]),
    ),
  });
  assert.deepEqual(look(request), { 'package-lock.json': ['agrees'] });
  for (const text of ['', '[]', '{"packages":7}', '{"packages":{"node_modules/../../etc":{"version":"1"}}}', '\0']) {
    writeFileSync(join(request.root, 'package-lock.json'), text);
    const [state] = look(request)['package-lock.json'] ?? [];
    assert.ok(state === 'unknown' || state === 'differs' || state === 'absent', `${text}: ${state}`);
  }
});

test('line ends say nothing, and lockfiles of test data lock nothing here', (t) => {
  const request = captureRequest(folderTree(t, {}));
  const files = createFiles();
  const digests = () =>
    readDependencies(request, files, walkedListing(request.root, files)).dependencies.map(
      ({ manager, lockfile, sha256 }) => [manager, lockfile, sha256.slice(7, 15)],
    );
  plant(request.root, { 'Gemfile.lock': 'GEM\n  x\n', 'a/requirements-dev.txt': 'x>=1\n', 'fixtures/go.sum': 'x\n' });
  const before = digests();
  assert.deepEqual(
    before.map(([manager, lockfile]) => [manager, lockfile]),
    [['bundler', 'Gemfile.lock']],
  );
  plant(request.root, { 'Gemfile.lock': 'GEM\r\n  x\r\n' });
  assert.deepEqual(digests(), before);
  mkdirSync(join(request.root, 'go.sum'));
  assert.equal(digests().length, 1);
});

test('lockfiles that were made to take for ever are read in bounded time', (t) => {
  const request = captureRequest(folderTree(t, {}));
  const many = (text: string) => text.repeat(200_000);
  const chain = Array.from(
    { length: 20_000 },
    (_, at) => `[[package]]\nname = "p${at}"\nversion = "1"\ndependencies = [\n    { name = "p${at + 1}" },\n]\n`,
  );
  plant(request.root, {
    'pnpm-lock.yaml': `lockfileVersion: '9.0'\na${many('     ')}`,
    'node_modules/.modules.yaml': '',
    'uv.lock': `[[package]]\nname = "own"\nversion = "1"\nsource = { virtual = "." }\ndependencies = [\n    { name = "p0" },\n]\n${chain.join('')}`,
    'poetry.lock': `[[package]]\nname = "x"\nversion = "1"\n${many('dependencies = [\n')}x = {${many('markers')}`,
    'go.mod': many('require (\n'),
    'go.sum': many('a b h1:\n'),
    'vendor/modules.txt': many('# a '),
    'yarn.lock': `${many('a@1, ')}:\n  version "1"\n${many('    a "1"\n')}`,
    '.venv/pyvenv.cfg': '',
    '.venv/lib/python3.1/site-packages/p0-1.dist-info/METADATA': '',
  });
  assert.equal(Object.keys(look(request)).length, 5);
});
