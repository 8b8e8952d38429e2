/** Where nothing has been recorded, every command that looks for something says how to begin. */
import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCli } from '../../support/cliRun.ts';

test('an empty state folder: nothing, and what makes something of it', async (t) => {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-nothing-')));
  t.after(async () => {
    await runCli(['daemon', 'stop'], { home });
    rmSync(home, { recursive: true, force: true });
  });
  for (const [args, code] of [
    [['sessions'], 0],
    [['sessions', '--all'], 0],
    [['calls'], 0],
    [['show', 'last', '--all'], 2],
    [['call', 'last', '--all'], 2],
  ] as const) {
    const answer = await runCli([...args], { home });
    assert.deepEqual([answer.code, answer.stdout], [code, ''], args.join(' '));
    assert.match(answer.stderr, /\ncallgrove wrap puts Callgrove before your agents' servers; restart the agent/);
  }
  assert.equal((await runCli(['sessions', '--json'], { home })).stdout, '[]\n');
  const { stdout } = await runCli(['daemon', 'status'], { home });
  assert.match(stdout, /kept +14 days, at most 2\.0 GB/);
});
