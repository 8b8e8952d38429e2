/** `callgrove sessions`: the sessions of this workspace, oldest first. */
import { SessionList } from '../protocol/api.ts';
import { EXIT } from './exit.ts';
import { HOW_TO_RECORD } from './howToRecord.ts';
import { makePaint } from './paint.ts';
import { wholeNumber } from './parseVerb.ts';
import { queryPath, scopeValues } from './queryPath.ts';
import { sessionListHeading, sessionListLines } from './sessionLine.ts';
import type { Verb } from './verb.ts';

export const sessions: Verb = {
  spec: {
    name: 'sessions',
    summary: 'lists the sessions of this workspace, oldest first',
    usage: ['sessions [--limit N] [--all] [--json]'],
    args: [],
    options: { limit: { value: 'N', help: 'only the newest N (default: 30 on a terminal, else all)' } },
    examples: [
      ['sessions', 'what was recorded here'],
      ['sessions --all --json', 'every session of every workspace, as Session records'],
    ],
    exits: {},
  },
  async run({ option, json, scope, out, terminal, connect }) {
    const asked = wholeNumber('limit', option('limit'), 1, 1_000_000);
    const screen = terminal();
    const client = await connect();
    const limit = asked ?? (json || !screen.live ? null : 30);
    const list = await client.get(queryPath('/api/sessions', { ...scopeValues(scope), limit }), SessionList);
    if (json) {
      await out.json(list.sessions.map((head) => head.session));
      return EXIT.fine;
    }
    if (list.sessions.length === 0) {
      out.note(
        scope.all
          ? 'No session has been recorded yet.'
          : `No session has been recorded in ${scope.workspace}. --all looks in every workspace.`,
      );
      out.note(HOW_TO_RECORD);
      return EXIT.fine;
    }
    const drawing = { terminal: screen, paint: makePaint(screen), now: Date.now() };
    await out.line(drawing.paint.dim(sessionListHeading(drawing)));
    for (const head of list.sessions) for (const line of sessionListLines(head, drawing)) await out.line(line);
    const hidden = list.total - list.sessions.length;
    if (hidden > 0) out.note(`${hidden} older ones are not shown; --limit N shows more.`);
    return EXIT.fine;
  },
};
