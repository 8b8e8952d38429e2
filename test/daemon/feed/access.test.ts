import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { accessOf, bearerOf, makeViewerToken, subprotocolTokenOf } from '../../../daemon/feed/access.ts';
import { loadDaemonToken } from '../../../daemon/feed/daemonToken.ts';

const daemon = 'k'.repeat(43);
const now = Date.parse('2026-11-20T14:00:00Z');

test('the token opens what it is', () => {
  const viewer = makeViewerToken(daemon, now);
  const [v, madeAt, nonce, mac] = viewer.split('.');
  const later = (Math.floor(now / 1000) + 999_999).toString(36);
  const cases: [string | null, string | null, string][] = [
    [daemon, 'daemon', 'the daemon’s'],
    [viewer, 'viewer', 'a viewer’s'],
    [null, null, 'none'],
    ['', null, 'empty'],
    [daemon.slice(1), null, 'one character less'],
    [`${daemon}k`, null, 'one more'],
    [`${v}.${later}.${nonce}.${mac}`, null, 'another date'],
    [`${v}.${madeAt}.AAAA.${mac}`, null, 'another nonce'],
    [`${v}.${madeAt}.${nonce}.`, null, 'no proof'],
    [makeViewerToken('other', now), null, 'another daemon’s'],
    ['.', null, 'a dot'],
    ['a'.repeat(1000), null, 'too long'],
  ];
  for (const [token, access, what] of cases) assert.equal(accessOf(daemon, token, now), access, what);
  assert.notEqual(makeViewerToken(daemon, now), viewer, 'two are never the same');
});

test('a viewer’s token lasts for thirty days and needs no memory', () => {
  const viewer = makeViewerToken(daemon, now);
  assert.equal(accessOf(daemon, viewer, now + 29 * 86_400_000), 'viewer');
  assert.equal(accessOf(daemon, viewer, now + 31 * 86_400_000), null);
});

test('where a token stands', () => {
  assert.equal(bearerOf('Bearer abc'), 'abc');
  assert.equal(bearerOf('bearer  abc'), 'abc');
  for (const none of [undefined, '', 'abc', 'Basic abc', 'Bearer', 'Bearer a b']) assert.equal(bearerOf(none), null);
  assert.equal(subprotocolTokenOf('callgrove.v1, token.a.b.c'), 'a.b.c');
  assert.equal(subprotocolTokenOf('token.x,callgrove.v1'), 'x');
  for (const none of [undefined, '', 'callgrove.v1', 'tokenx']) assert.equal(subprotocolTokenOf(none), null);
  assert.match(makeViewerToken(daemon, now), /^[\w.-]+$/, 'can be sent as a subprotocol');
});

test('the daemon’s token is made once, and again where others could have read it', () => {
  const home = mkdtempSync(join(tmpdir(), 'callgrove-token-'));
  try {
    const first = loadDaemonToken(home);
    assert.match(first, /^[\w-]{43}$/);
    assert.equal(loadDaemonToken(home), first);
    const path = join(home, 'control', 'token');
    writeFileSync(path, 'cut');
    const second = loadDaemonToken(home);
    assert.notEqual(second, first);
    assert.equal(readFileSync(path, 'utf8').trim(), second);
    if (process.platform === 'win32') return;
    assert.equal(statSync(path).mode & 0o777, 0o600);
    chmodSync(path, 0o644);
    assert.notEqual(loadDaemonToken(home), second);
    assert.equal(statSync(path).mode & 0o777, 0o600);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
