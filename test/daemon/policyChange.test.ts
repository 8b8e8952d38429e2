/** The narrowest rule for each reason, checked by the judgement itself: with it the call goes through, its neighbour does not. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readSettings } from '../../daemon/model/readSettings.ts';
import { serverFacts } from '../../daemon/model/toolCatalog.ts';
import { decide } from '../../daemon/policy/decide.ts';
import { effectivePolicy } from '../../daemon/policy/effective.ts';
import { realWorld } from '../../daemon/policy/realWorld.ts';
import { givenRoot } from '../../daemon/policy/roots.ts';
import { allowChange, denyChange, modeChange, type PolicyChange } from '../../daemon/policyChange.ts';
import type { PolicySettings } from '../../daemon/protocol/policy.ts';
import { JudgedPath } from '../../daemon/protocol/policy.ts';
import { changedText } from '../../daemon/settingsFile.ts';

function place(t: TestContext) {
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-allow-')));
  t.after(() => rmSync(top, { recursive: true, force: true }));
  const root = join(top, 'w');
  for (const folder of ['w/.git', 'w-evil', 'o', 'o/deep', 'home']) mkdirSync(join(top, folder), { recursive: true });
  for (const file of ['w/.env', 'w/a.txt', 'w-evil/a', 'o/x', 'o/y']) writeFileSync(join(top, file), 'x');
  symlinkSync(join(top, 'o'), join(root, 'l'));
  const world = realWorld({
    paths: 'posix',
    platform: process.platform,
    home: join(top, 'home'),
    cwd: root,
    serverPid: null,
    tempFolders: [],
    ownFolders: [],
    wsl: false,
  });
  const judge = (user: PolicySettings, tool: string, args: object) => {
    const file = { v: 1 as const, user, origins: {}, repositories: {}, freezes: [], pinned: [], workspaces: [] };
    const policy = effectivePolicy(file, { server: 'fs', principal: null, roots: givenRoot(root, world).roots }, world);
    return decide(
      policy,
      {
        method: 'tools/call',
        tool,
        arguments: args,
        inputSchema: null,
        readOnlyHint: null,
        server: serverFacts('fs', [], null),
        frozen: [],
        once: null,
        listed: { surface: null, surface_hidden: null, contract: null },
      },
      world,
    );
  };
  return { top, root, judge };
}

function applied(text: string, change: PolicyChange): PolicySettings {
  assert.equal(change.kind, 'edit', change.sentence);
  const changed = changedText(text, change.kind === 'edit' ? change.edits : []);
  const read = readSettings(changed ?? '{');
  assert.ok(read.kind === 'read' && read.policy !== null);
  return read.policy;
}

/** What is asked for; and a neighbour of it, which stays refused. */
const PATHS: readonly (readonly [reason: string, tool: string, path: string, neighbour: string])[] = [
  ['symlink_escape', 'read_file', 'l/x', 'l/y'],
  ['parent_traversal', 'read_file', '../o/x', '../o/y'],
  ['sibling_workspace', 'read_file', 'TOP/w-evil/a', 'TOP/w-evil/b'],
  ['hidden_config', 'write_file', '.git/hooks', '.git/config'],
  ['credential_file', 'read_file', '.env', '.env.local'],
  ['write_outside_root', 'write_file', 'TOP/o/x', 'TOP/o/y'],
  ['read_outside_root', 'read_file', 'TOP/o/x', 'TOP/o/y'],
];
for (const [reason, tool, path, neighbour] of PATHS)
  test(`${reason}: the path and nothing beside it`, (t) => {
    if (process.platform === 'win32') return;
    const { top, judge } = place(t);
    const text = '{\n  // mine\n  "policy": { "mode": "enforce" }\n}\n';
    const user: PolicySettings = { mode: 'enforce' };
    const at = (one: string) => ({ path: one.replace('TOP', top) });
    const denied = judge(user, tool, at(path));
    assert.deepEqual([denied.decision, denied.reason], ['deny', reason]);
    assert.equal(judge(user, tool, at(neighbour)).decision, 'deny');
    const paths = JudgedPath.array().parse(denied.paths);
    const change = allowChange(
      { reason: denied.reason ?? 'invalid_path', rule: denied.rule, server: 'fs', tool, paths },
      user,
    );
    const after = applied(text, change);
    assert.equal(judge(after, tool, at(path)).decision, 'allow', JSON.stringify(after));
    assert.equal(judge(after, tool, at(neighbour)).decision, 'deny');
    if (tool === 'read_file') assert.equal(judge(after, 'write_file', at(path)).decision, 'deny');
  });

test('what is allowed to be read may be written with one more entry', (t) => {
  if (process.platform === 'win32') return;
  const { top, judge } = place(t);
  const path = join(top, 'o', 'x');
  const text = `{"policy": {"mode": "enforce", "servers": {"fs": {"allow": [{"path": ${JSON.stringify(path)}, "access": "read"}]}}}}`;
  const user = applied(text, modeChange('enforce', null, null));
  const denied = judge(user, 'write_file', { path });
  assert.equal(denied.reason, 'write_not_allowed');
  const paths = JudgedPath.array().parse(denied.paths);
  const change = allowChange(
    { reason: 'write_not_allowed', rule: denied.rule, server: 'fs', tool: 'write_file', paths },
    user,
  );
  assert.equal(judge(applied(text, change), 'write_file', { path }).decision, 'allow');
});

test("a path of the user's own deny list goes through without that entry only", (t) => {
  const { judge } = place(t);
  const text = '{"policy": {"mode": "enforce", "deny": ["a.txt", "b.txt"]}}';
  const user: PolicySettings = { mode: 'enforce', deny: ['a.txt', 'b.txt'] };
  const denied = judge(user, 'read_file', { path: 'a.txt' });
  assert.equal(denied.decision, 'deny');
  const paths = JudgedPath.array().parse(denied.paths);
  const reason = denied.reason ?? 'invalid_path';
  const after = applied(text, allowChange({ reason, rule: denied.rule, server: 'fs', tool: 'read_file', paths }, user));
  assert.deepEqual(after.deny, ['b.txt']);
  const foreign = allowChange({ reason, rule: 'deny:x', server: 'fs', tool: 'read_file', paths }, user);
  assert.equal(foreign.kind, 'none');
});

test('a tool is added to the lists that lack it, or taken out of what denies it', (t) => {
  const { judge } = place(t);
  const user: PolicySettings = {
    mode: 'enforce',
    tools: { allow: ['read_*'] },
    servers: { fs: { tools: { allow: ['read_file'], deny: ['rm'] } } },
  };
  const text = JSON.stringify({ policy: user }, null, 2);
  for (const [tool, rule] of [
    ['write_file', 'tools.allow'],
    ['rm', 'tools.deny:rm'],
  ] as const) {
    const denied = judge(user, tool, {});
    assert.deepEqual([denied.reason, denied.rule], ['tool_not_allowed', rule]);
    const one = { reason: 'tool_not_allowed', rule, server: 'fs', tool, paths: [] } as const;
    const after = applied(text, allowChange({ ...one, paths: [] }, user));
    if (tool === 'write_file') assert.equal(judge(after, tool, {}).decision, 'allow');
    else assert.deepEqual(after.servers?.fs?.tools?.deny, []);
  }
});

test('what no setting lifts is said; a path that has no name turns its rule off', () => {
  const denied = { rule: 'freeze:frz_1', server: 'fs', tool: 'x', paths: [] };
  assert.match(allowChange({ ...denied, reason: 'server_frozen' }, {}).sentence, /callgrove thaw server/);
  assert.match(allowChange({ ...denied, reason: 'contract_changed' }, {}).sentence, /callgrove policy accept fs/);
  const off = applied('', allowChange({ ...denied, rule: 'invalid_path', reason: 'invalid_path' }, {}));
  assert.deepEqual(off, { servers: { fs: { rules: { invalid_path: 'off' } } } });
});

test('to keep out: the path, else the tool; modes of everything, of a server, of a rule', () => {
  assert.deepEqual(applied('', denyChange({ server: 'fs', tool: 'x', paths: ['/etc/passwd'] }, {})), {
    servers: { fs: { deny: ['/etc/passwd'] } },
  });
  assert.deepEqual(applied('', denyChange({ server: 'a.b/c', tool: 'x', paths: [] }, {})), {
    servers: { 'a.b/c': { tools: { deny: ['x'] } } },
  });
  assert.deepEqual(applied('{}', modeChange('enforce', 'fs', 'symlink_escape')), {
    servers: { fs: { rules: { symlink_escape: 'enforce' } } },
  });
  assert.equal(modeChange('off', null, null).kind, 'none');
});

test('comments, order and indentation of the settings stay', () => {
  const text =
    '{\n\t// why\n\t"policy": {\n\t\t"mode": "observe", // for now\n\t\t"allow": [\n\t\t\t{ "path": "/a", "access": "read" }, // first\n\t\t],\n\t},\n}\n';
  const path = ['policy', 'allow', -1];
  const changed = changedText(text, [{ path, value: { path: '/b', access: 'read' } }]) ?? '';
  for (const kept of ['// why', '"mode": "observe", // for now', '// first'])
    assert.ok(changed.includes(kept), changed);
  const read = readSettings(changed);
  assert.ok(read.kind === 'read');
  assert.deepEqual(
    read.policy?.allow?.map(({ path: one }) => one),
    ['/a', '/b'],
  );
});
