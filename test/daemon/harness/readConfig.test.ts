import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createFiles } from '../../../daemon/harness/files.ts';
import { memberAt, readConfig, stringList } from '../../../daemon/harness/readConfig.ts';
import { folderTree } from '../../support/folderTree.ts';

const TEXTS: readonly (readonly [name: string, text: string, value: unknown])[] = [
  ['a.json', '{"a": 1, // comment\n "b": [true,],}', { a: 1, b: [true] }],
  ['a.toml', 'a = "x"\n[b.c]\nd = [1]\n', { a: 'x', b: { c: { d: [1] } } }],
  [
    'a.yml',
    '---\na: x # comment\nb:\n  - y\n  - z\nc: true\nd:\n  e: f\n',
    { a: 'x', b: ['y', 'z'], c: true, d: '  e: f' },
  ],
  ['.env', '# comment\nexport A=secret\n B = secret\nC\n', { A: true, B: true }],
];
for (const [name, text, value] of TEXTS) {
  test(`${name} is read`, (context) => {
    const folder = folderTree(context, { [name]: text });
    const read = readConfig(join(folder, name), folder, createFiles());
    assert.deepEqual(read.kind === 'read' && read.value, value);
  });
}

test('what cannot be read is said, and nothing is thrown', (context) => {
  const folder = folderTree(context, {
    'broken.json': '{',
    'broken.toml': 'a = ',
    'deep.json': '['.repeat(200),
    'deep.toml': `a = ${'['.repeat(5000)}`,
    'large.json': `"${'x'.repeat(5 * 1024 * 1024)}"`,
    'out.json': { link: '/etc/hostname' },
  });
  const kindOf = (name: string) => readConfig(join(folder, name), folder, createFiles()).kind;
  for (const name of ['broken.json', 'broken.toml', 'deep.json', 'deep.toml', 'large.json', 'out.json']) {
    assert.equal(kindOf(name), 'failed', name);
  }
  assert.equal(kindOf('gone.json'), 'absent');
});

test('members and lists', () => {
  assert.equal(memberAt({ a: { b: 1 } }, ['a', 'b']), 1);
  assert.equal(memberAt({ a: 1 }, ['a', 'b']), undefined);
  assert.equal(memberAt({}, ['constructor']), undefined);
  assert.deepEqual(stringList('x'), ['x']);
  assert.deepEqual(stringList(['x', 1, null]), ['x']);
  assert.deepEqual(stringList({}), []);
});
