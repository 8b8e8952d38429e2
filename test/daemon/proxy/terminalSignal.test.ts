import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deliveredByTerminal } from '../../../daemon/proxy/terminalSignal.ts';

for (const [signal, foreground, keysSignal, delivered] of [
  ['SIGINT', true, true, true],
  ['SIGINT', true, false, false],
  ['SIGINT', false, false, false],
  ['SIGQUIT', true, true, true],
  ['SIGHUP', true, false, true],
  ['SIGHUP', false, false, false],
  ['SIGTERM', true, true, false],
  ['SIGUSR2', true, true, false],
] as const) {
  test(`${signal}, ${foreground ? 'in the foreground' : 'no terminal'}${keysSignal ? ', keys send signals' : ''}: ${delivered ? 'the server has it' : 'passed on'}`, () => {
    assert.equal(
      deliveredByTerminal(signal, () => ({ foreground, keysSignal })),
      delivered,
    );
  });
}
