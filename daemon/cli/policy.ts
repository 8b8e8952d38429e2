/** `callgrove policy`: what agents may reach, why, and how to change it. */
import { type Actions, chooseAction } from './chooseAction.ts';
import { policyAccept } from './policyAccept.ts';
import { policyAllow } from './policyAllow.ts';
import { policyCheck } from './policyCheck.ts';
import { policyShow } from './policyShow.ts';
import type { Verb } from './verb.ts';

const ACTIONS: Actions = {
  show: policyShow,
  check: policyCheck,
  allow: policyAllow,
  accept: policyAccept,
};

export const policy: Verb = {
  spec: {
    name: 'policy',
    summary: 'what agents may reach: shows it, checks a call against it, allows what was denied',
    usage: [
      'policy show [--server S] [--agent A] [--cwd DIR] [--root DIR] [--json]',
      'policy check [--server S] --tool T --args JSON [--agent A] [--cwd DIR] [--root DIR] [--json]',
      'policy allow [CALL] [--once] [--yes] [--json]',
      'policy accept SERVER [--yes] [--json]',
    ],
    args: [
      {
        name: Object.keys(ACTIONS).join(' | '),
        required: true,
        help: 'show: each rule with its origin; check: what enforce would say; allow: lets a denied call through; accept: the tools of a pinned server',
      },
      { name: 'CALL | SERVER', required: false, help: 'allow: the denied call (default: last); accept: the server' },
    ],
    options: {
      server: { value: 'S', help: "the server's name in the agents' files" },
      agent: { value: 'A', help: "an agent's id, such as claude-code" },
      tool: { value: 'T', help: 'check: the tool that would be called' },
      args: { value: 'JSON', help: 'check: its arguments (default: {})' },
      cwd: { value: 'DIR', help: 'where the server would run (default: this folder)' },
      root: { value: 'DIR', help: 'the workspace, instead of the one that is found' },
      once: {
        value: null,
        help: 'allow: the next request like it passes, within ten minutes; the settings stay as they are',
      },
      yes: { value: null, help: 'allow, accept: without asking' },
    },
    examples: [
      ['policy show', 'what counts in this folder, and which line says so'],
      ['policy check --server filesystem --tool read_file --args \'{"path":"/etc/passwd"}\'', 'step by step'],
      ['policy allow last', 'the narrowest rule that would have let the newest call through'],
      ['policy allow last --once', 'the same request may pass once; then the rule counts again'],
    ],
    exits: { 1: 'check: a denial; allow: no setting can allow it; accept: there is something to accept' },
  },
  run: chooseAction('policy', ACTIONS),
};
