/** `checkpoint`, `show --resume`, `show --summary` and `score` as a program uses them: a real agent's session with a real server. */
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { Checkpoint, ResumePlan } from '../../../daemon/protocol/checkpoint.ts';
import { Call, Session } from '../../../daemon/protocol/record.ts';
import { Scorecard } from '../../../daemon/protocol/scorecard.ts';
import { runCli } from '../../support/cliRun.ts';
import { repository, tempFolder } from '../../support/gitFolder.ts';

const cleaners: (() => void)[] = [];
const folder = tempFolder({ after: (work) => void cleaners.push(work) });
const home = join(folder, 'home');
mkdirSync(home, { mode: 0o700 });
const root = repository(join(folder, 'shop'), {
  'a.txt': 'one\n',
  'package.json': JSON.stringify({ name: 'shop', scripts: { test: 'node check.mjs' } }),
  'check.mjs': "import { existsSync } from 'node:fs';\nprocess.exitCode = existsSync('broken') ? 1 : 0;\n",
});
const repositoryRoot = resolve(import.meta.dirname, '..', '..', '..');
const server = join(repositoryRoot, 'node_modules/@modelcontextprotocol/server-filesystem/dist/index.js');
const script = join(repositoryRoot, 'daemon/callgrove.ts');
const cli = (...args: string[]) => runCli(args, { home, cwd: root });
const json = async (...args: string[]) => {
  const { code, stdout, stderr } = await cli(...args, '--json');
  assert.ok(code === 0 || code === 1, stderr);
  return JSON.parse(stdout);
};

/** Reads, writes, fails, and is gone. */
async function agentRun(): Promise<void> {
  const client = new Client({ name: 'sample-agent', version: '1.0.0' });
  const command = ['run', '--home', home, '--name', 'filesystem', '--', process.execPath, server, root];
  const env = { PATH: process.env.PATH ?? '', HOME: home, LANG: 'C.UTF-8', CLAUDE_PROJECT_DIR: root };
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [script, ...command],
      cwd: root,
      env,
      stderr: 'ignore',
    }),
  );
  const call = (name: string, args: Record<string, unknown>) => client.callTool({ name, arguments: args });
  await client.listTools();
  await call('read_text_file', { path: join(root, 'a.txt') });
  await call('write_file', { path: join(root, 'b.txt'), content: 'two\n' });
  const missing = await call('read_text_file', { path: join(root, 'missing.txt') });
  assert.equal(missing.isError, true);
  await call('read_text_file', { path: join(root, 'b.txt') });
  await client.close();
}

/** All is read when the session has its calls and nothing waits for the second stage. */
async function settled(): Promise<Session> {
  for (let tries = 0; tries < 200; tries++) {
    const { code, stdout } = await cli('show', 'last', '--summary', '--json');
    const session = code === 0 ? Session.parse(JSON.parse(stdout)) : null;
    const calls = session?.tool_calls === 4 && session.terminal_state !== 'running' ? await records() : [];
    if (session && calls.length === 4 && calls.every(({ side_effect_class: kind }) => kind !== 'unknown'))
      return session;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error('the session was not read');
}

async function records(): Promise<Call[]> {
  const { stdout } = await cli('calls', '--session', 'last', '--json');
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => Call.parse(JSON.parse(line)));
}

before(agentRun);
after(async () => {
  await runCli(['daemon', 'stop'], { home });
  for (const clean of cleaners) clean();
});

test('a session that failed half way says what it did, where it was good, and what may be done again', async () => {
  const session = await settled();
  const [read, wrote, missing, again] = await records();
  assert.ok(read && wrote && missing && again);
  assert.equal(session.terminal_state, 'partial_success');
  assert.equal(session.recovery_status, 'pending');
  assert.equal(session.first_failing_call, missing.call_id);
  assert.equal(session.last_good_checkpoint, `cp_${wrote.call_id.slice('call_'.length)}`);
  assert.equal(wrote.checkpoint, session.last_good_checkpoint);
  assert.equal(missing.checkpoint, null);
  assert.ok(session.retry.safe_to_repeat.includes(read.call_id));
  assert.deepEqual(session.retry.skip, [wrote.call_id]);
  const { files_created, files_deleted } = session.side_effects_summary;
  assert.deepEqual([files_created, files_deleted], [1, 0]);
  assert.ok(!session.retry.safe_to_repeat.includes(wrote.call_id) || wrote.retry_safe === true);

  const plan = ResumePlan.parse(await json('show', 'last', '--resume'));
  assert.equal(plan.last_good_checkpoint?.checkpoint_id, session.last_good_checkpoint);
  assert.equal(plan.last_good_checkpoint?.calls, 2);
  const ids = (steps: readonly { call_id: string }[]) => steps.map(({ call_id }) => call_id);
  for (const list of ['skip', 'verify_first', 'safe_to_repeat'] as const)
    assert.deepEqual(ids(plan[list]), session.retry[list], list);
  assert.equal(plan.plain_retry_safe, session.retry.plain_retry_safe);
  const summary = await cli('show', 'last', '--summary');
  for (const part of [
    /Files created, verified: 1 call, first call_/,
    /not found \(not_found\): 1 call/,
    /How to go on\n/,
  ])
    assert.match(summary.stdout, part);
  const shown = await cli('show', 'last', '--resume');
  assert.match(shown.stdout, /Last good checkpoint\n {2}cp_\S+ {2}after call_\S+ \(tool call 2\)/);
});

test('a checkpoint is taken, kept, and becomes the last good one when the tests pass', async () => {
  await settled();
  const plain = Checkpoint.parse(await json('checkpoint'));
  assert.deepEqual([plain.calls, plain.verified], [4, null]);
  assert.match(plain.workspace_digest ?? '', /^ws_[0-9a-f]{24}$/);
  assert.match(plain.git_head ?? '', /^[0-9a-f]{40}$/);

  const passed = await cli('checkpoint', '--verify', '--json');
  const good = Checkpoint.parse(JSON.parse(passed.stdout));
  assert.equal(passed.code, 0, passed.stderr);
  assert.match(passed.stderr, /^Runs npm test in /m);
  assert.deepEqual(good.verified, { by: userInfo().username, command: 'npm test', result: 'passed' });
  const checked = Session.parse(await json('show', 'last', '--summary'));
  assert.equal(checked.last_good_checkpoint, good.checkpoint_id);
  assert.equal(checked.recovery_status, 'closed');
  const plan = ResumePlan.parse(await json('show', 'last', '--resume'));
  assert.deepEqual([plan.recovery_status, plan.recovered_by.checked_by], ['closed', good.checkpoint_id]);
  for (const shown of ['--summary', '--resume'])
    assert.match((await cli('show', 'last', shown)).stdout, /Tests passed after the last failure \(cp_/);

  writeFileSync(join(root, 'broken'), '');
  const failed = await cli('checkpoint', '--verify', '--json');
  assert.equal(failed.code, 1);
  assert.equal(Checkpoint.parse(JSON.parse(failed.stdout)).verified?.result, 'failed');
  assert.equal(Session.parse(await json('show', 'last', '--summary')).last_good_checkpoint, good.checkpoint_id);
  const tree = await cli('show', 'last');
  assert.match(tree.stdout, /checkpoint after 4 tool calls at [0-9a-f]{8}: npm test passed/);
  assert.match(tree.stdout, /npm test failed/);
});

test('checkpoints that were taken stand again in a database that is built anew', async () => {
  const before = await json('show', 'last', '--resume');
  await cli('daemon', 'stop');
  for (const end of ['', '-wal', '-shm']) rmSync(join(home, `callgrove.db${end}`), { force: true });
  await settled();
  assert.deepEqual(await json('show', 'last', '--resume'), before);
});

test('a scorecard names the calls that prove it, for a session and for a server', async () => {
  await settled();
  const ofSession = await cli('score', 'last', '--checklist', '--json');
  const card = Scorecard.parse(JSON.parse(ofSession.stdout));
  assert.equal(card.of.kind, 'session');
  assert.equal(card.tool_calls, 4);
  assert.equal(card.signals.length, 4);
  assert.equal(card.checklist?.length, 21);
  assert.equal(ofSession.code, card.checklist?.some(({ result }) => result === 'fail') ? 1 : 0);
  const ofServer = Scorecard.parse(await json('score', 'filesystem'));
  assert.deepEqual([ofServer.of, ofServer.tool_calls], [{ kind: 'server', id: 'filesystem' }, 4]);
  assert.deepEqual(ofServer.signals, card.signals);
  for (const subject of ['last', 'filesystem'])
    assert.equal(Scorecard.parse(await json('score', subject, '--limit', '2')).tool_calls, 2, subject);
  const nobody = await cli('score', 'nobody');
  assert.equal(nobody.code, 3);
  assert.match(nobody.stderr, /neither a session nor a server nobody/);
  assert.match((await cli('score', 'last', '--checklist')).stdout, /The production bar\n {2}[✓✗?] /);
});
