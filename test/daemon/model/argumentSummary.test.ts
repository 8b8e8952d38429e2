import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { argumentSummary, MAX_SUMMARY_CHARS } from '../../../daemon/model/argumentSummary.ts';

test('what a call reaches for comes first', () => {
  const table: [args: unknown, line: string][] = [
    [{ path: '/w/a.txt' }, '/w/a.txt'],
    [{ content: 'hello', path: '/w/a.txt' }, '/w/a.txt · content: hello'],
    [{ destination: '/b', source: '/a' }, '/a · /b'],
    [{ head: 3, dryRun: false, path: 'x' }, 'x · head: 3 · dryRun: false'],
    [{ paths: ['a', 'b', 'c', 'd'] }, '[a, b, c, … 4 in all]'],
    [{ edits: [{ oldText: 'a' }], path: 'x' }, 'x · edits: [1 item]'],
    [{ edits: [{ oldText: 'a' }, {}] }, 'edits: [2 items]'],
    [{ url: 'https://example.com/x' }, 'https://example.com/x'],
    [
      { content: 'line one\nline two\n'.repeat(10) },
      `content: ${'line one line two '.repeat(10).slice(0, 79)}… (21 lines)`,
    ],
    [{ options: { a: 1, b: 2, c: 3, d: 4 } }, 'options: {a, b, c, …}'],
    [{}, ''],
    [undefined, ''],
    ['plain', 'plain'],
    [[1, null], '[1, null]'],
    [{ message: 'a\u202eb\u0007c' }, 'a b c'],
  ];
  for (const [args, line] of table) assert.equal(argumentSummary(args), line, JSON.stringify(args));
});

test('paths in the workspace are shown as they lie below it', () => {
  const table: [args: unknown, root: string | null, line: string][] = [
    [{ path: '/tmp/x/src/cart.js' }, '/tmp/x', 'src/cart.js'],
    [{ path: '/tmp/x/src/cart.js' }, '/tmp/x/', 'src/cart.js'],
    [{ path: '/tmp/x' }, '/tmp/x', '.'],
    [{ path: '/tmp/x/' }, '/tmp/x', '.'],
    [{ path: '/tmp/xy/a' }, '/tmp/x', '/tmp/xy/a'],
    [{ path: '/tmp/y/a' }, '/tmp/x', '/tmp/y/a'],
    [{ path: '/tmp/x/a' }, null, '/tmp/x/a'],
    [{ path: '/tmp/x/a' }, '/', '/tmp/x/a'],
    [{ path: 'src/a' }, '/tmp/x', 'src/a'],
    [{ paths: ['/tmp/x/a', '/etc/b'] }, '/tmp/x', '[a, /etc/b]'],
    [{ source: '/tmp/x/a', destination: '/tmp/x/b' }, '/tmp/x', 'a · b'],
    [{ path: 'C:\\w\\src\\a.ts' }, 'C:\\w', 'src\\a.ts'],
    [{ command: 'cat /tmp/x/a' }, '/tmp/x', 'cat /tmp/x/a'],
    [{ path: `/tmp/x/${'d/'.repeat(60)}a` }, '/tmp/x', `${'d/'.repeat(60).slice(0, 79)}… (121 characters)`],
  ];
  for (const [args, root, line] of table) assert.equal(argumentSummary(args, root), line, JSON.stringify(args));
});

test('any arguments give one short line', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (args) => {
      const line = argumentSummary(args);
      assert.ok(line.length <= MAX_SUMMARY_CHARS);
      assert.doesNotMatch(line, /[\n\r\u2028]/);
    }),
  );
});

test('many members end in an ellipsis', () => {
  const args = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`option_${index}`, 'value']));
  assert.match(argumentSummary(args), / · …$/);
});
