import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serverName } from '../../../daemon/harness/serverName.ts';

test('a server is called what it was named, else what its command line runs', () => {
  const table: [name: string | null, line: string, server: string][] = [
    ['files', 'npx -y @modelcontextprotocol/server-filesystem /w', 'files'],
    [null, 'npx -y @modelcontextprotocol/server-filesystem /w', 'server-filesystem'],
    [null, 'npx -y @modelcontextprotocol/server-filesystem@2026.8.31 /w', 'server-filesystem'],
    [null, 'npm exec --yes some-server', 'some-server'],
    [null, 'uvx mcp-server-git --repository /w', 'mcp-server-git'],
    [null, 'uv tool run mcp-server-git', 'mcp-server-git'],
    [null, '/usr/bin/python3.12 /opt/tools/weather.py', 'weather'],
    [null, 'node /opt/secure-fs/dist/index.js /w', 'secure-fs'],
    [null, 'node server.js', 'server'],
    [null, 'C:\\Tools\\secure-fs.exe --stdio', 'secure-fs'],
    [null, 'cmd /c npx -y some-server', 'some-server'],
    [null, 'env TOKEN=abc node /opt/thing/main.mjs', 'thing'],
    [null, '/usr/local/bin/secure-fs', 'secure-fs'],
    [null, 'node', 'node'],
    [null, '', 'unknown'],
  ];
  for (const [name, line, server] of table)
    assert.equal(serverName({ name, argv: line === '' ? [] : line.split(' ') }), server, line);
});

test('a name is bounded', () => {
  assert.equal(serverName({ name: 'x'.repeat(1000), argv: [] }).length, 200);
  assert.equal(serverName({ name: null, argv: ['x'.repeat(1000)] }).length, 200);
});
