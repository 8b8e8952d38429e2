/** `callgrove freeze` and `callgrove thaw`: stop one server, session or credential lane at its next request, and release it. */
import { ActionResult } from '../protocol/api.ts';
import { PolicyState } from '../protocol/denial.ts';
import { EXIT, type ExitCode, wrongUsage } from './exit.ts';
import { freezeLine } from './policyShow.ts';
import { resolveId } from './resolveId.ts';
import { safeLine } from './safeText.ts';
import type { Context, Verb, VerbSpec } from './verb.ts';

const KINDS = ['server', 'session', 'lane'] as const;

function specOf(name: 'freeze' | 'thaw', summary: string, examples: VerbSpec['examples']): VerbSpec {
  return {
    name,
    summary,
    usage: [
      `${name} server NAME [--reason TEXT]`,
      `${name} session SESSION [--reason TEXT]`,
      `${name} lane LANE [--reason TEXT]`,
      `${name} [--json]`,
    ],
    args: [
      { name: KINDS.join(' | '), required: false, help: 'what; without it the list of what is frozen' },
      {
        name: 'TARGET',
        required: false,
        help: "a server's name; a session as everywhere; a credential lane as 'callgrove call' names it",
      },
    ],
    options: { reason: { value: 'TEXT', help: 'kept with it, at most 500 characters' } },
    examples,
    exits: {},
  };
}

export const freeze: Verb = {
  spec: specOf('freeze', 'stops a server, session or credential lane at its next request', [
    ['freeze server filesystem --reason "looks odd"', 'its next request is refused, also on running connections'],
    ['freeze session last', 'every server of that session'],
    ['freeze lane github/env:GITHUB_TOKEN#3f9a21c0', 'every connection that runs under this credential'],
  ]),
  run: (context) => act('freeze', context),
};

export const thaw: Verb = {
  spec: specOf('thaw', 'lets a frozen server, session or lane go on', [
    ['thaw', 'what is frozen'],
    ['thaw server filesystem', 'and what was refused meanwhile'],
  ]),
  run: (context) => act('thaw', context),
};

async function act(verb: 'freeze' | 'thaw', context: Context): Promise<ExitCode> {
  const { args, option, json, scope, out, connect } = context;
  const client = await connect();
  const [word, said] = args;
  if (word === undefined) {
    const { freezes } = await client.get('/api/policy', PolicyState);
    if (json) await out.json({ v: 1, freezes });
    else for (const one of freezes) await out.line(freezeLine(one).trimStart());
    if (!json && freezes.length === 0) out.note('Nothing is frozen.');
    return EXIT.fine;
  }
  const kind = KINDS.find((one) => one === word);
  if (!kind) throw wrongUsage(`${verb} takes ${KINDS.join(', ')}, not ${JSON.stringify(word)}`);
  if (said === undefined) throw wrongUsage(`which ${kind}? callgrove ${verb} ${kind} …`);
  const reason = option('reason');
  if (reason !== null && reason.length > 500) throw wrongUsage('--reason has more than 500 characters');
  const target = kind === 'session' ? await resolveId(client, 'session', said, scope) : said;
  const { sentence } = await client.post('/api/act', { act: verb, kind, target, reason }, ActionResult);
  if (json) await out.json({ v: 1, act: verb, kind, target, sentence: sentence ?? null });
  else await out.line(safeLine(sentence ?? ''));
  return EXIT.fine;
}
