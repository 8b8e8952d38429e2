/**
 * `drill freeze`: one of two servers is stopped while both are at work, and released again. From the first request on that is
 * sent after the freeze nothing may reach it, the other notices nothing, and every request has its answer and its record.
 */
import { ALLOWED, denied, heldCase, notTried } from './drillCase.ts';
import { connectDrill } from './drillClient.ts';
import { drillJournal } from './drillJournal.ts';
import { type DrillLoad, startLoad } from './drillLoad.ts';
import type { DrillRun } from './drillRun.ts';
import { drillTool } from './drillTools.ts';
import type { DrillCase, DrillOutcome } from './protocol/drill.ts';
import type { Freeze } from './protocol/policy.ts';

/** So many calls are answered in each part. */
const ENOUGH = 50;
const FROZEN = denied('server_frozen');

export async function drillFreeze(run: DrillRun): Promise<readonly DrillCase[]> {
  const { place, server, signal, mode } = run;
  place.policy({ mode });
  const connect = (name: string) => connectDrill({ place, server, name, argv: server.argv, signal });
  const open = [await connect(server.name), await connect(`${server.name}-other`)];
  const loads: DrillLoad[] = [];
  try {
    const [one, other] = open;
    if (!one || !other) return [];
    run.serverIs(one.version);
    const tool = drillTool(await one.tools(), server.known, 'read');
    if (!tool) return [notTried('frozen', 'a call', FROZEN, 'the server has no tool that can read a place')];
    const args = tool.arguments(place.path('work', 'notes.txt'));
    loads.push(
      startLoad(() => one.call(tool.name, args)),
      startLoad(() => other.call(tool.name, args)),
    );
    const [load, beside] = loads;
    if (!load || !beside) return [];
    const enough = () => Promise.all(loads.map((each) => each.answered(each.sent + ENOUGH)));
    await enough();
    const before = load.ended;
    place.policy({ mode }, { freezes: [freezeOf(server.name)] });
    const from = load.sent;
    await enough();
    const again = await connect(server.name);
    open.push(again);
    const atRestart = await again.call(tool.name, args);
    const to = load.ended;
    place.policy({ mode });
    const thawed = load.sent;
    await enough();
    await Promise.all(loads.map((each) => each.stop()));
    await Promise.all(open.map((each) => each.close()));
    const of = (first: number, last: number) => load.outcomes.filter((_, at) => at >= first && at < last);
    const besides = beside.outcomes;
    const sent = load.sent + beside.sent + 1;
    const answered = [...load.outcomes, ...besides, atRestart.outcome].filter((seen) => seen?.kind !== 'lost').length;
    const { requests, answers } = drillJournal(place.home);
    return [
      phase('before', `calls of ${tool.name} before the freeze`, ALLOWED, of(0, before)),
      phase('frozen', 'calls under load, sent once it was frozen', FROZEN, of(from, to)),
      phase('restart', 'the first call of a new connection while it is frozen', FROZEN, [atRestart.outcome]),
      phase('thawed', 'calls sent once it was thawed', ALLOWED, of(thawed, load.sent)),
      phase('others', 'calls of another server all the while', ALLOWED, besides),
      heldCase('answered', 'every request has its answer', answered === sent, `${answered} of ${sent}`),
      heldCase(
        'recorded',
        'every request and every answer is in the journal',
        requests === sent && answers === sent,
        `${requests} requests, ${answers} answers of ${sent}`,
      ),
    ];
  } finally {
    await Promise.all(loads.map((each) => each.stop()));
    await Promise.all(open.map((each) => each.close()));
  }
}

function freezeOf(target: string): Freeze {
  return {
    freeze_id: 'frz_drill',
    kind: 'server',
    target,
    processes: [],
    by: 'drill',
    reason: null,
    at: new Date().toISOString(),
  };
}

/** All calls of a part became what they should have; else the first that did not. */
function phase(
  name: string,
  what: string,
  expected: DrillOutcome,
  outcomes: readonly (DrillOutcome | undefined)[],
): DrillCase {
  const seen = outcomes.flatMap((one) => one ?? []);
  const wrong = seen.find((one) => one.kind !== expected.kind || one.reason !== expected.reason);
  if (seen.length === 0) return notTried(name, what, expected, 'no call fell into this part');
  const note = `${seen.length} ${seen.length === 1 ? 'call' : 'calls'}`;
  // A server that cannot do it at all shows nothing about the freeze.
  if (wrong?.kind === 'failed' && expected === ALLOWED)
    return { case: name, what, expected, seen: wrong, verdict: 'not_tried', note: 'the server itself said no' };
  return { case: name, what, expected, seen: wrong ?? expected, verdict: wrong ? 'failed' : 'passed', note };
}
