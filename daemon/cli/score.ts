/** `callgrove score`: how well a session, or a server, can be audited, with the calls that prove it. */
import { checklistFold } from '../model/checklist.ts';
import { scoreFold, scoreOf } from '../model/scorecard.ts';
import { SessionHead } from '../protocol/feed.ts';
import { Call, type Session } from '../protocol/record.ts';
import type { Scorecard } from '../protocol/scorecard.ts';
import { CliError, couldNot, EXIT } from './exit.ts';
import { makePaint } from './paint.ts';
import { wholeNumber } from './parseVerb.ts';
import { queryPath, scopeValues } from './queryPath.ts';
import { resolveId } from './resolveId.ts';
import { scoreLines } from './scoreLines.ts';
import type { Context, Verb } from './verb.ts';

export const score: Verb = {
  spec: {
    name: 'score',
    summary: 'how well a session or a server can be audited, with the calls that prove it',
    usage: ['score [SESSION or SERVER] [--checklist] [--limit N] [--all] [--json]'],
    args: [
      {
        name: 'SESSION or SERVER',
        required: false,
        help: 'a session (an id, the beginning of one, last, last~N), else a server’s name (default: last)',
      },
    ],
    options: {
      limit: { value: 'N', help: 'only the newest N calls (default: all of a session, 20000 of a server)' },
      checklist: { value: null, help: 'also the four audit questions and the items before production, one by one' },
    },
    examples: [
      ['score', 'the newest session of this workspace'],
      ['score filesystem --checklist', 'a server, over all its calls here'],
    ],
    exits: { 1: 'an item of the checklist fails' },
  },
  async run(context) {
    const { args, flag, option, json, out, terminal } = context;
    const asked = wholeNumber('limit', option('limit'), 1, 1_000_000_000);
    const { of, session, path } = await subjectOf(context, args[0] ?? 'last', asked);
    const client = await context.connect();
    const [signals, checklist] = [scoreFold(), checklistFold()];
    let read = 0;
    for await (const call of client.getLines(path, Call)) {
      read++;
      // The filter finds parts of names, too.
      if (of.kind === 'server' && call.server !== of.id) continue;
      signals.add(call);
      if (flag('checklist')) checklist.add(call);
    }
    if (of.kind === 'server' && signals.toolCalls === 0)
      throw couldNot(
        `There is neither a session nor a server ${of.id} with tool calls here`,
        '--all looks in every workspace.',
      );
    if (asked === null && of.kind === 'server' && read === SERVER_CALLS)
      out.note(`Only the newest ${SERVER_CALLS} calls were looked at; --limit N looks at more.`);
    const found = signals.signals();
    const card: Scorecard = {
      of,
      tool_calls: signals.toolCalls,
      score: scoreOf(found),
      signals: found,
      checklist: flag('checklist') ? checklist.items(session) : null,
    };
    if (json) await out.json(card);
    else {
      const screen = terminal();
      for (const line of scoreLines(card, { terminal: screen, paint: makePaint(screen), now: Date.now() }))
        await out.line(line);
    }
    return card.checklist?.some(({ result }) => result === 'fail') ? EXIT.finding : EXIT.fine;
  },
};

/** A server may have been called for months. */
const SERVER_CALLS = 20_000;

interface Subject {
  readonly of: Scorecard['of'];
  readonly session: Session | null;
  /** Where its calls are read. */
  readonly path: string;
}

/** A session where the word names one, else a server. */
async function subjectOf({ connect, scope }: Context, word: string, limit: number | null): Promise<Subject> {
  const client = await connect();
  try {
    const id = await resolveId(client, 'session', word, scope);
    const { session } = await client.get(`/api/sessions/${encodeURIComponent(id)}`, SessionHead);
    return { of: { kind: 'session', id }, session, path: queryPath('/api/calls', { session: id, limit }) };
  } catch (error) {
    const isReference = /^(?:ses_|last)/.test(word);
    if (!(error instanceof CliError) || isReference) throw error;
    const filter = `server:${JSON.stringify(word)}`;
    return {
      of: { kind: 'server', id: word },
      session: null,
      path: queryPath('/api/calls', { ...scopeValues(scope), filter, limit: limit ?? SERVER_CALLS }),
    };
  }
}
