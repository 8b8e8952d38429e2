/** `callgrove reclassify`: runs the rules of today over what was recorded before, and waits until that is done. */
import { ActionResult, Status } from '../protocol/api.ts';
import { EXIT, wrongUsage } from './exit.ts';
import { resolveId } from './resolveId.ts';
import { counted } from './statusLines.ts';
import type { Verb } from './verb.ts';

const LOOK_MS = 200;
/** A line says how far it is so often at most. */
const TELL_MS = 2000;

export const reclassify: Verb = {
  spec: {
    name: 'reclassify',
    summary: 'judges recorded calls anew, by the rules and settings of today',
    usage: ['reclassify SESSION [--json]', 'reclassify --all [--json]'],
    args: [{ name: 'SESSION', required: false, help: 'an id, the beginning of one, last or last~N' }],
    options: {},
    examples: [
      ['reclassify last', 'after you said in the settings how a tool behaves'],
      ['reclassify --all --json', 'every session that is still recorded'],
    ],
    exits: {},
  },
  async run({ args, json, scope, out, connect }) {
    const [wanted] = args;
    if (wanted === undefined && !scope.all)
      throw wrongUsage('name a SESSION, or give --all for every one', 'callgrove reclassify SESSION');
    const client = await connect();
    const session_id = wanted === undefined ? null : await resolveId(client, 'session', wanted, scope);
    const began = performance.now();
    const { calls = 0 } = await client.post('/api/act', { act: 'reclassify', session_id }, ActionResult);
    const waiting = async () => (await client.get('/api/status', Status)).lag.second_stage_calls;
    let [toldAt, left] = [began, await waiting()];
    while (left > 0) {
      if (performance.now() - toldAt > TELL_MS) {
        out.note(`${counted(left, 'call')} left`);
        toldAt = performance.now();
      }
      await new Promise((done) => setTimeout(done, LOOK_MS));
      left = await waiting();
    }
    const took_ms = Math.round(performance.now() - began);
    if (json) await out.json({ session_id, calls, took_ms });
    else await out.line(`${counted(calls, 'call')} judged anew in ${(took_ms / 1000).toFixed(1)} s`);
    return EXIT.fine;
  },
};
