/** What passes once: the request that was refused and no neighbour of it; nothing that a freeze stops or a pin holds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decide, type PolicyRequest } from '../../../daemon/policy/decide.ts';
import { argumentsDigest } from '../../../daemon/policy/once.ts';
import { DENIAL_REASONS } from '../../../daemon/policy/reasons.ts';
import type { DenialReason, Once, PolicySettings } from '../../../daemon/protocol/policy.ts';
import { skim } from '../../../daemon/proxy/skim.ts';
import { inventedWorld, ONCE, testPolicy, toolCall } from '../../support/policyWorld.ts';

const WORLD = inventedWorld(['/ws/.git/', '/ws/a.txt', '/ws/link -> /out', '/out/x.txt', '/out/y.txt']);

function judged(request: PolicyRequest, once: Partial<Once> | null, user: PolicySettings = { mode: 'enforce' }) {
  const asked = { ...request, once: once && { ...ONCE, ...once } };
  const { decision, reason, rule } = decide(testPolicy(WORLD, ['/ws'], user), asked, WORLD);
  return [decision, reason, rule].filter((one) => one !== null).join(' ');
}

const read = (path: string, tool = 'read_file') => toolCall(tool, { path });

test('the request that was refused passes, however it spells its path, and says by what', () => {
  assert.equal(judged(read('/out/x.txt'), null), 'deny read_outside_root root:/ws');
  assert.equal(judged(read('/out/x.txt'), {}), 'allow once:once_1');
  assert.equal(judged(read('/out/../out/./x.txt'), {}), 'allow once:once_1');
});

test('no neighbour of it passes', () => {
  const denied = /^deny /;
  assert.match(judged(read('/out/y.txt'), {}), denied, 'another file');
  assert.match(judged(read('/out'), {}), denied, 'its folder');
  assert.match(judged(read('/out/x.txt', 'read_text_file'), {}), denied, 'another tool');
  assert.match(judged(toolCall('read_file', { path: '/out/x.txt', more: '/out/y.txt' }), {}), denied, 'a second path');
  assert.match(
    judged(toolCall('write_file', { path: '/out/x.txt' }), { tool: 'write_file' }),
    denied,
    'another access',
  );
  assert.match(judged(read('/ws/link/x.txt'), {}), denied, 'the same file for another reason');
  assert.match(judged(read('/out/x.txt'), { server: 'other' }), denied, 'another server');
  assert.match(judged(read('/out/x.txt'), { method: 'resources/read' }), denied, 'another method');
});

test('what goes on anyway is not changed by it', () => {
  assert.equal(judged(read('/ws/a.txt'), {}), 'allow');
  assert.equal(judged(read('/out/x.txt'), {}, { mode: 'observe' }), 'would_deny read_outside_root root:/ws');
});

test('a request without a path passes with the same arguments only', () => {
  const lists: PolicySettings = { mode: 'enforce', tools: { deny: ['drop'] } };
  const once = { tool: 'drop', reason: 'tool_not_allowed' as const, paths: [] };
  const digest = argumentsDigest({ table: 'a', all: true });
  const drop = (args: object) => judged(toolCall('drop', args), { ...once, arguments: digest }, lists);
  assert.equal(drop({ all: true, table: 'a' }), 'allow once:once_1');
  assert.match(drop({ all: true, table: 'b' }), /^deny tool_not_allowed/);
  assert.match(drop({}), /^deny tool_not_allowed/);
  assert.match(judged(toolCall('drop', {}), { ...once, arguments: null }, lists), /^deny/, 'nothing was said of them');
});

test('a long text that was left out when the request was read counts as it is', () => {
  const long = 'x'.repeat(5000);
  const read = skim(Buffer.from(JSON.stringify({ sql: long })), 's'.repeat(32));
  assert.ok(read);
  assert.equal(argumentsDigest(read.value, read.texts), argumentsDigest({ sql: long }));
  assert.notEqual(argumentsDigest(read.value, read.texts), argumentsDigest({ sql: `${long}x` }));
});

test('a freeze and a pin let nothing through, whatever stands in the file', () => {
  const frozen = (['server', 'session', 'lane'] as const).map((kind) => ({
    freeze_id: 'frz_1',
    kind,
    target: 'fs',
    processes: [],
    by: 'ada',
    reason: null,
    at: ONCE.at,
  }));
  for (const freeze of frozen) {
    const request = { ...read('/out/x.txt'), frozen: [freeze] };
    for (const reason of DENIAL_REASONS) assert.match(judged(request, { reason }), /^deny \w+_frozen/);
  }
  const contract = { state: 'changed' as const, changed: ['read_file'], added: [], removed: [] };
  const held = { ...read('/out/x.txt'), listed: { surface: null, surface_hidden: null, contract } };
  const pinned: PolicySettings = { mode: 'enforce', pin: true };
  for (const reason of ['contract_changed', 'read_outside_root'] satisfies DenialReason[])
    assert.match(judged(held, { reason }, pinned), /^deny contract_changed/);
});
