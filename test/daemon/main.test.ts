import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeConnectionId } from '../../daemon/base/ids.ts';
import { journalScript } from '../support/journalScript.ts';

const callgrove = join(import.meta.dirname, '..', '..', 'daemon', 'callgrove.ts');

interface Context {
  after(work: () => void | Promise<void>): void;
}

function newHome(t: Context): string {
  const home = mkdtempSync(join(tmpdir(), 'callgrove-main-'));
  t.after(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
  return home;
}

function start(t: Context, home: string, ...options: string[]): ChildProcess {
  const daemon = spawn(process.execPath, [callgrove, 'daemon', 'run', '--home', home, ...options], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  t.after(async () => {
    if (daemon.exitCode === null && daemon.signalCode === null) {
      daemon.kill('SIGKILL');
      await once(daemon, 'exit');
    }
  });
  return daemon;
}

async function until<T>(look: () => T | null | undefined | false | Promise<T | null | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found) return found;
    await sleep(20);
  }
}

async function announced(home: string, daemon: ChildProcess): Promise<{ port: number; token: string; pid: number }> {
  return until(() => {
    const end = daemon.exitCode ?? daemon.signalCode;
    if (end !== null) throw new Error(`the daemon ended with ${end}`);
    if (!existsSync(join(home, 'daemon.json'))) return null;
    const file = JSON.parse(readFileSync(join(home, 'daemon.json'), 'utf8'));
    return file.pid === daemon.pid ? file : null;
  });
}

async function get(at: { port: number; token: string }, path: string, body?: unknown) {
  const response = await fetch(`http://127.0.0.1:${at.port}${path}`, {
    headers: { authorization: `Bearer ${at.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  assert.equal(response.status, 200, path);
  return response.json();
}

test('one daemon: the second leaves quietly, the first stops when asked to', async (t) => {
  const home = newHome(t);
  const first = start(t, home);
  const at = await announced(home, first);
  const second = start(t, home);
  const [code] = await once(second, 'exit');
  assert.equal(code, 0);
  if (process.platform !== 'win32') assert.equal(statSync(join(home, 'daemon.json')).mode & 0o777, 0o600);
  await get(at, '/api/act', { act: 'stop' });
  await once(first, 'exit');
  assert.equal(first.exitCode, 0);
  assert.equal(existsSync(join(home, 'daemon.json')), false);
});

test('what was journalled is listed; a label is kept; a new daemon takes the same port', async (t) => {
  const home = newHome(t);
  mkdirSync(join(home, 'journal'), { mode: 0o700 });
  const con = journalScript(
    join(home, 'journal'),
    makeConnectionId(1_790_000_000_000, new Uint8Array(10).fill(3)),
  ).open();
  con.c2s({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'read_file', arguments: { path: 'a.txt' } } });
  con.s2c({ jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: 'hello' }] } }).exit();
  const first = start(t, home);
  const at = await announced(home, first);
  const head = await until(async () => (await get(at, '/api/sessions?all=1')).sessions[0]);
  assert.equal(head.session.terminal_state, 'success');
  const { session } = await get(at, '/api/act', { act: 'label', session_id: head.session.session_id, label: 'mine' });
  assert.equal(session.session.label, 'mine');
  const { id } = await get(at, '/api/resolve?kind=call&text=last&all=1');
  const detail = await until(async () => {
    const found = await get(at, `/api/calls/${id}/detail`);
    return found.call.summary !== null && found;
  });
  assert.equal(detail.result, 'hello');
  assert.deepEqual(JSON.parse(detail.arguments), { path: 'a.txt' });
  first.kill('SIGKILL');
  await once(first, 'exit');
  rmSync(join(home, 'callgrove.db'));
  for (const tail of ['-wal', '-shm']) rmSync(join(home, `callgrove.db${tail}`), { force: true });
  const second = start(t, home);
  const again = await announced(home, second);
  assert.equal(again.port, at.port);
  assert.equal(again.token, at.token);
  const rebuilt = await until(async () =>
    (await get(again, '/api/sessions?all=1')).sessions.find(
      (one: { session: { label: string } }) => one.session.label === 'mine',
    ),
  );
  assert.equal(rebuilt.session.session_id, head.session.session_id);
});

test('nobody needs it: it ends by itself; its folder vanished: it ends, too', async (t) => {
  // Heard from the start on: it may be gone before the other one is up.
  const idleEnds = once(start(t, newHome(t), '--idle-ms', '100'), 'exit');
  const home = newHome(t);
  const gone = start(t, home);
  await announced(home, gone);
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  const codes = await Promise.all([idleEnds, once(gone, 'exit')]);
  assert.deepEqual(
    codes.map(([code]) => code),
    [0, 0],
  );
});

test('a killed proxy’s server is ended, and its call is lost', { skip: process.platform !== 'linux' }, async (t) => {
  const home = newHome(t);
  const deaf = join(home, 'deaf.mjs');
  const { writeFileSync } = await import('node:fs');
  writeFileSync(deaf, "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);");
  const proxy = spawn(
    process.execPath,
    [callgrove, 'run', '--no-daemon', '--home', home, '--', process.execPath, deaf],
    { stdio: ['pipe', 'ignore', 'ignore'] },
  );
  proxy.stdin.on('error', () => {});
  proxy.stdin.write('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"slow"}}\n');
  const daemon = start(t, home);
  const at = await announced(home, daemon);
  const running = await until(async () => (await get(at, '/api/sessions?all=1')).sessions[0]);
  assert.equal(running.session.terminal_state, 'running');
  const child = Number(readFileSync(`/proc/${proxy.pid}/task/${proxy.pid}/children`, 'utf8').trim().split(' ')[0]);
  proxy.kill('SIGKILL');
  await once(proxy, 'exit');
  await until(async () => (await get(at, '/api/sessions?all=1')).sessions[0].session.terminal_state === 'lost');
  await until(() => !existsSync(`/proc/${child}`) || / [ZX] /.test(readFileSync(`/proc/${child}/stat`, 'utf8')));
});
