/** `callgrove show`: one session as a tree for people, or its record for programs. */
import { SessionHead, TreeRow } from '../protocol/feed.ts';
import { SessionSummary } from '../protocol/summary.ts';
import { drawTree } from './drawTree.ts';
import { EXIT } from './exit.ts';
import { FILTER_HELP } from './helpText.ts';
import { makePaint } from './paint.ts';
import { queryPath } from './queryPath.ts';
import { resolveId } from './resolveId.ts';
import { safeLine } from './safeText.ts';
import { sessionCostLines, sessionHeadLines } from './sessionLine.ts';
import { resumeLines, resumePlanOf } from './showResume.ts';
import { summaryLines } from './summaryLines.ts';
import type { Verb } from './verb.ts';

export const show: Verb = {
  spec: {
    name: 'show',
    summary: 'shows one session: the tree of its calls',
    usage: ['show [SESSION] [--summary | --resume] [--filter F] [--everything] [--json]'],
    args: [{ name: 'SESSION', required: false, help: 'an id, the beginning of one, last (the default) or last~N' }],
    options: {
      summary: { value: null, help: 'the session added up: what it did, what failed, what it cost, how to go on' },
      resume: {
        value: null,
        help: 'how to go on: the last good state, what is done, what to look at, what may be repeated',
      },
      filter: { value: 'F', help: FILTER_HELP },
      everything: { value: null, help: 'also requests that are no tool calls, and notifications' },
    },
    examples: [
      ['show last', 'the newest session of this workspace'],
      ['show last~1 --summary --json', 'the Session record of the one before'],
      ['show last --resume', 'after a failure: from where, and what must not be done twice'],
      ['show last --json', 'one row of the tree a line'],
    ],
    exits: {},
  },
  async run({ args, option, flag, json, scope, out, terminal, connect }) {
    const client = await connect();
    const id = await resolveId(client, 'session', args[0] ?? 'last', scope);
    const path = `/api/sessions/${encodeURIComponent(id)}`;
    if (flag('summary') && json) {
      await out.json((await client.get(path, SessionHead)).session);
      return EXIT.fine;
    }
    if (flag('resume')) {
      const plan = await resumePlanOf(client, id);
      const screen = terminal();
      if (json) await out.json(plan);
      else
        for (const line of resumeLines(plan, { terminal: screen, paint: makePaint(screen), now: Date.now() }))
          await out.line(line);
      return EXIT.fine;
    }
    const rows = client.getLines(
      queryPath(`${path}/tree`, { everything: flag('everything'), filter: option('filter') }),
      TreeRow,
    );
    if (json) {
      for await (const row of rows) {
        if (out.closed) break;
        await out.json(row);
      }
      return EXIT.fine;
    }
    const drawing = () => {
      const screen = terminal();
      return { terminal: screen, paint: makePaint(screen), now: Date.now() };
    };
    const head = await client.get(path, SessionHead);
    for (const line of [...sessionHeadLines(head, drawing()), ...sessionCostLines(head, drawing())])
      await out.line(line);
    if (flag('summary')) {
      if (head.workbench !== null) await out.line(safeLine(`  since last time: ${head.workbench}`));
      for (const line of summaryLines(await client.get(`${path}/summary`, SessionSummary), drawing()))
        await out.line(line);
      return EXIT.fine;
    }
    let drawn = 0;
    for await (const line of drawTree(rows, drawing)) {
      if (out.closed) break;
      await out.line(line);
      drawn++;
    }
    if (drawn === 0)
      out.note(
        option('filter') ? 'No call matches the filter.' : 'No tool call yet; --everything shows other requests.',
      );
    return EXIT.fine;
  },
};
