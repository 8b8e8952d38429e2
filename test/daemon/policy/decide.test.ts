/** One judgement for a whole request: what comes first, what several paths come to, and what stands on the record. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serverFacts } from '../../../daemon/model/toolCatalog.ts';
import { type Decision, decide } from '../../../daemon/policy/decide.ts';
import { denialAnswer } from '../../../daemon/policy/denial.ts';
import { contractState } from '../../../daemon/policy/pinning.ts';
import { DecisionRecord, type Freeze, type PolicySettings } from '../../../daemon/protocol/policy.ts';
import { inventedWorld, testPolicy, toolCall } from '../../support/policyWorld.ts';

const world = inventedWorld([
  '/ws/a.txt',
  '/ws/l -> /etc/passwd',
  '/etc/passwd',
  '/ws-b/x',
  '/data/d',
  '/home/ada/.ssh/id_rsa',
]);
const judged = (args: unknown, user: PolicySettings = { mode: 'enforce' }, tool = 'read_file', rest = {}): Decision =>
  decide(testPolicy(world, ['/ws'], user), toolCall(tool, args, rest), world);
const short = ({ decision, reason }: Decision) => `${decision} ${reason}`;
const FREEZE: Freeze = {
  freeze_id: 'frz_1',
  kind: 'server',
  target: 'fs',
  processes: [],
  by: 'ada',
  reason: null,
  at: '',
};

test('what is on record is whole, and of its shape', () => {
  const decision = judged({ path: '/ws/l', content: 'héllo' }, {}, 'write_file');
  assert.equal(short(decision), 'would_deny symlink_escape');
  assert.deepEqual(decision.input_summary, {
    requested_path: '/ws/l',
    cwd: '/ws',
    canonical_path: '/etc/passwd',
    allowed_root: '/ws',
    symlinks: ['/ws/l'],
    requested_url: null,
    normalized_target: null,
    dns_answers: null,
    resolved_ip_class: null,
    redirect_chain: 'unknown',
    operation_class: 'write',
    content_length: 6,
    redaction_class: 'none',
    redaction_rule: null,
  });
  assert.equal(decision.requested_capability, 'write:/ws/l');
  assert.equal(decision.mode, 'observe');
  assert.match(decision.remedy ?? '', /link/);
  assert.ok(DecisionRecord.safeParse({ frame: 'f', request_id: '1', took_us: 1, ...decision }).success);
});

test('of several paths the first that is refused decides, and every one is listed', () => {
  const decision = judged({ paths: ['/ws/a.txt', '/etc/passwd', '/ws-b/x'] });
  assert.equal(short(decision), 'deny read_outside_root');
  assert.equal(decision.requested_capability, 'read:/etc/passwd');
  const reasons = Object.fromEntries(decision.paths.map(({ argument, reason }) => [argument, reason]));
  assert.deepEqual(reasons, { 'paths[0]': null, 'paths[1]': 'read_outside_root', 'paths[2]': 'sibling_workspace' });
});

test('an enforced refusal counts before an observed one, whatever the order', () => {
  const user: PolicySettings = { rules: { credential_file: 'enforce' } };
  const decision = judged({ paths: ['/etc/passwd', '/home/ada/.ssh/id_rsa'] }, user);
  assert.equal(short(decision), 'deny credential_file');
});

test('what is refused is listed even among more paths than a record holds', () => {
  const decision = judged({ paths: [...Array.from({ length: 80 }, (_, at) => `/ws/${at}`), '/etc/passwd'] });
  assert.equal(decision.paths.length, 50);
  assert.ok(decision.paths.some(({ reason }) => reason === 'read_outside_root'));
});

test('more paths than are looked at are refused where that is enforced', () => {
  const many = judged({ paths: Array.from({ length: 2000 }, () => '/ws/a.txt') });
  assert.equal(short(many), 'deny invalid_path');
});

test('a rule that is off does not judge; the next that holds does', () => {
  assert.equal(
    short(judged({ path: '/ws/l' }, { mode: 'enforce', rules: { symlink_escape: 'off' } })),
    'deny read_outside_root',
  );
  assert.equal(
    short(judged({ path: '/ws/l' }, { mode: 'enforce', rules: { symlink_escape: 'observe' } })),
    'would_deny symlink_escape',
  );
});

test('what cannot be proven stops nobody, unless its own rule says so', () => {
  assert.equal(short(judged({ path: '~/x' })), 'unknown unprovable_root');
  assert.equal(short(judged({ path: '~/x' }, { rules: { unprovable_root: 'enforce' } })), 'deny unprovable_root');
});

test('frozen comes first, then the contract, then the tool, then paths', () => {
  const contract = contractState(
    { server: 'fs', contract: 'sha256:1', tools: { read_file: 'sha256:a' } },
    { read_file: 'sha256:b' },
  );
  const listed = { surface: 'sha256:s', surface_hidden: 1, contract };
  const user: PolicySettings = { mode: 'enforce', pin: true, tools: { deny: ['read_*'] } };
  assert.equal(
    short(judged({ path: '/etc/passwd' }, user, 'read_file', { frozen: [FREEZE], listed })),
    'deny server_frozen',
  );
  assert.equal(short(judged({ path: '/etc/passwd' }, user, 'read_file', { listed })), 'deny contract_changed');
  const refused = judged({ path: '/etc/passwd' }, user);
  assert.equal(short(refused), 'deny tool_not_allowed');
  assert.equal(refused.rule, 'tools.deny:read_*');
  // Freezing is no matter of modes.
  assert.equal(short(judged({}, {}, 'read_file', { frozen: [FREEZE] })), 'deny server_frozen');
});

test('a tool that is denied in observe, and a path that is denied in enforce', () => {
  const user: PolicySettings = { rules: { read_outside_root: 'enforce' }, tools: { deny: ['read_file'] } };
  assert.equal(short(judged({ path: '/etc/passwd' }, user)), 'deny read_outside_root');
});

test('allowed places: reading is not writing, and a secret in one stays one', () => {
  const user: PolicySettings = {
    mode: 'enforce',
    allow: [
      { path: '/data', access: 'read' },
      { path: '~', access: 'write' },
    ],
  };
  assert.equal(short(judged({ path: '/data/d' }, user)), 'allow null');
  assert.equal(short(judged({ path: '/data/d' }, user, 'write_file')), 'deny write_not_allowed');
  assert.equal(short(judged({ path: '/home/ada/notes' }, user, 'write_file')), 'allow null');
  assert.equal(short(judged({ path: '/home/ada/.ssh/id_rsa' }, user)), 'deny credential_file');
  const named: PolicySettings = { mode: 'enforce', allow: [{ path: '~/.ssh/id_rsa', access: 'read' }] };
  assert.equal(short(judged({ path: '/home/ada/.ssh/id_rsa' }, named)), 'allow null');
});

test('denied places hold inside the root, whatever allows them', () => {
  const user: PolicySettings = {
    mode: 'enforce',
    deny: ['secret/**', '*.snap'],
    allow: [{ path: '/ws/secret', access: 'write' }],
  };
  assert.equal(short(judged({ path: '/ws/secret/x' }, user)), 'deny read_outside_root');
  assert.equal(short(judged({ path: '/ws/sub/a.snap' }, user, 'write_file')), 'deny write_not_allowed');
  assert.equal(short(judged({ path: '/ws/a.txt' }, user)), 'allow null');
});

test('paths of another machine are not judged, those of a container are unknown', () => {
  const far = { server: serverFacts('gh', ['npx', '@modelcontextprotocol/server-github'], null) };
  assert.equal(short(judged({ path: '/' }, { mode: 'enforce' }, 'get_file_contents', far)), 'allow null');
  const boxed = { server: serverFacts('fs', ['docker', 'run', 'mcp/filesystem', '/projects'], null) };
  assert.equal(
    short(judged({ path: '/projects/a' }, { mode: 'enforce' }, 'read_file', boxed)),
    'unknown unprovable_root',
  );
});

test('what a container was given of this machine is judged as what it is here; the rest of it stays unknown', () => {
  const tree = inventedWorld([
    '/w/.git/',
    '/w/a.txt',
    '/w/.env',
    '/w/out -> /etc',
    '/w/in -> a.txt',
    '/keys/note.txt',
    '/home/ada/.ssh/id_rsa',
    '/etc/passwd',
  ]);
  const line = 'docker run -i -v /w:/p -v /keys:/p/keys -v /home/ada/.ssh:/ssh -v data:/p/data mcp/filesystem /p';
  const server = serverFacts('fs', line.split(' '), null);
  assert.deepEqual(server.folders, ['/w']);
  const policy = testPolicy(tree, ['/w']);
  const said = (path: string, tool = 'read_file') => {
    const { decision, reason, paths } = decide(policy, toolCall(tool, { path }, { server }), tree);
    return [decision, reason, paths[0]?.canonical].filter((one) => one !== null).join(' ');
  };
  assert.equal(said('/p/a.txt'), 'allow /w/a.txt');
  assert.equal(said('/p/in'), 'allow /w/a.txt');
  assert.equal(said('/p/new.txt', 'write_file'), 'allow /w/new.txt');
  assert.equal(said('/p/.env'), 'deny credential_file /w/.env');
  assert.equal(said('/p/.git/config', 'write_file'), 'deny hidden_config /w/.git/config');
  assert.equal(said('/p/keys/note.txt'), 'deny read_outside_root /keys/note.txt');
  assert.equal(said('/ssh/id_rsa'), 'deny credential_file /home/ada/.ssh/id_rsa');
  for (const path of ['/etc/passwd', '/p/out/passwd', '/p/data/x', '/p/out/../a.txt', '/x/../p/a.txt', 'a.txt', '~/x'])
    assert.equal(said(path), 'unknown unprovable_root', path);
  assert.equal(said('/p/keys/../a.txt'), 'allow /w/a.txt');
  assert.equal(
    decide(policy, toolCall('read_file', { path: '/p/a.txt' }, { server }), tree).paths[0]?.requested,
    '/p/a.txt',
  );
});

test('a route that only looks like a path stops nobody; a file that is not there is one', () => {
  assert.equal(short(judged({ path: '/api/users' }, { mode: 'enforce' }, 'call_endpoint')), 'unknown unprovable_root');
  assert.equal(
    short(judged({ path: '/api/../etc/passwd' }, { mode: 'enforce' }, 'call_endpoint')),
    'deny write_outside_root',
  );
  assert.equal(short(judged({ path: '/nowhere/x' })), 'deny read_outside_root');
});

test('resources are read by their URI', () => {
  const policy = testPolicy(world, ['/ws']);
  const read = (uri: string) =>
    short(decide(policy, { ...toolCall('', { uri }), tool: null, method: 'resources/read' }, world));
  assert.equal(read('file:///etc/passwd'), 'deny read_outside_root');
  assert.equal(read('file:///ws/a.txt'), 'allow null');
  assert.equal(read('memo://insights'), 'allow null');
});

test('the summary stays within 2 KiB, whatever is asked for', () => {
  for (const path of ['/ws/'.padEnd(30_000, 'x/'), `/ws/${'\u0001'.repeat(3000)}`, `/ws/${'\ud83d'.repeat(4000)}`]) {
    const decision = judged({ path });
    assert.ok(Buffer.byteLength(JSON.stringify(decision.input_summary)) <= 2048);
  }
});

test('the server’s own folders are where its relative paths begin', () => {
  const facts = { server: serverFacts('fs', ['npx', '@modelcontextprotocol/server-filesystem', '/ws'], null) };
  const away = inventedWorld(['/ws/a.txt'], { cwd: '/' });
  const policy = testPolicy(away, ['/ws']);
  const roots = policy.roots.map((root) => ({ ...root, isServers: true }));
  const read = (path: string) => short(decide({ ...policy, roots }, toolCall('read_file', { path }, facts), away));
  assert.equal(read('a.txt'), 'allow null');
  assert.equal(read('../x'), 'deny parent_traversal');
});

test('on the wire: text for the model, `_meta` for programs, nothing of the host', () => {
  const decision = judged({ path: '/ws/l' });
  const answer = JSON.parse(denialAnswer(decision, { id: '"x"', structured: true, revision: '2025-11-25' }));
  assert.deepEqual(Object.keys(answer), ['jsonrpc', 'id', 'result']);
  assert.equal(answer.id, 'x');
  assert.equal(answer.result.isError, true);
  assert.equal(answer.result.content.length, 1);
  assert.deepEqual(answer.result.structuredContent, answer.result._meta['dev.callgrove/denial']);
  assert.equal(answer.result.resultType, undefined);
  assert.ok(!JSON.stringify(answer).includes('passwd'), 'where the link leads was not asked for');
  const typed = JSON.parse(denialAnswer(decision, { id: '7', structured: false, revision: '2026-07-28' }));
  assert.equal(typed.result.structuredContent, undefined);
  assert.equal(typed.result.resultType, 'complete');
  const other = { ...decision, method: 'resources/read' };
  const error = JSON.parse(denialAnswer(other, { id: '12345678901234567890', structured: false, revision: null }));
  assert.ok(error.error.code > -32000 || error.error.code < -32768);
  assert.equal(error.error.data.reason, 'symlink_escape');
  assert.ok(
    denialAnswer(other, { id: '12345678901234567890', structured: false, revision: null }).includes(
      ':12345678901234567890,',
    ),
  );
});
