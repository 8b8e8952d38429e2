/** `callgrove harness`: captures, shows and compares the workbenches that agents wake up on. */
import { wrongUsage } from './exit.ts';
import { harnessCapture } from './harnessCapture.ts';
import { harnessShow } from './harnessShow.ts';
import { nearest } from './nearest.ts';
import type { Context, Verb } from './verb.ts';

/** By the word that follows `harness`. */
const ACTIONS: Readonly<Record<string, Verb['run']>> = {
  capture: harnessCapture,
  show: harnessShow,
};

export const harness: Verb = {
  spec: {
    name: 'harness',
    summary: 'what an agent wakes up on here: captures, shows and compares it',
    usage: ['harness capture [--json]', 'harness show [A] [--json]'],
    args: [
      { name: Object.keys(ACTIONS).join(' | '), required: true, help: 'capture takes a new one; show reads one back' },
      {
        name: 'A',
        required: false,
        help: 'a session, a capture (cap_…) or a version (hv_…); last (the default), last~N',
      },
    ],
    options: {},
    examples: [
      [
        'harness capture',
        'instructions, settings, servers, test data, git and environment of this folder, as they are now',
      ],
      ['harness show last~1', 'the capture before the newest one of this workspace'],
    ],
    exits: {},
  },
  async run(context: Context) {
    const word = context.args[0] ?? '';
    const action = Object.hasOwn(ACTIONS, word) ? ACTIONS[word] : undefined;
    if (action) return action(context);
    const near = nearest(word, Object.keys(ACTIONS));
    throw wrongUsage(
      `harness takes ${Object.keys(ACTIONS).join(', ')}, not ${JSON.stringify(word)}`,
      near && `Did you mean callgrove harness ${near}?`,
    );
  },
};
