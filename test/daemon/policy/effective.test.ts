/** From settings to the policy that counts: who says what, what a repository may do, what the bundle's id stands for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effectivePolicy } from '../../../daemon/policy/effective.ts';
import { contractState, isHeld } from '../../../daemon/policy/pinning.ts';
import { givenRoot } from '../../../daemon/policy/roots.ts';
import { surfaceOf, toolRefused } from '../../../daemon/policy/surface.ts';
import type { Origin, PolicyFile, PolicySettings } from '../../../daemon/protocol/policy.ts';
import { inventedWorld, policyFile } from '../../support/policyWorld.ts';

const world = inventedWorld(['/ws/a', '/other/b']);
const { roots } = givenRoot('/ws', world);
const effective = (file: PolicyFile, server = 'fs', principal = 'claude-code/2.1') =>
  effectivePolicy(file, { server, principal, roots }, world);
const withRepository = (user: PolicySettings, settings: PolicySettings, root = '/ws') =>
  effective(policyFile(user, { repositories: { [root]: { settings, origins: {} } } }));
const at = (line: number): Origin => ({ from: 'user', file: '/c', line, column: 1 });

test('everything is observed where nothing is said', () => {
  const { mode, rules, toolsAllow, pin } = effective(policyFile());
  assert.deepEqual(
    [mode, rules.read_outside_root.mode, rules.server_frozen.mode, toolsAllow, pin.on],
    ['observe', 'observe', 'enforce', [], false],
  );
});

test('the closer counts: the server before the agent, the agent before all', () => {
  const user: PolicySettings = {
    mode: 'enforce',
    principals: { 'claude-code': { rules: { hidden_config: 'off' } } },
    servers: { fs: { mode: 'observe', rules: { credential_file: 'enforce' } } },
  };
  const fs = effective(policyFile(user));
  assert.deepEqual(
    [fs.mode, fs.rules.hidden_config.mode, fs.rules.credential_file.mode],
    ['observe', 'observe', 'enforce'],
  );
  const other = effective(policyFile(user), 'git');
  assert.deepEqual(
    [other.mode, other.rules.hidden_config.mode, other.rules.unprovable_root.mode],
    ['enforce', 'off', 'observe'],
  );
  assert.equal(effective(policyFile({ servers: {} }), 'constructor').mode, 'observe');
});

test('each rule has its origin, or that of the nearest member around it', () => {
  const user: PolicySettings = { mode: 'enforce', servers: { 'a/b': { rules: { host_mount: 'off' }, deny: ['x'] } } };
  const origins = { '/mode': at(2), '/servers/a~1b': at(4), '/servers/a~1b/rules/host_mount': at(5) };
  const policy = effective(policyFile(user, { origins }), 'a/b');
  assert.deepEqual(policy.rules.host_mount.origin, at(5));
  assert.deepEqual(policy.rules.invalid_path.origin, at(2));
  assert.deepEqual(policy.deny[0]?.origin, at(4));
  assert.equal(policy.rules.unprovable_root.origin.from, 'default');
});

test('a repository narrows', () => {
  const { mode, rules, deny, toolsDeny, pin, widenings } = withRepository(
    {},
    { mode: 'enforce', deny: ['secret'], tools: { deny: ['write_*'] }, pin: true },
  );
  assert.deepEqual([mode, rules.read_outside_root.mode, rules.unprovable_root.mode], ['enforce', 'enforce', 'observe']);
  assert.deepEqual([deny.length, toolsDeny.length, pin.on, widenings.length], [1, 1, true, 0]);
});

test('a repository does not widen, and what it tried is named', () => {
  const user: PolicySettings = {
    mode: 'enforce',
    pin: true,
    deny: ['secret'],
    tools: { allow: ['read_*'] },
    paths: { credential_files: ['**/x'] },
  };
  const plain = effective(policyFile(user));
  const tried = withRepository(user, {
    mode: 'observe',
    pin: false,
    rules: { credential_file: 'off' },
    allow: [{ path: '/', access: 'write' }],
    deny: ['!secret'],
    tools: { allow: ['*'] },
    paths: { credential_files: ['!**/x'] },
    servers: { fs: { rules: { hidden_config: 'observe' }, allow: [{ path: '~/.ssh', access: 'read' }] } },
  });
  assert.deepEqual(tried.widenings.map(({ what }) => what).sort(), [
    '/allow/0',
    '/deny/0',
    '/mode',
    '/paths/credential_files/0',
    '/pin',
    '/rules/credential_file',
    '/servers/fs/allow/0',
    '/servers/fs/rules/hidden_config',
  ]);
  assert.deepEqual(
    [tried.mode, tried.pin.on, tried.rules, tried.deny, tried.allow, tried.lists],
    [plain.mode, plain.pin.on, plain.rules, plain.deny, plain.allow, plain.lists],
  );
  assert.notEqual(toolRefused(tried, 'write_file'), null);
});

test('only the file of a root of this connection counts', () => {
  assert.equal(withRepository({}, { mode: 'enforce' }, '/other').mode, 'observe');
});

test('the bundle’s id stands for what counts, not for who said it', () => {
  const one = effective(policyFile({ mode: 'enforce' }, { origins: { '/mode': at(1) } }));
  const same = effective(policyFile({ servers: { fs: { mode: 'enforce' } } }));
  assert.equal(one.bundle, same.bundle);
  assert.match(one.bundle, /^sha256:[0-9a-f]{64}$/);
  assert.notEqual(one.bundle, effective(policyFile({ mode: 'enforce', deny: ['x'] })).bundle);
});

test('tools: denied by name or pattern, allowed by every list that there is', () => {
  const policy = withRepository(
    { mode: 'enforce', tools: { allow: ['read_*', 'list_*'], deny: ['*_secret'] } },
    { tools: { allow: ['read_*'] } },
  );
  const names = ['read_file', 'list_directory', 'read_secret', 'write_file'];
  assert.deepEqual(
    names.map((name) => toolRefused(policy, name) === null),
    [true, false, false, false],
  );
  const tools = names.map((name) => ({ name, digest: `sha256:${name}` }));
  const { visible, hidden, surface } = surfaceOf(policy, tools);
  assert.deepEqual(
    [visible.map(({ name }) => name), hidden],
    [['read_file'], ['list_directory', 'read_secret', 'write_file']],
  );
  assert.equal(surface, surfaceOf(policy, tools.toReversed()).surface);
  const observed = surfaceOf(effective(policyFile({ tools: { deny: ['read_file'] } })), tools);
  assert.deepEqual([observed.visible.length, observed.hidden], [4, ['read_file']]);
});

test('a contract: nothing accepted, the same, changed', () => {
  const pinned = { server: 'fs', contract: 'c', tools: { a: '1', b: '2' } };
  assert.equal(contractState(null, { a: '1' }).state, 'unpinned');
  assert.equal(contractState(pinned, { b: '2', a: '1' }).state, 'accepted');
  const changed = contractState(pinned, { a: '9', c: '3' });
  assert.deepEqual(changed, { state: 'changed', changed: ['a'], added: ['c'], removed: ['b'] });
  assert.deepEqual(
    ['a', 'b', 'c'].map((tool) => isHeld(changed, tool)),
    [true, false, true],
  );
});
