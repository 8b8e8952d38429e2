/** Servers with mounts of their own are real ones, where this machine lets a test make them. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { mountsOf } from '../../../daemon/proxy/mountDoubt.ts';

async function started(
  t: { after(work: () => void): void },
  command: string,
  args: readonly string[],
): Promise<number> {
  const child: ChildProcess = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => void child.kill('SIGKILL'));
  // It says so when it has its own mounts, if it is to have any.
  await once(child.stdout!, 'data');
  return child.pid!;
}

const say = ['-c', 'echo up; exec cat'];
const canUnshare = process.platform === 'linux' && spawnSync('unshare', ['-m', 'true']).status === 0;

test('a process beside us sees what we see', async (t) => {
  const pid = await started(t, 'sh', say);
  assert.equal(mountsOf(pid).doubt(0), null);
});

test('which process serves is not known', () => {
  assert.equal(mountsOf(null).doubt(0), 'unknown_process');
  // Gone, or another user's.
  assert.equal(
    mountsOf(2 ** 22 + 5, 'linux').doubt(0),
    process.platform === 'linux' ? 'unknown_process' : 'unknown_process',
  );
});

if (canUnshare) {
  test('one with mounts of its own is told, and one that started such a one', async (t) => {
    const own = await started(t, 'unshare', ['-m', 'sh', ...say]);
    assert.equal(mountsOf(own).doubt(0), 'other_mounts');
    const below = await started(t, 'sh', ['-c', 'unshare -m sh -c "echo up; exec cat" & wait']);
    // A process that is just becoming another program may not be looked at: then nothing is known of it.
    const told: unknown[] = ['other_mounts', 'unknown_process'];
    assert.ok(told.includes(mountsOf(below).doubt(0)));
    const deep = await started(t, 'sh', ['-c', 'sh -c "unshare -m sh -c \\"echo up; exec cat\\" & wait" & wait']);
    assert.ok(told.includes(mountsOf(deep).doubt(0)));
  });
}
