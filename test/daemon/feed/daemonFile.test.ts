import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import {
  isAlive,
  processStart,
  readDaemonFile,
  removeDaemonFile,
  writeDaemonFile,
} from '../../../daemon/feed/daemonFile.ts';
import { DaemonFile } from '../../../daemon/protocol/feed.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'callgrove-file-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sample: DaemonFile = {
  v: 1,
  pid: process.pid,
  start: processStart(process.pid),
  port: 4711,
  token: 'secret',
  version: '0.1.0',
  started_at: '2026-11-20T14:00:00.000Z',
};

test('what is written is read again, private to the user, with nothing left beside it', () => {
  const path = join(folder, 'daemon.json');
  writeFileSync(path, 'older', { mode: 0o644 });
  writeDaemonFile(path, sample);
  assert.deepEqual(readDaemonFile(path), { kind: 'present', file: sample });
  if (process.platform !== 'win32') assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder), ['daemon.json']);
});

test('what does not stand for a daemon is no daemon file', () => {
  const path = join(folder, 'daemon.json');
  assert.deepEqual(readDaemonFile(path), { kind: 'absent' });
  assert.deepEqual(readDaemonFile(join(folder, 'gone', 'daemon.json')), { kind: 'absent' });
  assert.equal(readDaemonFile(folder).kind, 'unreadable');
  const bad: unknown[] = [null, 1, 'x', [], {}, { ...sample, v: 2 }, { ...sample, pid: 0 }, { ...sample, pid: -1 }];
  bad.push({ ...sample, pid: '1' }, { ...sample, port: 70_000 }, { ...sample, port: 1.5 }, { ...sample, token: '' });
  bad.push({ ...sample, start: 1 }, { ...sample, version: null }, { ...sample, started_at: 0 });
  for (const text of ['', '{', '{"v":1', '\0\0\0', ...bad.map((value) => JSON.stringify(value))]) {
    writeFileSync(path, text);
    assert.equal(readDaemonFile(path).kind, 'unreadable', text);
  }
});

test('the hand check and the schema agree', () => {
  const path = join(folder, 'daemon.json');
  for (const change of [{}, { v: 2 }, { port: '1' }, { start: null }, { token: 1 }, { version: 7 }, { extra: 1 }]) {
    writeFileSync(path, JSON.stringify({ ...sample, ...change }));
    const schema = DaemonFile.safeParse({ ...sample, ...change }).success;
    assert.equal(readDaemonFile(path).kind === 'present', schema, JSON.stringify(change));
  }
});

test('what stands there and cannot be read is unreadable, not absent', () => {
  const path = join(folder, 'daemon.json');
  mkdirSync(path);
  assert.deepEqual(readDaemonFile(path), { kind: 'unreadable', reason: 'EISDIR' });
});

test('only its own process removes it', () => {
  const path = join(folder, 'daemon.json');
  writeDaemonFile(path, { ...sample, pid: process.pid + 1 });
  removeDaemonFile(path, process.pid);
  assert.ok(existsSync(path));
  writeDaemonFile(path, sample);
  removeDaemonFile(path, process.pid);
  assert.ok(!existsSync(path));
  removeDaemonFile(path, process.pid);
});

test('alive is who has the pid and the start time', async () => {
  assert.ok(isAlive(sample));
  assert.ok(isAlive({ pid: process.pid, start: null }), 'where no start time is known the pid is trusted');
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  const start = processStart(pid);
  assert.ok(isAlive({ pid, start }));
  if (process.platform === 'linux') {
    assert.match(start ?? '', /^[0-9a-f-]{36}:\d+$/);
    assert.ok(!isAlive({ pid, start: `${start}1` }), 'a reused pid');
    assert.ok(!isAlive({ pid, start: (start ?? '').replace(/^.{36}/, 'another-boot') }), 'another boot');
  }
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.ok(!isAlive({ pid, start }));
  assert.ok(!isAlive({ pid, start: null }));
  assert.equal(processStart(pid), null);
});
