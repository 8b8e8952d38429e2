/** The tarball through npx with the real registry: `callgrove` is found, says its version, and records a server. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { test } from 'node:test';
import { packTarball } from '../support/packTarball.ts';

test('npx --package callgrove-….tgz callgrove', { timeout: 600_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'callgrove-npx-'));
  try {
    const tarball = packTarball(folder);
    const env = {
      // How the registry is reached is the machine's business: proxies, certificates, the user's npm configuration.
      ...process.env,
      npm_config_userconfig: process.env.npm_config_userconfig ?? join(homedir(), '.npmrc'),
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      HOME: folder,
      CALLGROVE_HOME: join(folder, 'home'),
      npm_config_cache: join(folder, 'cache'),
    };
    const npx = (words: readonly string[], input = '') =>
      spawnSync('npx', ['--yes', '--package', tarball, 'callgrove', ...words], {
        cwd: folder,
        env,
        input,
        encoding: 'utf8',
      });
    const version = npx(['--version']);
    assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/, version.stderr);
    const run = npx(['run', '--no-daemon', '--', 'cat'], 'as it is');
    assert.deepEqual([run.stdout, run.status], ['as it is', 0], run.stderr);
    assert.equal(readdirSync(join(folder, 'home', 'journal')).length, 1);
    // The database driver came along and loads: the daemon answers.
    const started = npx(['daemon', 'start', '--json']);
    assert.equal(started.status, 0, started.stderr);
    assert.ok(existsSync(join(folder, 'home', 'bin', 'callgrove')));
    assert.equal(npx(['daemon', 'stop']).status, 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
