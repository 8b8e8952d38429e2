import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { announceDaemon, lastPort } from '../../../daemon/feed/announceDaemon.ts';
import { isAlive, readDaemonFile, writeDaemonFile } from '../../../daemon/feed/daemonFile.ts';
import { startLockOf } from '../../../daemon/feed/startDaemon.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'callgrove-announce-'));
  mkdirSync(join(home, 'control'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const at = { port: 40_404, token: 't', started_at: '2026-11-20T14:00:00.000Z' };

test('announcing ends the start; the end leaves only the port', () => {
  assert.equal(lastPort(home), null);
  writeFileSync(startLockOf(home), 'x');
  const said = announceDaemon(home, at);
  const state = readDaemonFile(join(home, 'daemon.json'));
  assert.ok(state.kind === 'present' && state.file.pid === process.pid && isAlive(state.file));
  assert.ok(!existsSync(startLockOf(home)));
  if (process.platform !== 'win32') assert.equal(statSync(join(home, 'control', 'port')).mode & 0o777, 0o600);
  said.dispose();
  said.dispose();
  assert.equal(readDaemonFile(join(home, 'daemon.json')).kind, 'absent');
  assert.equal(lastPort(home), 40_404);
});

test('a successor’s word stands', () => {
  const said = announceDaemon(home, at);
  writeDaemonFile(join(home, 'daemon.json'), { v: 1, pid: process.pid + 1, start: null, version: '9.0.0', ...at });
  said.dispose();
  assert.equal(readDaemonFile(join(home, 'daemon.json')).kind, 'present');
});

test('what is no port of ours is none', () => {
  for (const text of ['', 'x', '80', '65536', '-1', '1.5', '{}']) {
    writeFileSync(join(home, 'control', 'port'), text);
    assert.equal(lastPort(home), null, text);
  }
});
