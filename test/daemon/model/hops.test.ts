import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hopsOf } from '../../../daemon/model/hops.ts';

test('adapters on the command line, from us outwards', () => {
  const table: [string, string[] | null][] = [
    ['npx -y mcp-remote@0.15.1 https://mcp.linear.app/sse', ['mcp-remote/0.15.1']],
    ['npx mcp-remote@latest https://x.dev', ['mcp-remote']],
    ['cmd /c npx -y mcp-remote https://x.dev', ['mcp-remote']],
    ['node /w/node_modules/mcp-remote/dist/proxy.js https://x.dev', ['mcp-remote']],
    ['uvx mcp-proxy==0.9.0 http://localhost:8080/sse', ['mcp-proxy/0.9.0']],
    ['python -m mcp_proxy http://localhost:8080/sse', ['mcp-proxy']],
    ['docker mcp gateway run', ['docker-mcp-gateway']],
    ['docker run -i --rm docker/mcp-gateway:v1.2', ['docker-mcp-gateway/v1.2']],
    ['thv proxy stdio fetch', ['toolhive']],
    ['npx -y @smithery/cli@1.2.3 run exa', ['smithery-cli/1.2.3']],
    ['npx -y @modelcontextprotocol/server-memory', null],
    ['node /w/server.js', null],
  ];
  for (const [line, expected] of table) assert.deepEqual(hopsOf(line.split(' '), null, false), expected, line);
});

test('an adapter behind another', () => {
  assert.deepEqual(
    hopsOf(['npx', '-y', 'supergateway@3.4.0', '--stdio', 'npx -y mcp-remote@0.15.1 https://x.dev'], null, false),
    ['supergateway/3.4.0', 'mcp-remote/0.15.1'],
  );
  assert.deepEqual(
    hopsOf(['mcp-proxy', '--', 'mcp-proxy', '--', 'mcp-proxy', '--', 'uvx', 'mcp-server-git'], null, false),
    ['mcp-proxy', 'mcp-proxy', 'mcp-proxy'],
  );
});

test('what the server calls itself; and what is known to be none', () => {
  assert.deepEqual(hopsOf([], { name: 'Docker AI MCP Gateway', version: '2.0.1' }, false), [
    'docker-mcp-gateway/2.0.1',
  ]);
  assert.deepEqual(
    hopsOf(['docker', 'mcp', 'gateway', 'run'], { name: 'Docker AI MCP Gateway', version: '2.0.1' }, false),
    ['docker-mcp-gateway'],
  );
  assert.equal(hopsOf([], { name: 'acme', version: null }, false), null);
  assert.deepEqual(
    hopsOf(['npx', '@modelcontextprotocol/server-memory'], { name: 'memory-server', version: '1' }, true),
    [],
  );
});
