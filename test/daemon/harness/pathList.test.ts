import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createPathList } from '../../../daemon/harness/pathList.ts';

test('paths are found by how one of their names begins', () => {
  const list = createPathList([
    'CLAUDE.md',
    'a/CLAUDE.md',
    'a/MYCLAUDE.md',
    'b/.claude/rules/x.md',
    'CLAUDE.md.bak',
    'c',
  ]);
  assert.deepEqual(list.having('CLAUDE.md'), ['CLAUDE.md', 'a/CLAUDE.md', 'CLAUDE.md.bak']);
  assert.deepEqual(list.having('.claude/rules/'), ['b/.claude/rules/x.md']);
  assert.deepEqual(list.having('\0'), []);
  assert.equal(list.having('').length, 6);
  assert.deepEqual([list.has('c'), list.has('CLAUDE'), list.has('')], [true, false, false]);
  assert.deepEqual(createPathList([]).having(''), []);
});

test('as a search path by path would find them', () => {
  const name = fc.stringMatching(/^[ab.]{1,3}$/);
  const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
  fc.assert(
    fc.property(fc.array(path, { maxLength: 20 }), path, (paths, start) => {
      const slow = paths.filter((one) => `/${one}`.includes(`/${start}`));
      assert.deepEqual(createPathList(paths).having(start), slow);
    }),
  );
});
