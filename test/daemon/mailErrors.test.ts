/**
 * Errors as their user meets them: a real mail server behind a real proxy, whose mail API really refuses, the daemon and
 * the command line. The source documents' example, key by key, as they spell it.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Call } from '../../daemon/protocol/record.ts';
import { runCli } from '../support/cliRun.ts';
import { OPENING, talk } from '../support/gated.ts';
import { CALLGROVE } from '../support/proxied.ts';

const MAIL = join(import.meta.dirname, '..', 'support', 'peers', 'mailServer.ts');
const TOKEN = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** @param answers the mail API, by path */
async function mailing(t: TestContext, answers: Readonly<Record<string, Answer>>) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-mail-')));
  const [home, ws] = [join(folder, 'state'), join(folder, 'ws')];
  mkdirSync(join(ws, '.git'), { recursive: true });
  mkdirSync(home, { mode: 0o700 });
  const api = createServer((request, response) => {
    const { status, body } = answers[request.url ?? ''] ?? { status: 404, body: null };
    request.resume().on('end', () => response.writeHead(status).end(JSON.stringify(body)));
  });
  api.listen(0, '127.0.0.1');
  await once(api, 'listening');
  const address = api.address();
  assert.ok(typeof address === 'object' && address);
  const env = { ...process.env, HOME: folder, CLAUDE_PROJECT_DIR: ws, MAIL_TOKEN: TOKEN };
  const daemon: ChildProcess = spawn(process.execPath, [CALLGROVE, 'daemon', 'run', '--home', home], {
    stdio: 'ignore',
    env,
  });
  t.after(async () => {
    daemon.kill('SIGTERM');
    if (daemon.exitCode === null) await once(daemon, 'exit');
    api.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const file = join(home, 'daemon.json');
  while (!existsSync(file) || JSON.parse(readFileSync(file, 'utf8')).pid !== daemon.pid) await sleep(50);
  const server = [process.execPath, MAIL, `http://127.0.0.1:${address.port}`];
  const run = [CALLGROVE, 'run', '--no-daemon', '--home', home, '--name', 'mail', '--', ...server];
  const agent = talk([process.execPath, run], ws, env);
  t.after(() => agent.kill());
  await agent.ask(0, 'initialize', OPENING);
  agent.send('{"jsonrpc":"2.0","method":"notifications/initialized"}');
  const cli = async (...args: string[]) => (await runCli(args, { home, cwd: ws, env: { HOME: folder } })).stdout;
  const lines = async (...args: string[]): Promise<Record<string, unknown>[]> =>
    (await cli(...args, '--json')).split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  /** As soon as so many calls were classified. */
  const errors = async (count: number) => {
    for (;;) {
      const found = await lines('calls', '--errors');
      if (found.filter(({ rule }) => rule !== null).length >= count) return found;
      await sleep(100);
    }
  };
  const use = (id: number, name: string, args: object = {}) => agent.ask(id, 'tools/call', { name, arguments: args });
  return { agent, cli, lines, errors, use };
}

test('a mail tool that answers TOKEN_REVOKED', { timeout: 120_000 }, async (t) => {
  const { agent, cli, lines, errors, use } = await mailing(t, {
    '/send': { status: 401, body: { error: { code: 'TOKEN_REVOKED', message: 'The access token was revoked.' } } },
    '/inbox': { status: 200, body: { ok: false, error: 'ratelimited', retry_after: 30 } },
  });
  const answer = await use(1, 'send_email', { to: 'ada@example.com', subject: 'hello' });
  assert.match(JSON.stringify(answer), /TOKEN_REVOKED/, 'the server says so');
  const [error] = await errors(1);
  assert.ok(error);

  // As the source documents spell it.
  const { event, tool, error_class, error_code, recoverable, recovery_action, retry_safe } = error;
  assert.deepEqual(
    { event, tool, error_class, error_code, recoverable, recovery_action, retry_safe },
    {
      event: 'tool_error',
      tool: 'send_email',
      error_class: 'auth_expired',
      error_code: 'TOKEN_REVOKED',
      recoverable: true,
      recovery_action: 'reauth',
      retry_safe: false,
    },
  );
  // The whole line, as the records have it.
  const [call] = (await lines('calls', '--filter', 'tool:send_email')).map((one) => Call.parse(one));
  assert.deepEqual(Object.keys(error), [
    'event',
    'call_id',
    'tool',
    'error_class',
    'error_code',
    'auth_cause',
    'recoverable',
    'recovery_action',
    'retry_after_ms',
    'retry_safe',
    'failure_class',
    'read_from',
    'rule',
  ]);
  assert.deepEqual(call?.error, {
    error_class: 'auth_expired',
    error_code: 'TOKEN_REVOKED',
    auth_cause: 'revoked',
    recoverable: true,
    recovery_action: 'reauth',
    retry_after_ms: null,
    retry_safe: false,
    failure_class: 'auth_drift',
    read_from: 'result.content',
    rule: 'token.revoked',
  });
  assert.equal(error.call_id, call.call_id);
  const text = await cli('call', call.call_id);
  for (const part of [
    'the credential is no longer good (revoked)',
    'sign in again; not safe to repeat as it is',
    'result.content, by rule token.revoked',
  ])
    assert.ok(text.includes(part), text);
  assert.match(await cli('show'), /the credential is no longer good: .*TOKEN_REVOKED/);

  // A refusal inside of what claims to be a success, and what a filter finds.
  await use(2, 'check_inbox');
  const [, hidden] = await errors(2);
  assert.deepEqual(
    [hidden?.tool, hidden?.error_class, hidden?.retry_after_ms, hidden?.failure_class],
    ['check_inbox', 'rate_limited', 30_000, 'rate_limit_exhaustion'],
  );
  const limited = (await lines('calls', '--filter', 'error:rate_limited')).map((one) => Call.parse(one));
  assert.deepEqual(
    limited.map(({ tool: name, outcome }) => [name, outcome]),
    [['check_inbox', 'success']],
  );
  assert.match(await cli('show'), /claims to be a success: asked too often/);
  await agent.end();
});

test('a server that dies in mid-call: its last words say why, and give no secret away', {
  timeout: 120_000,
}, async (t) => {
  const { agent, cli, lines, errors } = await mailing(t, {});
  agent.send('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"crash","arguments":{}}}');
  const [error] = await errors(1);
  assert.deepEqual(
    [error?.tool, error?.error_class, error?.error_code, error?.failure_class],
    ['crash', 'server_crashed', '3', 'process_crash'],
  );
  const said = `${JSON.stringify(await lines('calls'))}${await cli('call', String(error?.call_id))}${await cli('show')}`;
  assert.ok(!said.includes(TOKEN), 'the token that stderr named stands nowhere');
});
