import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs, {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { processStart, writeDaemonFile } from '../../../daemon/feed/daemonFile.ts';
import { startDaemonOnce, startLockOf, takeStartLock } from '../../../daemon/feed/startDaemon.ts';

let home: string;
let script: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'callgrove-start-'));
  script = join(home, 'fake.mjs');
});
// The daemons that a test starts may still be writing.
afterEach(() => rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }));

/** A daemon that only says that it ran: one file per process, with its argv, cwd and environment's names. */
function fakeDaemon(then = ''): { execPath: string; script: string } {
  writeFileSync(
    script,
    `import { writeFileSync } from 'node:fs';
     writeFileSync('ran.' + process.pid, JSON.stringify({ argv: process.argv.slice(2), cwd: process.cwd(), env: Object.keys(process.env) }));
     ${then}`,
  );
  return { execPath: process.execPath, script };
}

const runs = () => readdirSync(home).filter((name) => name.startsWith('ran.'));

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 1000 && !condition(); i++) await sleep(10);
  assert.ok(condition());
}

const daemonFile = (pid: number, start: string | null) => ({
  v: 1 as const,
  pid,
  start,
  port: 1,
  token: 't',
  version: '0.1.0',
  started_at: '2026-11-20T14:00:00.000Z',
});

test('a daemon that is up is left alone', async () => {
  writeDaemonFile(join(home, 'daemon.json'), daemonFile(process.pid, processStart(process.pid)));
  assert.equal(await startDaemonOnce(home, fakeDaemon()), 'running');
  assert.deepEqual(runs(), []);
  assert.ok(!existsSync(startLockOf(home)));
});

test('it is started in the state folder with --home, and with nothing of the agent beside', async () => {
  process.env.CALLGROVE_TEST_SECRET = 'agent';
  process.env.ELECTRON_RUN_AS_NODE = '1';
  try {
    assert.equal(await startDaemonOnce(home, fakeDaemon()), 'started');
  } finally {
    delete process.env.CALLGROVE_TEST_SECRET;
    delete process.env.ELECTRON_RUN_AS_NODE;
  }
  await until(() => runs().length === 1);
  await until(() => readFileSync(join(home, runs()[0]!), 'utf8').endsWith('}'));
  const seen = JSON.parse(readFileSync(join(home, runs()[0]!), 'utf8'));
  assert.deepEqual(seen.argv, ['daemon', 'run', '--home', home]);
  assert.ok(seen.cwd.endsWith(home.split(/[\\/]/).at(-1)!));
  assert.ok(!seen.env.includes('CALLGROVE_TEST_SECRET'));
  assert.ok(seen.env.includes('PATH') && seen.env.includes('ELECTRON_RUN_AS_NODE'));
});

test('a daemon that comes up between the look and the lock is left alone', async (t) => {
  t.mock.method(fs, 'mkdirSync', () => {
    t.mock.restoreAll();
    syncBuiltinESMExports();
    writeDaemonFile(join(home, 'daemon.json'), daemonFile(process.pid, processStart(process.pid)));
    return fs.mkdirSync(join(home, 'control'));
  });
  syncBuiltinESMExports();
  assert.equal(await startDaemonOnce(home, fakeDaemon()), 'running');
  assert.deepEqual(runs(), []);
  assert.ok(!existsSync(startLockOf(home)));
});

test('stale, corrupt and reused: each starts a daemon', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  const cases = [daemonFile(child.pid ?? 1, null), daemonFile(process.pid, 'another-boot:1'), '{"v":1,', { v: 9 }];
  for (const [index, content] of cases.entries()) {
    if (index === 1 && process.platform !== 'linux') continue;
    writeFileSync(join(home, 'daemon.json'), typeof content === 'string' ? content : JSON.stringify(content));
    rmSync(startLockOf(home), { force: true });
    assert.equal(await startDaemonOnce(home, fakeDaemon()), 'started', JSON.stringify(content));
  }
});

test('ten processes at once start one', async () => {
  const entry = fakeDaemon('setTimeout(() => {}, 3000);');
  const starter = `import { startDaemonOnce } from ${JSON.stringify(new URL('../../../daemon/feed/startDaemon.ts', import.meta.url).href)};
    process.stdin.once('data', async () => { console.log(await startDaemonOnce(${JSON.stringify(home)}, ${JSON.stringify(entry)})); process.exit(); });
    console.log('ready');`;
  writeFileSync(join(home, 'starter.ts'), starter);
  const starters = Array.from({ length: 10 }, () => spawn(process.execPath, [join(home, 'starter.ts')]));
  const said = starters.map(() => '');
  for (const [i, child] of starters.entries()) child.stdout.on('data', (data) => (said[i] += data));
  await until(() => said.every((text) => text.includes('ready')));
  const ended = starters.map((child) => once(child, 'exit'));
  for (const child of starters) child.stdin.write('go\n');
  await Promise.all(ended);
  const answers = said.map((text) => text.trim().split('\n').at(-1)).sort();
  assert.deepEqual(answers, [...Array(9).fill('someone_else'), 'started']);
  await until(() => runs().length > 0);
  assert.equal(runs().length, 1);
  process.kill(Number(runs()[0]!.slice(4)));
});

test('a lock of more than ten seconds is taken by one of those that see it', () => {
  const lock = join(home, 'lock');
  assert.ok(takeStartLock(lock, 'a'));
  assert.ok(!takeStartLock(lock, 'b'));
  const old = new Date(Date.now() - 11_000);
  utimesSync(lock, old, old);
  assert.ok(takeStartLock(lock, 'c'));
  assert.ok(!takeStartLock(lock, 'd'));
  assert.equal(readFileSync(lock, 'utf8'), 'c');
  assert.deepEqual(readdirSync(home), ['lock']);
});

test('a claim whose maker died does not stand in the way for ever', () => {
  const lock = join(home, 'lock');
  const old = new Date(Math.floor(Date.now() / 1000) * 1000 - 30_000);
  for (const path of [lock, `${lock}.${old.getTime()}`]) {
    writeFileSync(path, 'dead');
    utimesSync(path, old, old);
  }
  assert.ok(!takeStartLock(lock, 'a'));
  assert.ok(takeStartLock(lock, 'b'));
});

test('what cannot be started is said, and leaves the way free', async () => {
  const entry = fakeDaemon();
  assert.equal(await startDaemonOnce(home, { ...entry, execPath: join(home, 'no-such-node') }), 'failed');
  assert.ok(!existsSync(startLockOf(home)));
  writeFileSync(join(home, 'file'), '');
  assert.equal(await startDaemonOnce(join(home, 'file'), entry), 'failed');
  mkdirSync(join(home, 'other'));
  assert.equal(await startDaemonOnce(join(home, 'other'), entry), 'started');
});

test('a daemon that ends at once leaves the way free for the next', async () => {
  const entry = fakeDaemon();
  assert.equal(await startDaemonOnce(home, entry), 'started');
  await until(() => !existsSync(startLockOf(home)));
  assert.equal(await startDaemonOnce(home, entry), 'started');
  await until(() => runs().length === 2);
});
