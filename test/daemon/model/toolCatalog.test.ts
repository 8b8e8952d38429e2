import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessOf, knownTool, operationOf, serverFacts } from '../../../daemon/model/toolCatalog.ts';

const facts = (...argv: string[]) => serverFacts('s', argv, null);

test('a server is known by the word that starts it, not by its arguments', () => {
  const rows: [argv: string[], id: string | undefined, folders: string[], where: string][] = [
    [
      ['npx', '-y', '@modelcontextprotocol/server-filesystem@2026.8.31', '/w', '/x'],
      'filesystem',
      ['/w', '/x'],
      'here',
    ],
    [
      ['node', '/n/node_modules/@modelcontextprotocol/server-filesystem/dist/index.js', '/w'],
      'filesystem',
      ['/w'],
      'here',
    ],
    [
      ['node', 'C:\\n\\@modelcontextprotocol\\server-filesystem\\dist\\index.js', 'C:\\w'],
      'filesystem',
      ['C:\\w'],
      'here',
    ],
    [['mcp-server-filesystem', '/w'], 'filesystem', ['/w'], 'here'],
    [['cmd', '/c', 'npx', '@modelcontextprotocol/server-filesystem', 'C:\\w'], 'filesystem', ['C:\\w'], 'here'],
    [['uvx', 'mcp-server-git', '--repository', '/w'], 'git', ['/w'], 'here'],
    [['python', '-m', 'mcp_server_git', '--repository=/w'], 'git', ['/w'], 'here'],
    [['docker', 'run', '-i', '-v', '/w:/projects', 'mcp/filesystem', '/projects'], 'filesystem', ['/w'], 'container'],
    [['docker', 'run', '-i', '-v', 'vol:/projects', 'mcp/filesystem', '/projects'], 'filesystem', [], 'container'],
    [['npx', '@modelcontextprotocol/server-github'], 'github', [], 'elsewhere'],
    [['node', 'mine.js', '/src/github-mcp-server'], undefined, [], 'here'],
    [[], undefined, [], 'here'],
  ];
  for (const [argv, id, folders, where] of rows) {
    const seen = facts(...argv);
    assert.deepEqual([seen.known?.id, seen.folders, seen.where], [id, folders, where], argv.join(' '));
  }
});

test('a server behind a URL has the paths of its own machine', () => {
  assert.equal(serverFacts('s', [], 'https://mcp.example.com/mcp').where, 'elsewhere');
  assert.equal(serverFacts('s', [], 'http://127.0.0.1:4000/mcp').where, 'here');
  assert.equal(serverFacts('s', [], 'http://localhost.example.com/mcp').where, 'elsewhere');
});

test('all fourteen tools of the filesystem server are in the catalog, both ends of a move written', () => {
  const server = facts('npx', '@modelcontextprotocol/server-filesystem', '/w');
  assert.equal(Object.keys(server.known?.tools ?? {}).length, 14);
  assert.deepEqual(knownTool(server, 'move_file')?.paths, { source: 'write', destination: 'write' });
  assert.equal(knownTool(server, 'constructor'), null);
});

test('what a tool does is told by the words of its name', () => {
  const rows: [string, string][] = [
    ['read_file', 'read'],
    ['readFile', 'read'],
    ['createDirectory', 'create'],
    ['delete-everything', 'delete'],
    ['fs_move', 'move'],
    ['list_directory', 'list'],
    ['searchCode', 'search'],
    ['str_replace_based_edit', 'patch'],
    ['run_command', 'execute'],
    ['frobnicate', 'unknown'],
  ];
  for (const [tool, operation] of rows) assert.equal(operationOf(tool), operation, tool);
  assert.equal(accessOf('unknown', true), 'read');
  assert.equal(accessOf('unknown', null), 'write');
  // A server that calls a deletion read-only is not believed.
  assert.equal(accessOf('delete', true), 'write');
});
