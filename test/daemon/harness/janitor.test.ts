import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startJanitor } from '../../../daemon/harness/janitor.ts';
import { runLine } from '../../../daemon/harness/runLine.ts';

const folderWithFile = () => {
  const folder = mkdtempSync(join(tmpdir(), 'callgrove-janitor-'));
  writeFileSync(join(folder, 'x'), 'x');
  return folder;
};

test('the folder is gone when we are done, and stays when it is to be kept', async () => {
  const [gone, kept] = [folderWithFile(), folderWithFile()];
  await startJanitor(gone).finish();
  const janitor = startJanitor(kept);
  janitor.keep();
  await janitor.finish();
  assert.equal(existsSync(gone), false);
  assert.equal(existsSync(kept), true);
  rmSync(kept, { recursive: true });
});

test('killed in the middle nothing is left behind: neither the folder nor what was started', async () => {
  const folder = folderWithFile();
  const harness = join(import.meta.dirname, '../../../daemon/harness');
  const script = `
    import { startJanitor } from ${JSON.stringify(join(harness, 'janitor.ts'))};
    import { runLine } from ${JSON.stringify(join(harness, 'runLine.ts'))};
    const janitor = startJanitor(${JSON.stringify(folder)});
    runLine('sleep 60', { cwd: ${JSON.stringify(folder)}, env: process.env, limitMs: 60000,
      onStart: (pid) => { janitor.started(pid); console.log(pid); }, onEnd: janitor.ended });`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = await new Promise<number>((resolve) =>
    child.stdout.once('data', (text) => resolve(Number(String(text)))),
  );
  child.kill('SIGKILL');
  const isThere = () => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  for (let i = 0; i < 200 && (existsSync(folder) || isThere()); i++) await sleep(50);
  assert.equal(existsSync(folder), false);
  assert.equal(isThere(), false);
});

test('a command line runs as in a shell; what it says, its code, and an end that is not its own', async () => {
  const options = { cwd: tmpdir(), env: process.env, limitMs: 10_000 };
  const plain = await runLine('echo one && echo two >&2 && exit 3', options);
  assert.deepEqual([plain.code, plain.output.split('\n').sort().join(' ').trim(), plain.failure], [3, 'one two', null]);
  const abort = new AbortController();
  const ended = runLine('sleep 60', { ...options, signal: abort.signal, onStart: () => abort.abort() });
  assert.match((await ended).failure ?? '', /interrupted/);
  const late = await runLine('sleep 60', { ...options, limitMs: 50 });
  assert.equal(late.code, null);
  const left = await runLine('sleep 60 & echo started', options);
  assert.equal(left.code, 0);
});
