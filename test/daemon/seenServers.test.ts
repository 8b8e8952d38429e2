/** The servers of real config files: a wrapped file declares the same as before it was wrapped. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { formatOf, parseConfig, readText, wrapOne } from '../../daemon/model/rewriteConfig.ts';
import { serverEntries } from '../../daemon/model/serverEntries.ts';
import { seenServers } from '../../daemon/seenServers.ts';
import { folderTree } from '../support/folderTree.ts';

const sign = '$';
const CLAUDE = `{
  // the project's
  "mcpServers": {
    "fs": { "command": "npx", "args": ["-y", "server", "."], "env": { "TOKEN": "${sign}{TOKEN}" }, "cwd": "sub" },
    "plain": { "command": "server" },
    "web": { "type": "http", "url": "https://h/mcp", "headers": { "Authorization": "Bearer ${sign}{WEB_KEY}" } },
    "old": { "type": "sse", "url": "https://h/sse" },
    "broken": { "command": 7 }
  }
}
`;
const CODEX = `[mcp_servers.one]
command = "uvx"
args = ["mcp-server-git"]
env_vars = ["PASSED", { name = "OTHER", source = "local" }]

[mcp_servers.web]
url = "https://h/mcp"
bearer_token_env_var = "MY_BEARER"
`;

function setting(t: Parameters<typeof folderTree>[0]) {
  const folder = folderTree(t, {
    'home/repo/.mcp.json': CLAUDE,
    'home/.codex/config.toml': CODEX,
    'home/repo/.cursor/mcp.json': '{ broken',
    'home/.claude.json': JSON.stringify({
      mcpServers: { mine: { command: 'a' } },
      projects: { '/elsewhere': { mcpServers: { not: { command: 'b' } } } },
    }),
  });
  const home = join(folder, 'home');
  return { cwd: join(home, 'repo'), root: join(home, 'repo'), home, env: {}, platform: 'linux' };
}

test('each agent sees the servers of its own files, with what they take from their surroundings', (t) => {
  const around = setting(t);
  const { servers, missing } = seenServers(around, 'claude-code');
  assert.deepEqual(missing, []);
  assert.deepEqual(
    servers.map(({ name, scope, transport }) => [name, scope, transport]),
    [
      ['fs', 'project', 'stdio'],
      ['plain', 'project', 'stdio'],
      ['web', 'project', 'http'],
      ['old', 'project', 'sse'],
      ['mine', 'user', 'stdio'],
    ],
  );
  const handed = [...servers, ...seenServers(around, 'codex').servers].filter(({ name }) => name === 'web');
  assert.deepEqual(
    handed.map(({ headerValues }) => headerValues),
    [{ Authorization: `Bearer ${sign}{WEB_KEY}` }, { Authorization: `${sign}{MY_BEARER}` }],
  );
  const [fs, , web] = servers;
  assert.deepEqual([fs?.command, fs?.cwd, fs?.env], [['npx', '-y', 'server', '.'], 'sub', { TOKEN: `${sign}{TOKEN}` }]);
  assert.deepEqual([web?.headers, web?.variables, web?.command], [['Authorization'], ['WEB_KEY'], []]);
  const codex = seenServers(around, 'codex').servers;
  assert.deepEqual(
    codex.map(({ name, variables, headers }) => [name, variables, headers]),
    [
      ['one', ['PASSED', 'OTHER'], []],
      ['web', ['MY_BEARER'], ['Authorization']],
    ],
  );
  assert.match(
    seenServers(around, 'cursor').missing[0] ?? '',
    /mcp\.json was not read for servers: .* in line 1, column 3/,
  );
  assert.deepEqual(seenServers(around, 'goose').servers, []);
  assert.equal(seenServers(around, 'goose').missing.length, 1);
});

test('a wrapped entry is seen as its original', (t) => {
  const around = setting(t);
  const before = [...seenServers(around, 'claude-code').servers, ...seenServers(around, 'codex').servers];
  for (const file of [join(around.root, '.mcp.json'), join(around.home, '.codex/config.toml')]) {
    let text = readFileSync(file, 'utf8');
    for (const entry of serverEntries(parseConfig(text, formatOf(file)))) {
      if (entry.name === 'broken') continue;
      const launch = { command: '/home/u/.local/state/callgrove/bin/callgrove', args: [] };
      const wrapped = wrapOne(readText(text, formatOf(file)), formatOf(file), entry, { launch, home: null });
      assert.equal(wrapped.kind, 'done', entry.name);
      if (wrapped.kind === 'done') text = wrapped.text;
    }
    writeFileSync(file, text);
  }
  const after = [...seenServers(around, 'claude-code').servers, ...seenServers(around, 'codex').servers];
  assert.equal(after.filter(({ wrapped }) => wrapped).length, 6);
  assert.deepEqual(
    after.map((one) => ({ ...one, wrapped: false })),
    before,
  );
});
