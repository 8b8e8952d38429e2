/** `callgrove tail`: calls as they happen. */
import { connectDaemon } from '../feed/connectDaemon.ts';
import type { SessionHead } from '../protocol/feed.ts';
import { EXIT } from './exit.ts';
import { FILTER_HELP } from './helpText.ts';
import { wholeNumber } from './parseVerb.ts';
import { resolveId } from './resolveId.ts';
import type { Verb } from './verb.ts';
import { watch } from './watch.ts';

export const tail: Verb = {
  spec: {
    name: 'tail',
    summary: 'shows calls as they happen',
    usage: ['tail [SESSION] [--filter F] [--everything] [--last N] [--all] [--json]'],
    args: [{ name: 'SESSION', required: false, help: 'only this one: an id, the beginning of one, last or last~N' }],
    options: {
      filter: { value: 'F', help: FILTER_HELP },
      everything: { value: null, help: 'also requests that are no tool calls, and notifications' },
      last: { value: 'N', help: 'begin with the last N rows of what was before (default 10)' },
    },
    examples: [
      ['tail', 'the sessions of this workspace, those to come too'],
      ['tail --all --json | jq -r .tool', 'a CallHead a line, again whenever it changes'],
    ],
    exits: { 0: 'stopped by Ctrl+C' },
  },
  async run({ args, option, flag, json, scope, home, out, terminal, connect, untilStopped }) {
    const history = wholeNumber('last', option('last'), 0, 500) ?? 10;
    const client = await connect();
    const only = args[0] === undefined ? null : await resolveId(client, 'session', args[0], scope);
    const wants = ({ session, listed_in }: SessionHead) =>
      only === null ? scope.all || listed_in.includes(scope.workspace ?? '') : session.session_id === only;
    const stop = untilStopped();
    if (!json && terminal().live)
      out.note(`Waiting for calls ${scope.all ? 'of every workspace' : `in ${scope.workspace}`}. Ctrl+C ends.`);
    await watch({
      client,
      again: () => connectDaemon({ home, entry: null }),
      out,
      terminal,
      json,
      wants,
      newest: true,
      history,
      everything: flag('everything'),
      filter: option('filter') ?? '',
      footer: null,
      stop,
    });
    return EXIT.fine;
  },
};
