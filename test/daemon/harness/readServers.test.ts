/** Servers as they are installed here: real npm and npx from a registry on loopback, recorded trees of Python's tools. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createFiles } from '../../../daemon/harness/files.ts';
import { readServers } from '../../../daemon/harness/readServers.ts';
import type { CaptureRequest, SeenServer } from '../../../daemon/harness/request.ts';
import { captureRequest } from '../../support/captureRequest.ts';
import { folderTree, plant, type Tree } from '../../support/folderTree.ts';
import { npmEnvironment, npmRegistry, run } from '../../support/npmRegistry.ts';

const server = (request: CaptureRequest, words: string, fields: Partial<SeenServer> = {}): SeenServer => ({
  agent: 'claude-code',
  name: 'one',
  file: join(request.root, '.mcp.json'),
  scope: 'project',
  wrapped: false,
  command: words.split(' '),
  url: null,
  transport: 'stdio',
  env: {},
  headers: [],
  cwd: null,
  ...fields,
});

const read = (request: CaptureRequest, words: string, fields: Partial<SeenServer> = {}) =>
  readServers({ ...request, servers: [server(request, words, fields)] }, createFiles());
const found = (request: CaptureRequest, words: string) => {
  const [one] = read(request, words).servers;
  assert.ok(one);
  const { how, name, requested, version, pinned } = one.package;
  return [how, name, requested, version, pinned];
};

const BIN = { 'index.js': '#!/usr/bin/env node\nconsole.log("started");\n' };

test('npx starts what lies in the workspace, else globally, else in its own cache', async (t) => {
  const registry = await npmRegistry();
  t.after(() => registry.close());
  const made = (version: string) => ({ name: '@a/server', version, bin: { server: 'index.js' }, files: BIN });
  registry.add(made('1.0.0'), made('1.2.0'));
  const folder = folderTree(t, { 'home/work/repo/package.json': '{"name":"w"}' });
  const npm = npmEnvironment(join(folder, 'home'), registry.url);
  const env = { ...npm, npm_config_prefix: join(folder, 'global') };
  const plain = { PATH: npm.PATH ?? '', npm_config_prefix: join(folder, 'global') };
  const request = captureRequest(folder, { environment: { of: 'agent', fingerprints: null, plain } });

  assert.deepEqual(found(request, 'npx -y @a/server'), ['npx', '@a/server', null, null, false]);
  assert.deepEqual(found(request, 'npx -y @a/server@1.0.0'), ['npx', '@a/server', '1.0.0', '1.0.0', true]);
  assert.match(await run(['npx', '-y', '@a/server'], request.root, env), /started/);
  assert.deepEqual(found(request, 'npx -y @a/server'), ['npx', '@a/server', null, '1.2.0', false]);
  await run(['npx', '-y', '@a/server@1.0.0'], request.root, env);
  assert.deepEqual(found(request, 'npx -y @a/server@1.0.0 .'), ['npx', '@a/server', '1.0.0', '1.0.0', true]);
  const [cached] = read(request, 'npx -y @a/server@1.0.0').servers;
  assert.match(cached?.package.integrity ?? '', /^sha512-/);

  await run(['npm', 'install', '--global', '@a/server@1.0.0'], request.root, env);
  assert.deepEqual(found(request, 'npx @a/server'), ['global', '@a/server', null, '1.0.0', true]);
  assert.deepEqual(found(request, 'npx @a/server@^1.1'), ['npx', '@a/server', '^1.1', null, false]);
  const global = {
    ...request,
    environment: { ...request.environment, plain: { ...plain, PATH: join(folder, 'global/bin') } },
  };
  assert.deepEqual(found(global, 'server --x'), ['global', '@a/server', null, '1.0.0', true]);
  assert.equal(read(global, 'server --x').started[0]?.file, join(folder, 'global/bin/server'));

  await run(['npm', 'install', '@a/server@1.2.0'], request.root, env);
  assert.deepEqual(found(request, 'npx @a/server'), ['local', '@a/server', null, '1.2.0', true]);
  assert.deepEqual(found(request, 'npx @a/server@latest'), ['npx', '@a/server', 'latest', null, false]);
  assert.deepEqual(found(request, 'npx --package=@a/server server'), ['local', '@a/server', null, '1.2.0', true]);
  assert.deepEqual(found(request, 'node node_modules/@a/server/index.js'), ['local', '@a/server', null, '1.2.0', true]);
  assert.deepEqual(found(request, 'pnpm exec @a/server'), ['local', '@a/server', null, '1.2.0', true]);
  const [local] = read(request, 'npx @a/server').servers;
  assert.match(local?.package.integrity ?? '', /^sha512-/);
});

const site = (prefix: string, name: string, version: string, script: string): Tree => ({
  [`${prefix}/pyvenv.cfg`]: 'home = /usr/bin\n',
  [`${prefix}/bin/${script}`]: '#!/bin/sh\n',
  [`${prefix}/lib/python3.12/site-packages/${name}-${version}.dist-info/METADATA`]: `Name: ${name}\nVersion: ${version}\n`,
  [`${prefix}/lib/python3.12/site-packages/${name}-${version}.dist-info/entry_points.txt`]: `[console_scripts]\n${script} = ${name}:main\n`,
  [`${prefix}/lib/python3.12/site-packages/${name}-${version}.dist-info/RECORD`]: `../../../bin/${script},sha256=zz,9\n${name}/__init__.py,sha256=aa,1\n${name}/__pycache__/x.pyc,,\n${name}-${version}.dist-info/RECORD,,\n`,
});

test('uvx and pipx start an installed tool, else what their cache has; recorded trees', (t) => {
  const folder = folderTree(t, {
    ...site('home/.local/share/uv/tools/mcp-server-git', 'mcp_server_git', '2026.11.11', 'mcp-server-git'),
    ...site('home/.cache/uv/environments-v2/aa/bb', 'mcp_server_fetch', '2026.10.28', 'mcp-server-fetch'),
    ...site('home/.local/share/pipx/venvs/tool', 'tool', '1.0', 'tool'),
  });
  const request = captureRequest(folder);
  assert.deepEqual(found(request, 'uvx mcp-server-git'), ['uvx', 'mcp-server-git', null, '2026.11.11', true]);
  assert.deepEqual(found(request, 'uvx mcp-server-git@latest'), ['uvx', 'mcp-server-git', 'latest', null, false]);
  assert.deepEqual(found(request, 'uvx mcp-server-git==2026.11.18'), [
    'uvx',
    'mcp-server-git',
    '2026.11.18',
    '2026.11.18',
    true,
  ]);
  assert.deepEqual(found(request, 'uvx --from mcp_server_fetch mcp-server-fetch'), [
    'uvx',
    'mcp-server-fetch',
    null,
    '2026.10.28',
    false,
  ]);
  assert.deepEqual(found(request, 'pipx run tool'), ['uvx', 'tool', null, '1.0', true]);
  const [git] = read(request, 'uvx mcp-server-git').servers;
  assert.match(git?.package.integrity ?? '', /^record-sha256:[0-9a-f]{64}$/);
});

test('programs and modules of an environment belong to their package; recorded trees', async (t) => {
  const venv = 'home/work/repo/.venv';
  const folder = folderTree(t, {
    ...site(venv, 'my_server', '0.3.0', 'my-server'),
    [`${venv}/bin/python`]: '#!/bin/sh\n',
  });
  await run(['chmod', '-R', 'u+x', join(folder, venv, 'bin')], folder, { PATH: process.env.PATH ?? '' });
  const request = captureRequest(folder);
  assert.deepEqual(found(request, '.venv/bin/my-server'), ['local', 'my-server', null, '0.3.0', true]);
  assert.deepEqual(found(request, '.venv/bin/python -m my_server'), ['local', 'my-server', null, '0.3.0', true]);
  assert.deepEqual(found(request, '.venv/bin/python -m nothing'), ['unknown', 'nothing', null, null, null]);
  assert.deepEqual(found(request, 'uv run my-server'), ['local', 'my-server', null, '0.3.0', false]);
  plant(request.root, { 'uv.lock': 'version = 1\n', 'tool/__main__.py': 'print(1)\n' });
  assert.deepEqual(found(request, 'uv run my-server'), ['local', 'my-server', null, '0.3.0', true]);
  assert.deepEqual(found(request, '.venv/bin/python -m tool'), ['script', '__main__.py', null, null, true]);
});

test('a script is named by its package and its content, an image by its digest, a URL by nothing', (t) => {
  const folder = folderTree(t, {
    'home/work/repo/package.json': '{"name":"mine","version":"0.1.0"}',
    'home/work/repo/dist/index.js': 'one',
  });
  const request = captureRequest(folder);
  const digest = () => read(request, 'node dist/index.js').servers[0]?.package.integrity;
  assert.deepEqual(found(request, 'node dist/index.js'), ['script', 'mine', null, '0.1.0', true]);
  const before = digest();
  assert.match(before ?? '', /^sha256:/);
  writeFileSync(join(request.root, 'dist/index.js'), 'two');
  assert.notEqual(digest(), before);
  const image = `sha256:${'a'.repeat(64)}`;
  assert.deepEqual(found(request, 'docker run -i mcp/git:1'), ['image', 'mcp/git', '1', null, false]);
  assert.deepEqual(found(request, `docker run -i mcp/git@${image}`), ['image', 'mcp/git', image, null, true]);
  assert.deepEqual(found(request, 'sh -c a;b'), ['unknown', null, null, null, null]);
  const [web] = read(request, '', { command: [], url: 'https://u:p@h/mcp?token=x', transport: 'http' }).servers;
  assert.deepEqual([web?.url, web?.package.how, web?.package.pinned], ['https://h/mcp?token', 'url', null]);
});

test('nothing of this machine and no secret is in what is hashed; fingerprints tell values apart', (t) => {
  const one = captureRequest(folderTree(t, {}), { machineKey: new Uint8Array(32).fill(1) });
  const other = captureRequest(folderTree(t, {}), { machineKey: new Uint8Array(32).fill(2) });
  const words = ({ root, home }: CaptureRequest, token: string) =>
    `npx -y server --root=${root}/src ${home}/notes --token ${token} https://u:${token}@h`;
  const first = read(one, words(one, 'first-secret'), { env: { TOKEN: 'a', DIR: one.root }, headers: ['B', 'A'] });
  const second = read(other, words(other, 'other-secret'), {
    env: { DIR: other.root, TOKEN: 'b' },
    headers: ['A', 'B'],
  });
  assert.deepEqual(first.servers, second.servers);
  assert.deepEqual(first.servers[0]?.command.slice(3), [
    '--root=./src',
    '~/notes',
    '--token',
    '<secret:credential>',
    'https://u:<secret:url-password>@h',
  ]);
  assert.ok(!JSON.stringify([first, second]).includes('-secret'));
  assert.deepEqual(Object.keys(first.fingerprints).sort(), [
    'server one: DIR',
    'server one: TOKEN',
    'server one: argument 1',
    'server one: argument 2',
  ]);
  const again = read(one, words(one, 'other-secret'), { env: { TOKEN: 'a', DIR: one.root } });
  assert.equal(again.fingerprints['server one: TOKEN'], first.fingerprints['server one: TOKEN']);
  assert.notEqual(again.fingerprints['server one: argument 1'], first.fingerprints['server one: argument 1']);
});

test('the date-version trap is told with both versions, for what is installed and for what would be', (t) => {
  const request = captureRequest(folderTree(t, {}));
  const name = '@modelcontextprotocol/server-filesystem';
  const trap = (words: string) => read(request, words).servers[0]?.version_trap ?? null;
  assert.match(trap(`npx -y ${name}@2026.8.31`) ?? '', /2026\.8\.31.*2\.4\.0/);
  assert.match(trap(`npx -y ${name}`) ?? '', /2026\.8\.31.*2\.4\.0/);
  assert.equal(trap(`npx -y ${name}@2.4.0`), null);
  mkdirSync(join(request.root, 'node_modules', name), { recursive: true });
  writeFileSync(join(request.root, 'node_modules', name, 'package.json'), JSON.stringify({ name, version: '2.3.0' }));
  assert.equal(trap(`npx -y ${name}`), null);
  assert.ok(existsSync(request.root));
});
