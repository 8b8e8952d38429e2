/** What a session woke up on and what changed while it ran: real agents' processes, `callgrove run`, git and the daemon. */
import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CaptureHead, SessionHarness } from '../../daemon/protocol/captures.ts';
import type { SessionHead, TreeRow } from '../../daemon/protocol/feed.ts';
import type { Call } from '../../daemon/protocol/record.ts';
import { runCli } from '../support/cliRun.ts';
import { CALLGROVE } from '../support/proxied.ts';

const SERVER = join(import.meta.dirname, '../support/peers/listedTools.mjs');
const AGENT = join(import.meta.dirname, '../support/scriptedAgent.mjs');

interface Context {
  after(work: () => void | Promise<void>): void;
}

async function until<T>(look: () => T | null | undefined | false | Promise<T | null | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found) return found;
    await sleep(50);
  }
}

/** A repository with a tool list outside of it, and an agent that is known by its path. */
function place(t: Context) {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-harness-')));
  t.after(() => rmSync(base, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  const [home, repo, user] = [join(base, 'state'), join(base, 'shop'), join(base, 'home')];
  const agent = join(base, 'node_modules/@anthropic-ai/claude-code/cli.mjs');
  for (const folder of [home, repo, user, dirname(agent)]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  copyFileSync(AGENT, agent);
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...words], {
      cwd: repo,
      env: { PATH: process.env.PATH ?? '', HOME: user },
    });
  git('init', '-q', '-b', 'main');
  writeFileSync(join(repo, 'CLAUDE.md'), 'Be kind.\n');
  writeFileSync(join(repo, 'package.json'), '{ "name": "shop", "scripts": { "test": "node --test" } }\n');
  git('add', '.');
  git('commit', '-qm', 'first');
  const tools = join(base, 'tools.json');
  return { base, home, repo, user, agent, tools, git };
}

type Around = ReturnType<typeof place>;

const tool = (name: string, description = `${name} does it`) => ({
  name,
  description,
  inputSchema: { type: 'object' },
});

async function daemon(t: Context, home: string) {
  const child = spawn(process.execPath, [CALLGROVE, 'daemon', 'run', '--home', home], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const end = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  t.after(end);
  const at = await until(() => {
    try {
      const file = JSON.parse(readFileSync(join(home, 'daemon.json'), 'utf8'));
      return file.pid === child.pid ? file : null;
    } catch {
      return null;
    }
  });
  const ask = async (path: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${at.port}${path}`, { headers: { authorization: `Bearer ${at.token}` } });
  const get = async <T>(path: string): Promise<T> => {
    const answer = await ask(path);
    assert.equal(answer.status, 200, path);
    return answer.json() as Promise<T>;
  };
  const lines = async <T>(path: string): Promise<T[]> =>
    (await (await ask(path)).text())
      .split('\n')
      .filter(Boolean)
      .map((line): T => JSON.parse(line));
  const heads = async () => (await get<{ sessions: SessionHead[] }>('/api/sessions?all=1')).sessions;
  return { end, get, lines, heads };
}

async function startAgent(t: Context, around: Around, env: Record<string, string> = {}) {
  const { home, repo, user, agent, tools } = around;
  const child: ChildProcessWithoutNullStreams = spawn(
    process.execPath,
    [agent, CALLGROVE, home, 'shop-tools', process.execPath, SERVER, tools],
    { cwd: repo, env: { PATH: process.env.PATH ?? '', HOME: user, CLAUDE_PROJECT_DIR: repo, ...env } },
  );
  t.after(() => void child.kill('SIGKILL'));
  child.stderr.resume();
  let said = '';
  let lines = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const next = async () => {
    lines++;
    await until(() => said.split('\n').length > lines);
  };
  await next();
  return {
    async call(name: string, args: unknown = {}) {
      child.stdin.write(`${JSON.stringify({ tool: name, args })}\n`);
      await next();
    },
    async end() {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}

test('two sessions with a change between them, and changes while the second runs', async (t) => {
  const around = place(t);
  const { home, repo, tools } = around;
  writeFileSync(tools, JSON.stringify([tool('read'), tool('write'), tool('relist')]));
  const served = await daemon(t, home);
  const captured = async (index: number, count: number) => {
    const id = (await served.heads())[index]?.session.session_id;
    const harness = id ? await served.get<SessionHarness>(`/api/sessions/${id}/harness`) : null;
    return harness && harness.captures.length >= count && harness.first?.capture.harness.tool_contract ? harness : null;
  };

  const first = await startAgent(t, around);
  await first.call('read');
  const one = await until(() => captured(0, 1));
  await first.end();
  assert.equal(one.since, null);
  assert.equal(one.first?.capture.workbench.workspace.root, repo);
  assert.deepEqual(Object.keys(one.first?.capture.harness.tool_contract?.['shop-tools']?.tools ?? {}).sort(), [
    'read',
    'relist',
    'write',
  ]);

  writeFileSync(join(repo, 'CLAUDE.md'), 'Be quick.\n');
  writeFileSync(tools, JSON.stringify([tool('read', 'read does all of it'), tool('write'), tool('relist')]));
  const second = await startAgent(t, around);
  await second.call('read', { fail: true });
  await until(() => captured(1, 1));
  const head = await until(async () => {
    const found = (await served.heads())[1];
    return found?.workbench?.startsWith('2 changes') ? found : null;
  });
  assert.equal(head.workbench, '2 changes: CLAUDE.md edited; shop-tools/read edited');

  // While it runs: a rule is edited, and the server offers another tool.
  writeFileSync(join(repo, 'CLAUDE.md'), 'Be very quick.\n');
  const id = head.session.session_id;
  const harness = () => served.get<SessionHarness>(`/api/sessions/${id}/harness`);
  await until(async () => (await harness()).trail.some(({ kind }) => kind === 'harness_changed'));
  await second.call('read');
  writeFileSync(
    tools,
    JSON.stringify([tool('read', 'read does all of it'), tool('write'), tool('relist'), tool('rm')]),
  );
  await second.call('relist');
  const changed = ({ kind }: { kind: string }) => kind === 'contract_changed';
  // Since the session before, and then while it ran.
  await until(async () => (await harness()).trail.filter(changed).length === 2);
  await second.end();
  const rows = await served.lines<TreeRow>(`/api/sessions/${id}/tree`);
  assert.equal(rows[0]?.kind, 'workbench');
  assert.deepEqual(rows.flatMap((row) => (row.kind === 'harness_changed' ? [row.sentence] : [])).slice(0, 1), [
    '1 change: CLAUDE.md edited',
  ]);
  const changes = rows.flatMap((row) => (row.kind === 'contract_changed' ? [row.sentence] : []));
  assert.deepEqual(changes, ['1 change: read edited (its description changed)', '1 change: rm new']);

  // Calls say what they ran on, and what their server had listed.
  const calls = await served.lines<Call>(`/api/calls?session=${id}&all=1`);
  const [failed, retried] = calls.filter((call) => call.tool === 'read');
  assert.match(failed?.harness.id ?? '', /^hv_[0-9a-f]{24}$/);
  assert.equal(retried?.harness.relation, 'before');
  assert.match(retried?.tool_contract ?? '', /^sha256:/);
  const after = await until(async () => {
    const found = await harness();
    return found.changed_retries[0]?.retry_call ? found : null;
  });
  assert.equal(after.changed_retries[0]?.failed_call, failed?.call_id);
  assert.equal(after.changed_retries[0]?.retry_call, retried?.call_id);
  assert.deepEqual(after.changed_retries[0]?.widened, []);

  // The command line says so, too.
  const cli = (...args: string[]) => runCli([...args, '--all'], { home });
  assert.match((await cli('sessions')).stdout, /2 changes: CLAUDE\.md edited; shop-tools\/read edited/);
  assert.match((await cli('show', id)).stdout, /since last time: 2 changes: CLAUDE\.md edited/);

  // From the journals alone everything has the same ids.
  const ids = async (from: typeof served) => {
    const found = await from.get<SessionHarness>(`/api/sessions/${id}/harness`);
    const sorted = (list: readonly CaptureHead[]) => list.map(({ capture_id, sentence }) => [capture_id, sentence]);
    return [sorted(found.captures), found.trail, found.changed_retries, found.since?.sentence];
  };
  const before = await ids(served);
  await served.end();
  for (const tail of ['', '-wal', '-shm']) rmSync(join(home, `callgrove.db${tail}`), { force: true });
  const again = await daemon(t, home);
  await until(async () => (await again.heads())[1]?.workbench !== null && (await again.heads()).length === 2);
  await until(async () => JSON.stringify(await ids(again)) === JSON.stringify(before));
});

test('secrets of a repository and its agent stand in no page of the database and in no answer; what widened is a finding', async (t) => {
  const around = place(t);
  const { home, repo, tools } = around;
  const secrets = {
    text: `ghp_${'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7xC0fR2hJ5'}`,
    env: 'a-word-that-only-ada-knows-4711',
    argument: 'sk-live-argument-9f8e7d6c5b4a3928',
    entry: 'entry-variable-value-0a1b2c3d4e',
    ignored: 'dotenv-value-5f6e7d8c9b0a',
    tool: `glpat-${'Xk92LmPq7RsTuVwYz3Ab'}`,
  };
  writeFileSync(join(repo, 'CLAUDE.md'), `Use ${secrets.text} to log in, or ${secrets.env}.\n`);
  const entry = {
    command: 'node',
    args: ['srv.js', '--api-key', secrets.argument],
    env: { SHOP_TOKEN: secrets.entry },
  };
  writeFileSync(join(repo, '.mcp.json'), JSON.stringify({ mcpServers: { shop: entry } }));
  writeFileSync(join(repo, '.gitignore'), '.env\n');
  writeFileSync(join(repo, '.env'), `DATABASE_PASSWORD=${secrets.ignored}\n`);
  writeFileSync(tools, JSON.stringify([tool('read', `Needs ${secrets.tool}\u200b to work`)]));
  const served = await daemon(t, home);
  const agent = await startAgent(t, around, { DEPLOY_TOKEN: secrets.env });
  await agent.call('read', { fail: true });
  const id = await until(async () => (await served.heads())[0]?.session.session_id);
  const harness = () => served.get<SessionHarness>(`/api/sessions/${id}/harness`);
  await until(async () => (await harness()).first?.capture.harness.tool_contract);
  // More is allowed, and then it is tried again.
  mkdirSync(join(repo, '.claude'));
  writeFileSync(join(repo, '.claude/settings.json'), '{ "permissions": { "allow": ["Bash(rm:*)"] } }');
  await until(async () => (await harness()).trail.some(({ kind }) => kind === 'harness_changed'));
  await agent.call('read');
  const found = await until(async () => {
    const now = await harness();
    return now.findings.some(({ kind }) => kind === 'widened_after_denial') ? now : null;
  });
  await agent.end();
  const kinds = found.findings.map(({ kind }) => kind);
  assert.ok(kinds.includes('hidden_unicode'));
  assert.match(found.changed_retries[0]?.widened.join() ?? '', /Bash\(rm:\*\)/);
  const answers = [
    ...(await Promise.all(
      [`/api/sessions/${id}/harness`, '/api/harness?all=1', '/api/sessions?all=1'].map(served.get),
    )),
    ...found.captures.map(({ capture_id }) => served.get(`/api/harness/${capture_id}`)),
    ...(await served.lines(`/api/sessions/${id}/tree?everything=1`)),
    ...(await served.lines('/api/calls?all=1')),
  ];
  const said = JSON.stringify(await Promise.all(answers));
  await served.end();
  const pages = ['', '-wal']
    .map((tail) => join(home, `callgrove.db${tail}`))
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, 'latin1'))
    .join('');
  for (const [where, secret] of Object.entries(secrets)) {
    assert.equal(pages.includes(secret), false, `${where} stands in the database`);
    assert.equal(said.includes(secret), false, `${where} stands in an answer`);
  }
});
