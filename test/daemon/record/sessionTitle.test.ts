import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sessionTitle } from '../../../daemon/record/sessionTitle.ts';

test('titles name agent, place and first tools, as far as they are known', () => {
  const facts = {
    agent_id: 'claude-code/2.1.329',
    branch: 'main',
    commit: '1a2b3c4d5e6f',
    folder: 'shop',
    first_tools: ['read_file', 'write_file'],
  };
  assert.equal(sessionTitle(facts), 'claude-code · main@1a2b3c4 · read_file, write_file');
  assert.equal(sessionTitle({ ...facts, branch: null }), 'claude-code · 1a2b3c4 · read_file, write_file');
  assert.equal(sessionTitle({ ...facts, branch: null, commit: null, first_tools: [] }), 'claude-code · shop');
  assert.equal(
    sessionTitle({ agent_id: 'unknown', branch: null, commit: null, folder: null, first_tools: [] }),
    'unknown agent',
  );
  assert.equal(
    sessionTitle({ ...facts, branch: 'x'.repeat(100), first_tools: ['y'.repeat(100), 'b', 'c', 'd'] }).length < 160,
    true,
  );
});
