import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { flagOf, itemsOf, readFrontmatter, textOf } from '../../../daemon/model/frontmatter.ts';

const HEADS: readonly (readonly [what: string, head: string, name: string, items: readonly string[]])[] = [
  ['a text', 'applyTo: "**/*.ts"', 'applyTo', ['**/*.ts']],
  ['a text without quotes, with a comment', 'applyTo: **/*.ts # all', 'applyTo', ['**/*.ts']],
  ['texts with commas', 'globs: src/**/*.ts, *.{js,jsx}', 'globs', ['src/**/*.ts', '*.{js,jsx}']],
  ['a list in brackets', `globs: ["a,b", 'c', d]`, 'globs', ['a,b', 'c', 'd']],
  ['a list in lines', 'paths:\n  - "src/**"\n  - docs/** # text\nname: x', 'paths', ['src/**', 'docs/**']],
  ['a list that is not indented', 'paths:\n- a\n- b', 'paths', ['a', 'b']],
  ['brackets over lines', 'paths: [\n  a,\n  b\n]', 'paths', ['a', 'b']],
  ['nothing', 'globs:\nalwaysApply: true', 'globs', []],
  ['Windows lines', 'a: 1\r\npaths:\r\n  - x\r', 'paths', ['x']],
];
for (const [what, head, name, items] of HEADS) {
  test(`a head with ${what}`, () => {
    const { fields, body } = readFrontmatter(`---\n${head}\n---\nBody\n`);
    assert.deepEqual(itemsOf(fields.get(name)), items);
    assert.equal(body, 'Body\n');
  });
}

test('flags, folded texts and nested tables', () => {
  const { fields } = readFrontmatter(
    '---\nalwaysApply: true\noff: False\ndescription: >-\n  one\n  two\nhooks:\n  Stop:\n    - command: x\n---\n',
  );
  assert.equal(flagOf(fields.get('alwaysApply')), true);
  assert.equal(flagOf(fields.get('off')), false);
  assert.equal(flagOf(fields.get('gone')), null);
  assert.equal(textOf(fields.get('description')), 'one two');
  assert.deepEqual(fields.get('hooks'), { kind: 'nested', lines: ['  Stop:', '    - command: x'] });
});

test('without a closed head there are no fields', () => {
  for (const text of ['', 'a: b', '---\na: b\n', ' ---\na: b\n---\n', '----\na: b\n---\n']) {
    assert.deepEqual(readFrontmatter(text), { fields: new Map(), body: text });
  }
});

test('it never throws and keeps the body', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (head, body) => {
      readFrontmatter(`---\n${head}\n---\n${body}`);
    }),
  );
});
