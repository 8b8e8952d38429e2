import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findArguments } from '../../../daemon/model/findArguments.ts';
import type { KnownTool, OperationClass } from '../../../daemon/model/toolCatalog.ts';

function found(
  args: unknown,
  operation: OperationClass = 'read',
  known: KnownTool | null = null,
  schema: unknown = null,
) {
  return findArguments(args, schema, known, operation, null).paths.map(
    ({ argument, value, access, by }) => `${argument}=${value} ${access} ${by}`,
  );
}

test('paths are found by name, nested and in arrays', () => {
  const rows: [args: unknown, paths: string[]][] = [
    [{ path: 'a.txt' }, ['path=a.txt read name']],
    [
      { filePath: 'a', file_path: 'b', 'new-path': 'c', directory: 'd' },
      ['filePath=a read name', 'file_path=b read name', 'new-path=c read name', 'directory=d read name'],
    ],
    [{ paths: ['a', 'b'] }, ['paths[0]=a read name', 'paths[1]=b read name']],
    [{ edits: [{ file: { path: 'x/y' } }] }, ['edits[0].file.path=x/y read name']],
    [{ file: 'x/y' }, ['file=x/y read name']],
    [{ file: 'just words' }, []],
    [{ source: '/a', note: '/b' }, ['source=/a read name']],
    [{ anything: '/etc/passwd' }, ['anything=/etc/passwd read look']],
    [{ anything: '../../x' }, ['anything=../../x read look']],
    [{ anything: '/help' }, []],
    [{ content: '/etc/passwd', text: '../x', command: '/bin/ls -l' }, []],
    [{ module: 'node:fs', link: 'https://example.com/a' }, []],
    [{ resource: 'file:///etc/passwd' }, ['resource=file:///etc/passwd read uri']],
    [{ content: 'file:///etc/passwd' }, ['content=file:///etc/passwd read uri']],
    // A name with a line in it is a name, and an address can be climbed out of.
    [{ path: 'a\n/../../etc/passwd' }, ['path=a\n/../../etc/passwd read name']],
    [{ path: 'https://x/../../../etc/passwd' }, ['path=https://x/../../../etc/passwd read name']],
    [{ path: 'https://example.com/a' }, []],
    [{ target: '--output=/etc/x' }, ['target=/etc/x write look']],
    ['/etc/passwd', ['=/etc/passwd read look']],
    [null, []],
    [42, []],
  ];
  for (const [args, paths] of rows) assert.deepEqual(found(args), paths, JSON.stringify(args));
});

test('what is read and what is written', () => {
  assert.deepEqual(found({ source: '/a', destination: '/b' }, 'create'), [
    'source=/a read name',
    'destination=/b write name',
  ]);
  assert.deepEqual(found({ source: '/a', destination: '/b' }, 'move'), [
    'source=/a write name',
    'destination=/b write name',
  ]);
  assert.deepEqual(found({ path: '/a' }, 'write'), ['path=/a write name']);
});

test('the catalog knows all paths of a tool, whatever form they come in', () => {
  const known: KnownTool = { operation: 'read', paths: { 'paths[]': 'read', 'files[].to': 'write' } };
  assert.deepEqual(found({ paths: ['a'], files: [{ to: 'b', note: '/c' }] }, 'read', known), [
    'paths[0]=a read catalog',
    'files[0].to=b write catalog',
  ]);
  assert.deepEqual(found({ paths: '/etc/passwd' }, 'read', known), ['paths=/etc/passwd read catalog']);
  assert.deepEqual(found({ content: '/etc/passwd', path: '/x' }, 'read', known), []);
});

test('a schema says what is a path, and what is one somewhere else', () => {
  const schema = { properties: { where: { type: 'string', format: 'path' }, path: { type: 'string' } } };
  assert.deepEqual(found({ where: 'a' }, 'read', null, schema), ['where=a read schema']);
  const hosted = { properties: { owner: {}, repo: {}, path: {} } };
  assert.deepEqual(found({ owner: 'o', repo: 'r', path: '/' }, 'read', null, hosted), []);
  // Whoever calls can add any argument.
  assert.deepEqual(found({ owner: 'o', path: '/etc/passwd' }, 'read'), ['path=/etc/passwd read name']);
});

test('arguments are looked through to a bound, and what is cut is told', () => {
  const many = findArguments({ paths: Array.from({ length: 5000 }, (_, at) => `${at}`) }, null, null, 'read', null);
  assert.deepEqual([many.paths.length, many.cut], [1000, true]);
  let deep: unknown = { path: '/etc/passwd' };
  for (let depth = 0; depth < 100; depth++) deep = { deep };
  assert.equal(findArguments(deep, null, null, 'read', null).cut, true);
  assert.deepEqual(found(JSON.parse('{"__proto__":{"path":"x"},"constructor":{"path":"y"}}')), [
    '__proto__.path=x read name',
    'constructor.path=y read name',
  ]);
});
