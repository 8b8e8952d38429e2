import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { EOF_GRACE_MS, type Stopper, stopServer, TERM_GRACE_MS } from '../../../daemon/proxy/stopServer.ts';

/** Plays the steps (numbers: milliseconds that pass) and returns the signals that the server got. */
function play(steps: readonly (number | ((stopper: Stopper) => void))[]): string[] {
  mock.timers.enable({ apis: ['setTimeout'] });
  const sent: string[] = [];
  const stopper = stopServer({ kill: (signal) => sent.push(signal) > 0 });
  for (const step of steps) {
    if (typeof step === 'number') mock.timers.tick(step);
    else step(stopper);
  }
  mock.timers.reset();
  return sent;
}

const signal = (name: NodeJS.Signals) => (stopper: Stopper) => stopper.signal(name);
const abandoned = (stopper: Stopper) => stopper.abandoned();
const ended = (stopper: Stopper) => stopper.dispose();

for (const [name, steps, expected] of [
  ['SIGTERM, ended in time', [signal('SIGTERM'), TERM_GRACE_MS - 1, ended, 10_000], ['SIGTERM']],
  ['SIGTERM, not ended in time', [signal('SIGTERM'), TERM_GRACE_MS], ['SIGTERM', 'SIGKILL']],
  [
    'SIGTERM twice: passed on twice, killed by the first clock',
    [signal('SIGTERM'), 1000, signal('SIGTERM'), TERM_GRACE_MS - 1000, 10_000],
    ['SIGTERM', 'SIGTERM', 'SIGKILL'],
  ],
  ['SIGINT is only passed on', [signal('SIGINT'), 60_000], ['SIGINT']],
  ['an agent that is gone', [abandoned, EOF_GRACE_MS - 1], []],
  ['an agent that is gone, a server that stays', [abandoned, EOF_GRACE_MS, TERM_GRACE_MS], ['SIGTERM', 'SIGKILL']],
  ['an agent that is gone, a server that ends', [abandoned, 10, ended, 60_000], []],
] as const) {
  test(`stopping: ${name}`, () => assert.deepEqual(play(steps), expected));
}

test('the grace ends before the client kills the proxy', () => assert.ok(TERM_GRACE_MS < 2000));
