import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ServerLaunch, serverLaunch } from '../../../daemon/model/serverLaunch.ts';

const npm = (spec: string, runner = 'npx', bin: string | null = null): ServerLaunch => ({
  kind: 'npm',
  runner,
  spec,
  bin,
});
const pypi = (spec: string, runner = 'uvx', bin: string | null = null): ServerLaunch => ({
  kind: 'pypi',
  runner,
  spec,
  bin,
});
const image = (name: string, runner = 'docker'): ServerLaunch => ({ kind: 'image', runner, image: name });

const CASES: readonly (readonly [line: string, launch: ServerLaunch])[] = [
  ['npx -y @a/server@1.2.3 /ws', npm('@a/server@1.2.3')],
  ['npx --yes --package=@a/b@2 server --flag', npm('@a/b@2', 'npx', 'server')],
  ['npx -y -p @a/b server', npm('@a/b', 'npx', 'server')],
  ['npx --registry http://localhost:1 server', npm('server')],
  ['npx -- server', npm('server')],
  ['C:\\nodejs\\npx.cmd -y server', npm('server')],
  ['cmd /c npx -y server', npm('server')],
  ['cmd.exe /d /s /c npx server', npm('server')],
  ['npm exec --yes -- @a/server@1 --x', npm('@a/server@1', 'npm exec')],
  ['npm x server', npm('server', 'npm x')],
  ['npm --prefix tools run mcp', { kind: 'project', runner: 'npm', folder: 'tools', target: 'mcp' }],
  ['pnpm dlx server@1.0.0', npm('server@1.0.0', 'pnpm dlx')],
  ['pnpm --package=@a/b dlx server', npm('@a/b', 'pnpm dlx', 'server')],
  ['pnpm exec server', npm('server', 'pnpm exec')],
  ['yarn dlx -q server', npm('server', 'yarn dlx')],
  ['bunx server@2', npm('server@2', 'bunx')],
  ['bun x server', npm('server', 'bunx')],
  ['bun run src/index.ts', { kind: 'script', runtime: 'bun', file: 'src/index.ts' }],
  ['deno run -A npm:server@1.0.0', npm('npm:server@1.0.0', 'deno')],
  ['uvx mcp-server-git --repository .', pypi('mcp-server-git')],
  [
    'uvx --python 3.12 --from mcp-server-git==2026.11.11 mcp-server-git',
    pypi('mcp-server-git==2026.11.11', 'uvx', 'mcp-server-git'),
  ],
  ['uv tool run mcp-server-git@latest', pypi('mcp-server-git@latest')],
  ['uv --directory /ws/py run server.py', { kind: 'project', runner: 'uv', folder: '/ws/py', target: 'server.py' }],
  ['uv run --directory /ws/py my-server', { kind: 'project', runner: 'uv', folder: '/ws/py', target: 'my-server' }],
  ['pipx run --spec git-server==1.0 server', pypi('git-server==1.0', 'pipx', 'server')],
  ['python3 -m my.server --x', { kind: 'module', python: 'python3', module: 'my.server' }],
  ['/ws/.venv/bin/python -u server.py', { kind: 'script', runtime: '/ws/.venv/bin/python', file: 'server.py' }],
  ['node --env-file .env dist/index.js', { kind: 'script', runtime: 'node', file: 'dist/index.js' }],
  ['docker run -i --rm -e TOKEN --mount type=bind,src=/a,dst=/b mcp/git:1 --x', image('mcp/git:1')],
  ['docker run -it -v /a:/b ghcr.io/x/y', image('ghcr.io/x/y')],
  ['podman run --rm -i --network=none x@sha256:1', image('x@sha256:1', 'podman')],
  ['docker compose exec mcp', { kind: 'program', program: 'docker' }],
  ['env -u FOO DEBUG=1 npx server', npm('server')],
  ['/opt/bin/server --stdio', { kind: 'program', program: '/opt/bin/server' }],
];

for (const [line, launch] of CASES)
  test(`a command line is told by its words: ${line}`, () => assert.deepEqual(serverLaunch(line.split(' ')), launch));

test('a shell with one plain command is that command, anything else is unknown', () => {
  assert.deepEqual(serverLaunch(['bash', '-lc', 'exec npx -y server']), npm('server'));
  assert.equal(serverLaunch(['sh', '-c', 'cd x && npx server']).kind, 'unknown');
  assert.equal(serverLaunch(['node', '-e', 'x']).kind, 'unknown');
  assert.equal(serverLaunch([]).kind, 'unknown');
  assert.equal(serverLaunch(['npx', '-y']).kind, 'unknown');
});
