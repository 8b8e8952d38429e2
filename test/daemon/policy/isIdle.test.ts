import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PolicyRequest } from '../../../daemon/policy/decide.ts';
import { isIdle } from '../../../daemon/policy/isIdle.ts';
import type { Freeze } from '../../../daemon/protocol/policy.ts';

const call: PolicyRequest = {
  method: 'tools/call',
  tool: 'echo',
  arguments: { text: 'hello' },
  inputSchema: null,
  readOnlyHint: null,
  server: { name: 'x', known: null, folders: [], where: 'here', container: null },
  frozen: [],
  once: null,
  listed: { surface: null, surface_hidden: null, contract: null },
};
const nothing = { operation: 'unknown', paths: [], cut: false } as const;
const freeze: Freeze = {
  freeze_id: 'f1',
  kind: 'server',
  target: 'x',
  processes: [],
  by: 'cli',
  at: '2026-01-01T00:00:00.000Z',
  reason: null,
};

test('a call that names nothing is idle; what names a path, was cut, is frozen or is no call is not', () => {
  assert.equal(isIdle(call, nothing), true);
  const path = { argument: 'x', value: '/etc', access: 'read', by: 'look' } as const;
  assert.equal(isIdle(call, { ...nothing, paths: [path] }), false);
  assert.equal(isIdle(call, { ...nothing, cut: true }), false);
  assert.equal(isIdle({ ...call, frozen: [freeze] }, nothing), false);
  assert.equal(isIdle({ ...call, method: 'resources/read', tool: null }, nothing), false);
});
