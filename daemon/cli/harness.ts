/** `callgrove harness`: captures, shows and compares the workbenches that agents wake up on. */
import { type Actions, chooseAction } from './chooseAction.ts';
import { harnessCapture } from './harnessCapture.ts';
import { harnessDiff } from './harnessDiff.ts';
import { harnessFresh } from './harnessFresh.ts';
import { harnessShow } from './harnessShow.ts';
import type { Verb } from './verb.ts';

const ACTIONS: Actions = {
  capture: harnessCapture,
  show: harnessShow,
  diff: harnessDiff,
  fresh: harnessFresh,
};

export const harness: Verb = {
  spec: {
    name: 'harness',
    summary: 'what an agent wakes up on here: captures, shows and compares it',
    usage: [
      'harness capture [--json]',
      'harness show [A] [--json]',
      'harness diff [A B] [--json]',
      'harness fresh [--ref R] [--setup auto|CMD|none] [--test] [--keep] [--json]',
    ],
    args: [
      {
        name: Object.keys(ACTIONS).join(' | '),
        required: true,
        help: 'capture takes a new one; show reads one back; diff compares two; fresh compares with a fresh checkout',
      },
      {
        name: 'A',
        required: false,
        help: 'a session, a capture (cap_…) or a version (hv_…); last (the default of show), last~N',
      },
      { name: 'B', required: false, help: 'diff: what A is compared with (default: last~1 and last)' },
    ],
    options: {
      ref: { value: 'R', help: 'fresh: the commit, branch or tag that is checked out (default: HEAD)' },
      setup: {
        value: 'CMD',
        help: 'fresh: auto runs the set-up command that is found, none runs none, else this one (default: asks)',
      },
      test: { value: null, help: 'fresh: runs the test command here and there, and says what a failure there lacks' },
      keep: { value: null, help: 'fresh: leaves the checkout where it was made' },
    },
    examples: [
      [
        'harness capture',
        'instructions, settings, servers, test data, git and environment of this folder, as they are now',
      ],
      ['harness show last~1', 'the capture before the newest one of this workspace'],
      ['harness diff', 'what changed between the last two'],
      ['harness fresh --setup auto --test', 'what this folder has that a colleague would not have'],
    ],
    exits: { 1: 'diff: something differs; fresh: hidden local context, or tests end otherwise' },
  },
  run: chooseAction('harness', ACTIONS),
};
