/** Who keeps the launcher current, with the real command line: `wrap`, the daemon, and `unwrap --all` at the end. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readLauncherFile } from '../../daemon/agents/launcherFile.ts';
import { runCli } from '../support/cliRun.ts';

function withHome(name: string, body: (home: string) => Promise<void>): void {
  test(name, { timeout: 120_000 }, async () => {
    const home = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-keep-')));
    chmodSync(home, 0o700);
    try {
      await body(home);
    } finally {
      await runCli(['daemon', 'stop'], { home });
      rmSync(home, { recursive: true, force: true });
    }
  });
}

const WHOLE = ['callgrove', 'gate.cjs', 'launch.cjs', 'launcher.json', 'run.mjs'];

withHome('daemon start writes it, and a daemon that starts mends it', async (home) => {
  const started = await runCli(['daemon', 'start'], { home });
  assert.equal(started.code, 0, started.stderr);
  assert.deepEqual(readdirSync(join(home, 'bin')).sort(), WHOLE);
  const file = readLauncherFile(join(home, 'bin'));
  assert.equal(file?.runtime, process.execPath);
  assert.match(file?.program ?? '', /daemon[\\/]callgrove\.ts$/);
  await runCli(['daemon', 'stop'], { home });
  rmSync(join(home, 'bin'), { recursive: true });
  const again = await runCli(['daemon', 'start'], { home });
  assert.equal(again.code, 0, again.stderr);
  assert.deepEqual(readdirSync(join(home, 'bin')).sort(), WHOLE);
});

withHome('wrap writes it before it names it, and unwrap --all takes it out of use', async (home) => {
  const cwd = join(home, 'work');
  mkdirSync(cwd);
  const config = join(cwd, '.mcp.json');
  const before = '{ "mcpServers": { "s": { "command": "cat", "args": [] } } }\n';
  writeFileSync(config, before);
  const wrapped = await runCli(['wrap'], { home, cwd });
  assert.equal(wrapped.code, 0, wrapped.stderr);
  assert.deepEqual(readdirSync(join(home, 'bin')).sort(), WHOLE);
  assert.ok(readFileSync(config, 'utf8').includes(join(home, 'bin')));
  // A dry run takes nothing out of use.
  const dry = await runCli(['unwrap', '--all', '--dry-run'], { home, cwd: home });
  assert.equal(dry.stderr, '');
  assert.deepEqual(readdirSync(join(home, 'bin')).sort(), WHOLE);
  const unwrapped = await runCli(['unwrap', '--all'], { home, cwd: home });
  assert.equal(unwrapped.code, 0, unwrapped.stderr);
  assert.equal(readFileSync(config, 'utf8'), before);
  assert.deepEqual(readdirSync(join(home, 'bin')), ['callgrove']);
});

withHome('where it cannot be written, wrap changes nothing and says why', async (home) => {
  const cwd = join(home, 'work');
  mkdirSync(cwd);
  const config = join(cwd, '.mcp.json');
  const before = '{ "mcpServers": { "s": { "command": "cat" } } }';
  writeFileSync(config, before);
  writeFileSync(join(home, 'bin'), 'in the way');
  const { code, stderr } = await runCli(['wrap'], { home, cwd });
  assert.equal(code, 3);
  assert.match(stderr, /could not be written: /);
  assert.equal(readFileSync(config, 'utf8'), before);
});
