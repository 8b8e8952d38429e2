/** `callgrove label`: gives a session a name of the user's own. */
import { ActionResult } from '../protocol/api.ts';
import { EXIT, wrongUsage } from './exit.ts';
import { resolveId } from './resolveId.ts';
import { safeLine } from './safeText.ts';
import type { Verb } from './verb.ts';

/** Characters; the daemon takes no more. */
const LABEL_LENGTH = 200;

export const label: Verb = {
  spec: {
    name: 'label',
    summary: 'names a session, or takes its name away',
    usage: ['label SESSION TEXT', 'label SESSION --clear'],
    args: [
      { name: 'SESSION', required: true, help: 'an id, the beginning of one, last or last~N' },
      { name: 'TEXT', required: false, help: `at most ${LABEL_LENGTH} characters` },
    ],
    options: { clear: { value: null, help: 'take the label away' } },
    examples: [
      ['label last "before the refactoring"', ''],
      ['label last --clear', ''],
    ],
    exits: {},
  },
  async run({ args, flag, json, scope, out, connect }) {
    const text = args[1]?.trim() ?? null;
    if (flag('clear') === (text !== null))
      throw wrongUsage('give either TEXT or --clear', 'callgrove label SESSION TEXT');
    if (text === '') throw wrongUsage('TEXT is empty; --clear takes the label away');
    if (text !== null && text.length > LABEL_LENGTH)
      throw wrongUsage(`TEXT has ${text.length} characters; at most ${LABEL_LENGTH} are kept`);
    const client = await connect();
    const id = await resolveId(client, 'session', args[0] ?? '', scope);
    const { session } = await client.post('/api/act', { act: 'label', session_id: id, label: text }, ActionResult);
    if (json) await out.json(session?.session ?? null);
    else await out.line(text === null ? `${id} has no label any more` : `${id} is labelled ${safeLine(text)}`);
    return EXIT.fine;
  },
};
