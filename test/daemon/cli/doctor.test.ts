/** Each check against a state folder in the state that it is there for. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Check } from '../../../daemon/cli/check.ts';
import { checkDaemon } from '../../../daemon/cli/checkDaemon.ts';
import { checkDatabase } from '../../../daemon/cli/checkDatabase.ts';
import { checkJournal } from '../../../daemon/cli/checkJournal.ts';
import { checkLeftovers } from '../../../daemon/cli/checkLeftovers.ts';
import { checkPort } from '../../../daemon/cli/checkPort.ts';
import { checkRepository } from '../../../daemon/cli/checkRepository.ts';
import { checkRuntime } from '../../../daemon/cli/checkRuntime.ts';
import { checkStateFolder } from '../../../daemon/cli/checkStateFolder.ts';
import { checkLines } from '../../../daemon/cli/doctor.ts';
import { makePaint } from '../../../daemon/cli/paint.ts';
import { openDatabase } from '../../../daemon/store/database.ts';

function temporary(t: TestContext): string {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-doctor-')));
  chmodSync(home, 0o700);
  t.after(() => rmSync(home, { recursive: true, force: true }));
  return home;
}
const states = (checks: readonly Check[]) => checks.map(({ name, state }) => `${name} ${state}`);
const daemonFile = (pid: number, start: string | null) =>
  JSON.stringify({ v: 1, pid, start, port: 1, token: 't', version: '0.1.0', started_at: '' });

test('the runtime: the daemon needs N-API 10', () => {
  const on = (node: string, napi: string, daemonNode = '/n') =>
    checkRuntime({ node, napi, platform: 'linux', arch: 'x64', ownNode: '/n', daemonNode })[0]?.state;
  assert.deepEqual([on('24.1.0', '10'), on('20.11.0', '9'), on('18.0.0', '9')], ['ok', 'fail', 'fail']);
  assert.equal(on('20.11.0', '9', '/node24'), 'ok', 'the packages brought a Node that is new enough');
});

test('the state folder: absent, ours, open to others, no folder', (t) => {
  const home = temporary(t);
  assert.deepEqual(states(checkStateFolder(join(home, 'none'))), ['state folder ok']);
  assert.equal(states(checkStateFolder(home))[0], 'state folder ok');
  if (process.platform === 'win32') return;
  symlinkSync(home, `${home}.link`);
  t.after(() => rmSync(`${home}.link`));
  assert.equal(states(checkStateFolder(`${home}.link`))[0], 'state folder ok', 'recording follows a link too');
  chmodSync(home, 0o755);
  assert.equal(states(checkStateFolder(home))[0], 'state folder warn');
  chmodSync(home, 0o720);
  assert.equal(states(checkStateFolder(home))[0], 'state folder fail');
  writeFileSync(join(home, 'file'), '');
  assert.equal(states(checkStateFolder(join(home, 'file')))[0], 'state folder fail');
});

test('the daemon: none, unreadable, left over, reused pid, mute', async (t) => {
  const home = temporary(t);
  const look = async (text: string | null) => {
    if (text !== null) writeFileSync(join(home, 'daemon.json'), text);
    return (await checkDaemon(home)).checks[0];
  };
  assert.equal((await look(null))?.state, 'ok');
  assert.match((await look('{'))?.detail ?? '', /cannot be read/);
  const gone = spawnSync(process.execPath, ['-e', '']).pid;
  assert.match((await look(daemonFile(gone, null)))?.detail ?? '', /left over/);
  if (process.platform === 'linux')
    assert.match((await look(daemonFile(process.pid, 'another start')))?.detail ?? '', /another program/);
  assert.equal((await look(daemonFile(process.pid, null)))?.state, 'fail');
});

test('the database: absent, whole, damaged, of a newer version', (t) => {
  const home = temporary(t);
  const file = join(home, 'callgrove.db');
  assert.equal(checkDatabase(home)[0]?.state, 'ok');
  assert.equal(checkDatabase(home, true)[0]?.state, 'fail', 'a daemon runs, so it had one');
  const database = openDatabase(file, 'write');
  database.exec('CREATE TABLE t (a)');
  assert.match(checkDatabase(home)[0]?.detail ?? '', /schema 0, .*whole/);
  database.pragma('user_version = 9999');
  database.dispose();
  assert.match(checkDatabase(home)[0]?.detail ?? '', /schema 9999/);
  writeFileSync(file, 'x'.repeat(9000));
  assert.deepEqual(states(checkDatabase(home)), ['database fail']);
});

test('the journal: absent, segments, gaps, strange files', (t) => {
  const home = temporary(t);
  assert.match(checkJournal(home, null, null)[0]?.detail ?? '', /nothing has been recorded/);
  mkdirSync(join(home, 'journal'));
  writeFileSync(join(home, 'journal', 'con_00000000000000000000000001.0000.cgj'), 'no header\n');
  writeFileSync(join(home, 'journal', 'notes.txt'), '');
  assert.deepEqual(states(checkJournal(home, null, 2)), ['journal ok', 'journal warn', 'gaps warn']);
});

test('the port: none yet, free, taken, the daemon has one', async (t) => {
  const home = temporary(t);
  assert.match((await checkPort(home, false))[0]?.detail ?? '', /any that is free/);
  const server = createServer().listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : null;
  mkdirSync(join(home, 'control'));
  writeFileSync(join(home, 'control', 'port'), `${port}\n`);
  assert.deepEqual(states(await checkPort(home, false)), ['port warn']);
  assert.deepEqual(await checkPort(home, true), []);
  server.close();
  await once(server, 'close');
  assert.match((await checkPort(home, false))[0]?.detail ?? '', /is free for the next/);
});

test('inside the state folder: what others can read, what was left over', (t) => {
  const home = temporary(t);
  assert.deepEqual(states(checkLeftovers(home, Date.now())), ['left over ok']);
  mkdirSync(join(home, 'control'), { mode: 0o700 });
  writeFileSync(join(home, 'control', 'machine.key'), '', { mode: 0o600 });
  writeFileSync(join(home, 'daemon.json.1.new'), '');
  assert.deepEqual(states(checkLeftovers(home, Date.now())), ['permissions ok', 'left over ok']);
  assert.deepEqual(states(checkLeftovers(home, Date.now() + 120_000)), ['permissions ok', 'left over warn']);
  if (process.platform === 'win32') return;
  chmodSync(join(home, 'control', 'machine.key'), 0o640);
  const [open] = checkLeftovers(home, Date.now());
  assert.match(open?.detail ?? '', /others may look into .*machine\.key/);
});

test('what a repository says and cannot: its rules for bundles, its mistakes', (t) => {
  const root = temporary(t);
  const look = (text: string) => {
    writeFileSync(join(root, '.callgrove.jsonc'), text);
    return checkRepository(root);
  };
  assert.deepEqual(checkRepository(root), []);
  assert.deepEqual(states(look('{ "policy": { "mode": "enforce" } }')), ['repository ok']);
  const [redact, ...others] = look('{\n  "redact": { "rules": [{ "name": "ticket", "pattern": "ACME-[0-9]+" }] }\n}');
  assert.deepEqual([redact?.state, others], ['warn', []]);
  assert.match(
    redact?.detail ?? '',
    /"redact" \(line 2, column 3\) says what bundles leave out; .* counts for nothing/,
  );
  assert.match(redact?.remedy ?? '', /callgrove\.jsonc/);
  assert.deepEqual(states(look('{ "policy": { "mod": "enforce" }, "prices": {} }')), [
    'repository warn',
    'repository warn',
  ]);
  assert.match(look('{ "policy": ')[0]?.detail ?? '', /\.callgrove\.jsonc: /);
});

test('a line says what is wrong and what to do, without control characters', () => {
  const check: Check = { name: 'daemon', state: 'fail', detail: 'bad \u001b[2J', remedy: 'do this' };
  assert.deepEqual(checkLines(check, makePaint({ colour: false }), false), [
    'FAIL daemon        bad ^[[2J',
    '                   -> do this',
  ]);
});
