import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidates } from '../../extension/capturedPath.ts';

test('a name leads into the place that it says, and nowhere else', () => {
  const at = (place: Parameters<typeof candidates>[1], path: string, root = '/home/ada/shop') =>
    candidates(root, place, path, '/home/ada');
  assert.deepEqual(at('repository', 'docs/a.md'), ['/home/ada/shop/docs/a.md']);
  assert.deepEqual(at('repository', '../secret'), []);
  assert.deepEqual(at('repository', 'docs/../../secret'), []);
  assert.deepEqual(at('repository', ''), []);
  assert.deepEqual(at('home', '.claude/CLAUDE.md'), ['/home/ada/.claude/CLAUDE.md']);
  assert.deepEqual(at('parent', 'CLAUDE.md'), ['/home/ada/CLAUDE.md', '/home/CLAUDE.md', '/CLAUDE.md']);
  assert.deepEqual(at('managed', '/etc/claude-code/CLAUDE.md'), ['/etc/claude-code/CLAUDE.md']);
  assert.deepEqual(at('managed', 'CLAUDE.md'), []);
  assert.deepEqual(at('managed', '//host/share/x'), []);
  assert.deepEqual(at('repository', 'a.md', '//host/share'), []);
  assert.deepEqual(at('repository', 'a.md', 'relative'), []);
});
