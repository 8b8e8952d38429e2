/** `callgrove diff`: two runs compared, first what they woke up on, then what they called. */

import type { DaemonClient } from '../feed/daemonClient.ts';
import { CallDetail } from '../protocol/callDetail.ts';
import { RunComparison, type RunDiff } from '../protocol/comparison.ts';
import { SessionHead } from '../protocol/feed.ts';
import { EXIT } from './exit.ts';
import { makePaint } from './paint.ts';
import { resolveId } from './resolveId.ts';
import { type DivergingAnswers, runDiffLines } from './runDiffLines.ts';
import { sessionLines } from './sessionLine.ts';
import type { Verb } from './verb.ts';

export const diff: Verb = {
  spec: {
    name: 'diff',
    summary: 'compares two runs: their workbenches, their calls, and where they part',
    usage: ['diff [A B] [--json]'],
    args: [
      { name: 'A', required: false, help: 'a session: an id, the beginning of one, last~N (default: last~1)' },
      { name: 'B', required: false, help: 'the session to compare it with (default: last)' },
    ],
    options: {},
    examples: [
      ['diff', 'the last two sessions of this workspace'],
      ['diff last~3 last --json', 'as one JSON document'],
    ],
    exits: { 1: 'something differs' },
  },
  async run({ args, json, scope, out, terminal, connect }) {
    const client = await connect();
    const a = await resolveId(client, 'session', args[0] ?? 'last~1', scope);
    const b = await resolveId(client, 'session', args[1] ?? 'last', scope);
    const path = `/api/diff/${encodeURIComponent(a)}/${encodeURIComponent(b)}`;
    const comparison = await client.get(path, RunComparison);
    const { diff: found } = comparison;
    const differs = found.harness.length > 0 || found.calls.some(({ status }) => status !== 'equal');
    if (json) await out.json(found);
    else {
      const screen = terminal();
      const drawing = { terminal: screen, paint: makePaint(screen), now: Date.now() };
      for (const [name, id] of [
        ['A', a],
        ['B', b],
      ] as const) {
        const head = await client.get(`/api/sessions/${encodeURIComponent(id)}`, SessionHead);
        await out.line(`${drawing.paint.bold(name)} ${sessionLines(head, drawing).join('\n  ')}`);
      }
      await out.line('');
      const answers = await answersOf(found, client);
      for (const line of runDiffLines(comparison, answers, drawing)) await out.line(line);
    }
    return differs ? EXIT.finding : EXIT.fine;
  },
};

/** What the two runs were answered where they part; null where one of them did not call, or its answer is gone. */
async function answersOf({ first_divergence: first }: RunDiff, client: DaemonClient): Promise<DivergingAnswers> {
  const answer = async (id: string | null | undefined) => {
    if (id === null || id === undefined) return null;
    const { result, error } = await client.get(`/api/calls/${encodeURIComponent(id)}/detail`, CallDetail);
    return error ?? result;
  };
  return { a: await answer(first?.a), b: await answer(first?.b) };
}
