/** The door to stdout: what is told apart when nothing more can be written, and how a verb then ends. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { makeOutput } from '../../../daemon/cli/output.ts';

function failing(code: string): Writable {
  return new Writable({
    highWaterMark: 1,
    write: (_chunk, _encoding, done) => done(Object.assign(new Error(`${code}: no more`), { code })),
  });
}

for (const code of ['EPIPE', 'EIO']) {
  test(`${code}: the reader has gone, which is told once and is no failure`, async () => {
    let told = 0;
    const out = makeOutput(failing(code), new Writable(), () => told++);
    await out.line('one');
    await out.line('two');
    await out.flush();
    assert.deepEqual([told, out.closed, out.failure], [1, true, null]);
  });
}

test('however often it waits for a slow reader, it leaves no listener behind', async () => {
  const slow = new Writable({ highWaterMark: 1, write: (_chunk, _encoding, done) => setImmediate(done) });
  const out = makeOutput(slow, new Writable(), () => {});
  const count = () => ['drain', 'close', 'error'].map((name) => slow.listenerCount(name));
  const before = count();
  for (let line = 0; line < 20; line++) await out.line('one');
  assert.deepEqual(count(), before);
});

test('anything else leaves what was asked for incomplete, and says why', async () => {
  let told = 0;
  const out = makeOutput(failing('ENOSPC'), new Writable(), () => told++);
  await out.line('one');
  await out.line('two');
  await out.flush();
  assert.deepEqual([told, out.closed, out.failure?.message], [1, true, 'ENOSPC: no more']);
});

test('a full disk behind stdout: one sentence and exit code 3', async () => {
  if (!existsSync('/dev/full')) return;
  const home = mkdtempSync(join(tmpdir(), 'callgrove-full-'));
  const script = resolve(import.meta.dirname, '../../../daemon/callgrove.ts');
  try {
    const { status, stderr } = spawnSync('sh', ['-c', '"$0" "$@" > /dev/full', process.execPath, script, 'help'], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH ?? '', HOME: home, CALLGROVE_HOME: home },
    });
    assert.match(stderr, /^callgrove: standard output: ENOSPC: [^\n]*\n$/);
    assert.equal(status, 3);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
