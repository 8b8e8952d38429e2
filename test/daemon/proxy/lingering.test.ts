import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { LINGER_MS, type Lingering, lingering } from '../../../daemon/proxy/lingering.ts';

type Step = keyof Lingering | number | 'busy' | 'free';

/** Plays the steps (numbers: milliseconds that pass) and tells after which of them the proxy left. */
function leavesAfter(...steps: Step[]): number | null {
  mock.timers.enable({ apis: ['setTimeout'] });
  let busy = false;
  let left = 0;
  const life = lingering({ outputs: 2, busy: () => busy, leave: () => left++ });
  try {
    for (const [index, step] of steps.entries()) {
      if (typeof step === 'number') mock.timers.tick(step);
      else if (step === 'busy' || step === 'free') busy = step === 'busy';
      else life[step]();
      if (left > 0) {
        mock.timers.tick(60_000);
        assert.equal(left, 1, 'leaves once');
        return index;
      }
    }
    return null;
  } finally {
    mock.timers.reset();
  }
}

for (const [name, steps, at] of [
  ['exit, then both outputs end', ['serverEnded', 'outputDone', 'outputDone'], 2],
  ['both outputs end, then exit', ['outputDone', 'outputDone', 'serverEnded'], 2],
  ['outputs end and the server lives on', ['outputDone', 'outputDone', 3_600_000], null],
  ['stdout is held open in silence', ['serverEnded', LINGER_MS - 1, 1], 2],
  ['stdout is held open by one who speaks', ['serverEnded', 100, 'spoken', 3_600_000, 'outputDone', 'outputDone'], 5],
  ['the one who speaks is left by its agent', ['serverEnded', 'spoken', 3_600_000, 'agentEnded', LINGER_MS], 4],
  ['words before the exit prove nothing', ['spoken', 'serverEnded', LINGER_MS], 2],
  ['the agent still reads', ['busy', 'serverEnded', LINGER_MS, 60_000, 'free', LINGER_MS], 5],
  ['a signal after the exit', ['serverEnded', 'spoken', 60_000, 'signalled', 150], 4],
  ['a signal before the exit, an agent that does not read', ['busy', 'signalled', 'serverEnded', 150], 3],
] as const satisfies [string, Step[], number | null][]) {
  test(`leaving: ${name}`, () => assert.equal(leavesAfter(...steps), at));
}
