/** `callgrove pin`: keeps a session from being taken by retention. */
import { ActionResult } from '../protocol/api.ts';
import { EXIT } from './exit.ts';
import { resolveId } from './resolveId.ts';
import type { Verb } from './verb.ts';

export const pin: Verb = {
  spec: {
    name: 'pin',
    summary: 'keeps a session whatever its age, or lets it go again',
    usage: ['pin SESSION [--off]'],
    args: [{ name: 'SESSION', required: true, help: 'an id, the beginning of one, last or last~N' }],
    options: { off: { value: null, help: 'let it go again' } },
    examples: [
      ['pin last', 'retention and prune leave it alone'],
      ['pin last --off', ''],
    ],
    exits: {},
  },
  async run({ args, flag, json, scope, out, connect }) {
    const client = await connect();
    const id = await resolveId(client, 'session', args[0] ?? '', scope);
    const pinned = !flag('off');
    const { session } = await client.post('/api/act', { act: 'pin', session_id: id, pinned }, ActionResult);
    if (json) await out.json(session?.session ?? null);
    else await out.line(pinned ? `${id} is pinned` : `${id} is no longer pinned`);
    return EXIT.fine;
  },
};
