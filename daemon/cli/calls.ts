/** `callgrove calls`: calls as a flat list, oldest first; as records for programs. */
import { Call } from '../protocol/record.ts';
import { callListLine, errorLine } from './callList.ts';
import { EXIT } from './exit.ts';
import { FILTER_HELP } from './helpText.ts';
import { HOW_TO_RECORD } from './howToRecord.ts';
import { makePaint } from './paint.ts';
import { wholeNumber } from './parseVerb.ts';
import { queryPath, scopeValues } from './queryPath.ts';
import { resolveId } from './resolveId.ts';
import type { Verb } from './verb.ts';

export const calls: Verb = {
  spec: {
    name: 'calls',
    summary: 'lists calls, oldest first',
    usage: ['calls [--session SESSION] [--filter F] [--errors] [--limit N] [--all] [--json]'],
    args: [],
    options: {
      session: { value: 'SESSION', help: 'only those of one session' },
      filter: { value: 'F', help: FILTER_HELP },
      errors: { value: null, help: 'only calls that failed; with --json their error objects' },
      limit: { value: 'N', help: 'only the newest N (default: 50 on a terminal, else all)' },
    },
    examples: [
      ['calls', 'the newest calls of this workspace'],
      ['calls --session last --errors', 'what went wrong in the newest session'],
      ['calls --all --json | jq .tool', 'every call of every workspace, one Call record a line'],
    ],
    exits: {},
  },
  async run({ option, flag, json, scope, out, terminal, connect }) {
    const asked = wholeNumber('limit', option('limit'), 1, 1_000_000_000);
    const screen = terminal();
    const client = await connect();
    const named = option('session');
    const session = named === null ? null : await resolveId(client, 'session', named, scope);
    const limit = asked ?? (json || !screen.live ? null : 50);
    const query = {
      ...(session ? {} : scopeValues(scope)),
      session,
      filter: option('filter'),
      errors: flag('errors'),
      limit,
    };
    const drawing = { terminal: screen, paint: makePaint(screen), now: Date.now() };
    let count = 0;
    for await (const call of client.getLines(queryPath('/api/calls', query), Call)) {
      if (out.closed) break;
      count++;
      if (!json) await out.line(callListLine(call, drawing));
      else await out.json(flag('errors') ? errorLine(call) : call);
    }
    if (!json && count === 0) {
      const where = session || scope.all ? '' : ' in this workspace; --all looks in every one';
      out.note(`No ${flag('errors') ? 'failed ' : ''}call${option('filter') ? ' matches' : ''}${where}.`);
      if (!session && !flag('errors') && !option('filter')) out.note(HOW_TO_RECORD);
    } else if (!json && asked === null && count === limit)
      out.note(`The newest ${count} are shown; --limit N shows more.`);
    return EXIT.fine;
  },
};
