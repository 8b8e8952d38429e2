/** Command lines of known servers with other folders than they have, and those that cannot have others. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pointedAt } from '../../../daemon/model/pointedAt.ts';

const FOLDERS: readonly (readonly [before: string, after: string])[] = [
  ['npx -y @modelcontextprotocol/server-filesystem /a /b', 'npx -y @modelcontextprotocol/server-filesystem /drill'],
  ['npx -y @modelcontextprotocol/server-filesystem', 'npx -y @modelcontextprotocol/server-filesystem /drill'],
  ['mcp-server-filesystem --verbose /a', 'mcp-server-filesystem --verbose /drill'],
  ['uvx mcp-server-git --repository /a -v', 'uvx mcp-server-git --repository /drill -v'],
  ['uvx mcp-server-git --repository=/a', 'uvx mcp-server-git --repository=/drill'],
  ['uvx mcp-server-git -r /a -r /b', 'uvx mcp-server-git -r /drill -r /drill'],
  ['uvx mcp-server-git', 'uvx mcp-server-git --repository /drill'],
];

test('the folders of a known server are replaced, and nothing else', () => {
  for (const [before, after] of FOLDERS) {
    const pointed = pointedAt(before.split(' '), null, '/drill');
    assert.equal(pointed.kind === 'argv' ? pointed.argv.join(' ') : pointed.why, after);
  }
});

test('what the catalog does not know how to point is refused', () => {
  const refused: readonly (readonly [readonly string[], string | null, RegExp])[] = [
    [[], 'https://example.com/mcp', /URL/],
    [['docker', 'run', 'mcp/filesystem', '/a'], null, /container/],
    [['uvx', 'mcp-server-fetch'], null, /takes no folders/],
    [['npx', '@notionhq/notion-mcp-server'], null, /takes no folders/],
    [['something'], null, /does not know/],
    [['sh', '-c', 'mcp-server-filesystem /a'], null, /shell/],
  ];
  for (const [argv, url, why] of refused) {
    const pointed = pointedAt(argv, url, '/drill');
    assert.match(pointed.kind === 'refused' ? pointed.why : pointed.argv.join(' '), why);
  }
});
