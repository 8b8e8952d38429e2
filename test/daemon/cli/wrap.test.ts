/** wrap and unwrap as a user runs them: real processes, real git, a home folder of the test's own. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { applyPatch } from 'diff';
import * as z from 'zod';
import { type CliResult, runCli } from '../../support/cliRun.ts';

const fixtures = resolve(import.meta.dirname, '../../fixtures/agents');
const top = mkdtempSync(join(realpathSync(tmpdir()), 'callgrove-wrap-'));
after(() => rmSync(top, { recursive: true, force: true }));

const Report = z.object({
  entries: z.array(
    z.object({
      file: z.string(),
      server: z.string(),
      state: z.string(),
      change: z.string().nullable(),
      why: z.string().nullable(),
      held_by_git: z.boolean(),
      start: z.number(),
      end: z.number(),
      line: z.number(),
    }),
  ),
  files: z.array(
    z.object({ file: z.string(), changed: z.boolean(), problem: z.string().nullable(), diff: z.string().nullable() }),
  ),
  next: z.array(z.object({ agent: z.string(), restart: z.string(), approval: z.string().nullable() })),
});

interface Place {
  readonly home: string;
  readonly repo: string;
  readonly launcher: string;
  put(path: string, text: string): string;
  read(path: string): string;
  /** Uses the state folder of this platform, as nobody says another. */
  run(...args: string[]): Promise<CliResult>;
  json(...args: string[]): Promise<z.infer<typeof Report>>;
}

let places = 0;
function place(): Place {
  const base = join(top, String(++places));
  const [home, repo] = [join(base, 'home'), join(base, 'repo')];
  for (const folder of [home, repo]) mkdirSync(folder, { recursive: true });
  const git = spawnSync('git', ['init', '-q'], { cwd: repo, env: { PATH: process.env.PATH, HOME: home } });
  assert.equal(git.status, 0);
  const run = (...args: string[]) => runCli(args, { home, cwd: repo, env: { CALLGROVE_HOME: '' } });
  const state = process.platform === 'darwin' ? 'Library/Application Support' : '.local/state';
  return {
    home,
    repo,
    launcher: join(home, state, 'callgrove/bin/callgrove'),
    put(path, text) {
      const whole = resolve(repo, path);
      mkdirSync(dirname(whole), { recursive: true });
      writeFileSync(whole, text);
      return whole;
    },
    read: (path) => readFileSync(resolve(repo, path), 'utf8'),
    run,
    async json(...args) {
      const { stdout, stderr } = await run(...args, '--json');
      assert.equal(stderr, '');
      return Report.parse(JSON.parse(stdout));
    },
  };
}

function track({ repo, home }: Place, path: string): void {
  const { status } = spawnSync('git', ['add', path], { cwd: repo, env: { PATH: process.env.PATH, HOME: home } });
  assert.equal(status, 0);
}

const SERVER = '{ "mcpServers": { "a": { "command": "npx", "args": ["-y", "x"] } } }';

test('an entry that stands in its file twice is left alone, and every command says so', async () => {
  const at = place();
  at.put('.mcp.json', '{"mcpServers":{"a":{"command":"x"},"a":{"command":"y"},"b":{"command":"z"}}}');
  for (const words of [['wrap', '--list'], ['wrap']]) {
    const { stdout } = await at.run(...words);
    assert.equal(stdout.match(/left alone +a: it stands in the file more than once\n/g)?.length, 2, stdout);
  }
  assert.match(at.read('.mcp.json'), /"a":\{"command":"x"\},"a":\{"command":"y"\}/);
  const { stdout } = await at.run('doctor');
  assert.doesNotMatch(stdout, /wrap --server a records it/);
});

test('the project files and those of the user are wrapped, and come back byte for byte', async () => {
  const at = place();
  const files = {
    '.mcp.json': SERVER,
    '.vscode/mcp.json': readFileSync(join(fixtures, 'vscode.mcp.json'), 'utf8'),
    '../home/.claude.json': '{"mcpServers":{"u":{"command":"x"}}}',
    '../home/.codex/config.toml': readFileSync(join(fixtures, 'codex.config.toml'), 'utf8').replace(
      /\[mcp_servers\.http2\][\s\S]*?(?=\[mcp_servers\.env)/,
      '',
    ),
    '../home/.config/opencode/opencode.json': readFileSync(join(fixtures, 'opencode2.json'), 'utf8'),
  };
  for (const [path, text] of Object.entries(files)) at.put(path, text);
  const wrapped = await at.run('wrap');
  assert.equal(wrapped.code, 0, wrapped.stderr);
  assert.match(wrapped.stdout, /wrapped +a\n/);
  assert.match(wrapped.stdout, /left alone +sandboxed: it runs in a sandbox/);
  assert.match(wrapped.stdout, /Next:[\s\S]*Claude Code[\s\S]*It may ask whether the servers of \.mcp\.json/);
  assert.deepEqual(JSON.parse(at.read('.mcp.json')).mcpServers.a, {
    command: at.launcher,
    args: ['run', '--name', 'a', '--', 'npx', '-y', 'x'],
  });
  assert.ok(existsSync(at.launcher));
  const texts = Object.keys(files).map(at.read);
  const again = await at.json('wrap');
  assert.ok(again.entries.every(({ change }) => change === null));
  assert.deepEqual(Object.keys(files).map(at.read), texts);
  const unwrapped = await at.run('unwrap');
  assert.equal(unwrapped.code, 0, unwrapped.stdout);
  assert.deepEqual(Object.keys(files).map(at.read), Object.values(files));
  assert.match((await at.run('unwrap')).stdout, /nothing is wrapped here/);
});

test('a dry run changes nothing and prints the patch that the real run makes', async () => {
  const at = place();
  at.put('.mcp.json', SERVER);
  const dry = await at.json('wrap', '--dry-run');
  assert.equal(at.read('.mcp.json'), SERVER);
  assert.ok(!existsSync(at.launcher) || dry.files.every(({ changed }) => !changed));
  const text = await at.run('wrap', '--dry-run');
  assert.match(text.stdout, /^--- .*\.mcp\.json.*\n\+\+\+ [\s\S]*would be wrapped +a/);
  await at.run('wrap');
  assert.equal(applyPatch(SERVER, dry.files[0]?.diff ?? ''), at.read('.mcp.json'));
});

test('--list says where each entry stands, and --agent, --server and --file choose', async () => {
  const at = place();
  const file = at.put('.mcp.json', SERVER);
  const cursor = at.put('.cursor/mcp.json', '{"mcpServers":{"a":{"command":"x"},"b":{"command":"y"}}}');
  const listed = await at.json('wrap', '--list');
  assert.deepEqual(
    listed.entries.map(({ file: path, server, state, start, end, line }) => [
      path,
      server,
      state,
      line,
      path === file ? SERVER.slice(start, end) : '',
    ]),
    [
      [file, 'a', 'plain', 1, '"a"'],
      [cursor, 'a', 'plain', 1, ''],
      [cursor, 'b', 'plain', 1, ''],
    ],
  );
  const one = await at.json('wrap', '--agent', 'cursor', '--server', 'b');
  assert.deepEqual(
    one.entries.map(({ file: path, server }) => [path, server]),
    [[cursor, 'b']],
  );
  assert.deepEqual(
    one.next.map(({ agent }) => agent),
    ['cursor'],
  );
  const other = join(at.home, 'other.json');
  writeFileSync(other, '{"x":{"command":"y"}}');
  assert.deepEqual(
    (await at.json('wrap', '--file', other)).entries.map(({ server, state }) => [server, state]),
    [['x', 'wrapped']],
  );
  for (const [args, words] of [
    [['--agent', 'curser'], /did you mean cursor\?/],
    [['--file', 'absent.json'], /there is no file/],
    [['--file', at.home], /is no file/],
    [['--server', 'zzz'], /no server "zzz" in [^;]*looked at\ncallgrove wrap --list lists them/],
    [['--file', other, '--server', 'X'], /no server "X" in the file looked at; did you mean x\?/],
  ] as const) {
    const { code, stderr } = await at.run('wrap', ...args);
    assert.match(stderr, words);
    assert.ok(code === 2 || code === 3);
  }
});

test('a file that git tracks stays: Claude Code gets an override, others are told of --tracked', async () => {
  const at = place();
  at.put(
    '.mcp.json',
    '{"mcpServers":{"plain":{"command":"npx","args":["x"]},"secret":{"command":"npx","env":{"GITHUB_TOKEN":"ghp_0123456789abcdefghijABCDEFGHIJ012345"}},"ref":{"command":"npx","env":{"GITHUB_TOKEN":"${GITHUB_TOKEN}"}},"rejected":{"command":"z"},"mine":{"command":"z"}}}',
  );
  at.put('.cursor/mcp.json', SERVER);
  for (const path of ['.mcp.json', '.cursor/mcp.json']) track(at, path);
  const own = `{"numStartups":1,"projects":{${JSON.stringify(at.repo)}:{"mcpServers":{"mine":{"type":"http","url":"https://x","oauth":{}}},"enabledMcpjsonServers":["plain","ref","secret"],"disabledMcpjsonServers":["rejected"]}}}`;
  at.put('../home/.claude.json', own);
  const before = ['.mcp.json', '.cursor/mcp.json'].map(at.read);
  const report = await at.json('wrap');
  assert.deepEqual(['.mcp.json', '.cursor/mcp.json'].map(at.read), before);
  const said = (server: string) => report.entries.find((entry) => entry.server === server);
  assert.deepEqual([said('plain')?.change, said('ref')?.change], ['override', 'override']);
  assert.match(said('plain')?.why ?? '', /as you approved it there; Copilot CLI still starts it plain/);
  assert.match(said('secret')?.why ?? '', /holds a secret, which is not copied/);
  assert.match(said('rejected')?.why ?? '', /you rejected it/);
  assert.match(said('mine')?.why ?? '', /your own entry of that name/);
  assert.match(said('a')?.why ?? '', /git tracks the file; wrap --tracked edits it/);
  assert.ok(!at.read('../home/.claude.json').includes('ghp_'));
  const { mcpServers } = JSON.parse(at.read('../home/.claude.json')).projects[at.repo];
  assert.deepEqual(mcpServers.ref, {
    command: at.launcher,
    args: ['run', '--name', 'ref', '--was', 'no-args override'.split(' ').reverse().join(' '), '--', 'npx'],
    env: { GITHUB_TOKEN: '${GITHUB_TOKEN}' },
  });
  assert.equal((await at.json('wrap')).files.length, 0);
  const one = await at.json('unwrap', '--file', '.mcp.json', '--server', 'plain');
  assert.deepEqual(
    one.entries.filter(({ change }) => change).map(({ server, change }) => [server, change]),
    [['plain', 'override_removed']],
  );
  assert.equal((await at.run('unwrap')).code, 0);
  assert.equal(at.read('../home/.claude.json'), own);
});

test('an override takes no question away: what Claude Code has not asked about stays, unless it is named', async () => {
  const at = place();
  at.put('.mcp.json', '{"mcpServers":{"a":{"command":"npx"},"b":{"command":"npx"}}}');
  // What arrives with the repository approves nothing.
  at.put('.claude/settings.json', '{"enableAllProjectMcpServers":true,"enabledMcpjsonServers":["a"]}');
  for (const path of ['.mcp.json', '.claude/settings.json']) track(at, path);
  at.put('../home/.claude.json', '{"projects":{}}');
  const changes = async (...args: string[]) =>
    (await at.json('wrap', '--dry-run', ...args)).entries.map(({ server, change }) => [server, change]);
  const shown = await at.json('wrap', '--dry-run');
  assert.deepEqual(shown.files, []);
  for (const { state, why, held_by_git } of shown.entries) {
    assert.deepEqual([state, held_by_git], ['left_alone', true]);
    assert.match(why ?? '', /Claude Code has not had your approval of it, .*wrap --server NAME/);
  }
  const named = await at.json('wrap', '--dry-run', '--server', 'a');
  assert.deepEqual([named.entries[0]?.change, named.entries.length], ['override', 1]);
  assert.match(named.entries[0]?.why ?? '', /without asking for approval: you named it/);
  // Every place where the user's own approval stands.
  for (const [path, text, approved] of [
    ['../home/.claude.json', `{"projects":{${JSON.stringify(at.repo)}:{"enabledMcpjsonServers":["a"]}}}`, ['a']],
    ['.claude/settings.local.json', '{"enabledMcpjsonServers":["b"]}', ['b']],
    ['../home/.claude/settings.json', '{"enableAllProjectMcpServers":true}', ['a', 'b']],
  ] as const) {
    const before = path.startsWith('../home/.claude.json') ? at.read(path) : null;
    at.put(path, text);
    const expected = ['a', 'b'].map((server) => [server, approved.some((one) => one === server) ? 'override' : null]);
    assert.deepEqual(await changes(), expected, path);
    if (before === null) rmSync(join(at.repo, path));
    else at.put(path, before);
  }
  // A local file that git tracks is one that arrived with the repository.
  at.put('.claude/settings.local.json', '{"enabledMcpjsonServers":["b"]}');
  track(at, '.claude/settings.local.json');
  assert.deepEqual(await changes(), [
    ['a', null],
    ['b', null],
  ]);
  at.put('../home/.claude/settings.json', '{"enableAllProjectMcpServers":true,"disabledMcpjsonServers":["b"]}');
  assert.deepEqual(await changes(), [
    ['a', 'override'],
    ['b', null],
  ]);
});

test('--tracked edits it, in a form that runs the plain server without Callgrove', async () => {
  const at = place();
  at.put(
    '.cursor/mcp.json',
    `{"mcpServers":{"a":{"command":"node","args":["-e","process.exit(7)"]},"u":{"url":"http://127.0.0.1:9/mcp","headers":{"A":"b"}}}}`,
  );
  track(at, '.cursor/mcp.json');
  const before = at.read('.cursor/mcp.json');
  const report = await at.json('wrap', '--tracked');
  assert.match(
    report.entries.find(({ server }) => server === 'u')?.why ?? '',
    /would not work where Callgrove is not installed/,
  );
  const { command, args } = JSON.parse(at.read('.cursor/mcp.json')).mcpServers.a;
  assert.ok(!at.read('.cursor/mcp.json').includes(at.home));
  const elsewhere = spawnSync(command, args, { env: { PATH: process.env.PATH, HOME: join(at.home, 'nobody') } });
  assert.equal(elsewhere.status, 7);
  const refused = await at.run('unwrap');
  assert.equal(refused.code, 1);
  assert.match(refused.stdout, /is wrapped +a: git tracks the file; unwrap --tracked/);
  assert.equal((await at.run('unwrap', '--tracked')).code, 0);
  assert.equal(at.read('.cursor/mcp.json'), before);
});

test("a file of the user's own that git tracks stays too, whatever leads to it", async () => {
  const at = place();
  const tracked = at.put('dotfiles/mcp.json', SERVER);
  track(at, 'dotfiles/mcp.json');
  mkdirSync(join(at.home, '.cursor'));
  symlinkSync(tracked, join(at.home, '.cursor/mcp.json'));
  const { entries, files } = await at.json('wrap');
  assert.deepEqual([files.length, entries.map(({ state }) => state)], [0, ['left_alone']]);
  assert.match(entries[0]?.why ?? '', /git tracks the file; wrap --tracked/);
  assert.equal((await at.json('wrap', '--tracked')).entries[0]?.change, 'wrapped');
  assert.equal((await at.run('unwrap', '--tracked')).code, 0);
  assert.equal(readFileSync(tracked, 'utf8'), SERVER);
});

test('links, read-only files and broken files', async () => {
  const at = place();
  const real = at.put('../home/real.json', SERVER);
  mkdirSync(join(at.repo, '.cursor'));
  symlinkSync(real, join(at.repo, '.cursor/mcp.json'));
  const locked = at.put('.vscode/mcp.json', '{"servers":{"l":{"command":"x"}}}');
  chmodSync(locked, 0o444);
  const broken = at.put('.roo/mcp.json', '{"mcpServers": {');
  const { code, stdout } = await at.run('wrap');
  assert.equal(code, 1);
  assert.match(readFileSync(real, 'utf8'), /"run", "--name", "a"/);
  assert.match(stdout, /left alone +l: the file cannot be changed: it is read-only/);
  assert.match(stdout, /nothing was changed: it cannot be read: .* in line 1/);
  assert.equal(readFileSync(broken, 'utf8'), '{"mcpServers": {');
  await at.run('unwrap');
  assert.equal(readFileSync(real, 'utf8'), SERVER);
});

test('a URL is asked whether it needs a sign-in, once and without credentials', async () => {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(request.url === '/closed' ? 401 : 200).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const at = place();
  at.put(
    '.cursor/mcp.json',
    `{"mcpServers":{"open":{"url":"${address}/open"},"closed":{"url":"${address}/closed"},"made":{"url":"\${env:BASE}/mcp"}}}`,
  );
  const report = await at.json('wrap');
  server.closeAllConnections();
  server.close();
  assert.deepEqual(
    report.entries.map(({ server: name, state }) => [name, state]),
    [
      ['open', 'wrapped'],
      ['closed', 'left_alone'],
      ['made', 'left_alone'],
    ],
  );
  assert.match(report.entries[1]?.why ?? '', /needs a sign-in, which only its agent can do/);
  assert.match(report.entries[2]?.why ?? '', /made of variables/);
});

test('--home stands in the entry, and unwrap --all finds what other folders have', async () => {
  const at = place();
  at.put('.mcp.json', SERVER);
  const state = join(at.home, 'elsewhere');
  assert.equal((await at.run('wrap', '--home', state)).code, 0);
  const { command, args } = JSON.parse(at.read('.mcp.json')).mcpServers.a;
  assert.deepEqual(
    [command, args.slice(0, 5)],
    [join(state, 'bin/callgrove'), ['run', '--name', 'a', '--home', state]],
  );
  const away = await runCli(['unwrap', '--all', '--home', state], { home: at.home, cwd: at.home });
  assert.equal(away.code, 0, away.stdout + away.stderr);
  assert.equal(at.read('.mcp.json'), SERVER);
});
