import assert from 'node:assert/strict';
import { matchesGlob } from 'node:path/posix';
import { test } from 'node:test';
import fc from 'fast-check';
import { globMatch } from '../../../daemon/model/globMatch.ts';

const ROWS: readonly (readonly [pattern: string, path: string, fits: boolean])[] = [
  ['**/CLAUDE.md', 'CLAUDE.md', true],
  ['**/CLAUDE.md', '/a/b/CLAUDE.md', true],
  ['/a/**', '/a/b/c', true],
  ['/a/**', '/ab', false],
  ['*.md', 'a/b.md', false],
  ['*.md', '.b.md', true],
  ['src/**/x.ts', 'src/x.ts', true],
  ['a?c', 'abc', true],
  ['a[b-d]c', 'acc', true],
  ['a[!b]c', 'abc', false],
  ['*.{ts,tsx}', 'a.tsx', true],
  ['{a,b/{c,d}}/e', 'b/d/e', true],
  ['a{b', 'a{b', true],
  ['*a*b*', 'xxaxxbxx', true],
  ['', '', true],
];
for (const [pattern, path, fits] of ROWS) {
  test(`${pattern} ${fits ? 'fits' : 'does not fit'} ${path}`, () => assert.equal(globMatch(pattern, path), fits));
}

test('it agrees with Node on simple patterns', () => {
  const part = fc.constantFrom('a', 'b', 'ab', '*', '?', 'a*', '*b', '**');
  const name = fc.constantFrom('a', 'b', 'ab', 'aab', 'ba');
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 1, maxLength: 5 }),
      fc.array(name, { minLength: 1, maxLength: 5 }),
      (parts, names) => {
        // Node reads `**` at the end as one name at least.
        const pattern = [...parts, 'z'].join('/');
        const path = [...names, 'z'].join('/');
        assert.equal(globMatch(pattern, path), matchesGlob(path, pattern), `${pattern} ${path}`);
      },
    ),
  );
});

test('a hostile pattern costs no more than its length allows', () => {
  assert.equal(globMatch('*a'.repeat(500), 'a'.repeat(10_000)), true);
  assert.equal(globMatch(`${'*a'.repeat(499)}b`, 'a'.repeat(10_000)), false);
  assert.equal(globMatch(`${'**/'.repeat(300)}b`, 'a/'.repeat(1000)), false);
  assert.equal(globMatch('{a,b}'.repeat(150), 'x'), false);
  assert.equal(globMatch('*'.repeat(2000), 'x'), false);
});
