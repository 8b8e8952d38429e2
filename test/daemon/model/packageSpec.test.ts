import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imageSpec, npmSpec, pypiSpec } from '../../../daemon/model/packageSpec.ts';
import { fitsRange } from '../../../daemon/model/semverRange.ts';

type Row = readonly [text: string, name: string | null, requested: string | null, exact: boolean];

const NPM: readonly Row[] = [
  ['server', 'server', null, false],
  ['@a/server', '@a/server', null, false],
  ['@a/server@1.2.3', '@a/server', '1.2.3', true],
  ['@a/server@2026.8.31', '@a/server', '2026.8.31', true],
  ['server@1.2.3-beta.1', 'server', '1.2.3-beta.1', true],
  ['server@^1.2', 'server', '^1.2', false],
  ['server@latest', 'server', 'latest', false],
  ['mine@npm:@a/server@1.0.0', '@a/server', '1.0.0', true],
  ['owner/repo', null, 'owner/repo', false],
  [
    'github:o/r#0123456789012345678901234567890123456789',
    null,
    'github:o/r#0123456789012345678901234567890123456789',
    true,
  ],
  ['./local', null, './local', false],
];
for (const [text, name, requested, exact] of NPM)
  test(`npm reads ${text}`, () => assert.deepEqual(npmSpec(text), { ecosystem: 'npm', name, requested, exact }));

const PYPI: readonly Row[] = [
  ['mcp-server-git', 'mcp-server-git', null, false],
  ['MCP_Server.git[cli]', 'mcp-server-git', null, false],
  ['mcp-server-git==2026.11.11', 'mcp-server-git', '2026.11.11', true],
  ['mcp-server-git@2026.11.11', 'mcp-server-git', '2026.11.11', true],
  ['mcp-server-git@latest', 'mcp-server-git', 'latest', false],
  ['x>=1,<2', 'x', '>=1,<2', false],
  ['x==1.*', 'x', '==1.*', false],
  [
    'git+https://h/x@0123456789012345678901234567890123456789',
    null,
    'git+https://h/x@0123456789012345678901234567890123456789',
    true,
  ],
  ['./dist/x.whl', null, './dist/x.whl', false],
];
for (const [text, name, requested, exact] of PYPI)
  test(`pip reads ${text}`, () => assert.deepEqual(pypiSpec(text), { ecosystem: 'pypi', name, requested, exact }));

test('only a digest stands for one image', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  assert.deepEqual(imageSpec('localhost:5000/a/b:1'), {
    ecosystem: 'image',
    name: 'localhost:5000/a/b',
    requested: '1',
    exact: false,
  });
  assert.deepEqual(imageSpec('a/b'), { ecosystem: 'image', name: 'a/b', requested: null, exact: false });
  assert.deepEqual(imageSpec('localhost:5000/a'), {
    ecosystem: 'image',
    name: 'localhost:5000/a',
    requested: null,
    exact: false,
  });
  assert.deepEqual(imageSpec(`a/b:1@${digest}`), { ecosystem: 'image', name: 'a/b', requested: digest, exact: true });
});

test('ranges as npm reads them', () => {
  const fits = [
    '1.2.3 ^1.2',
    '1.2.3 ~1.2.0',
    '1.2.3 1',
    '1.2.3 1.x',
    '1.2.3 *',
    '1.2.3 >=1.0.0 <2',
    '0.2.5 ^0.2.3',
    '1.2.3 ^0.1 || ^1.0',
  ];
  const not = [
    '2.0.0 ^1.2',
    '1.3.0 ~1.2.0',
    '0.3.0 ^0.2.3',
    '1.2.2 ^1.2.3',
    '1.2.3 latest',
    '1.0.0-beta ^1.0.0',
    '2026.8.31 ^2.0.0',
  ];
  const read = (line: string) => fitsRange(line.split(' ')[0]!, line.slice(line.indexOf(' ') + 1));
  assert.deepEqual(
    fits.filter((line) => !read(line)),
    [],
  );
  assert.deepEqual(not.filter(read), []);
});
