/** The doctor's words on drills: whether those that passed in this workspace passed in a world like this one. */
import { drillEnvironment, staleBecause } from '../drillEnvironment.ts';
import { declaredServer } from '../drillServers.ts';
import { durationText } from '../model/durationText.ts';
import type { KeptDrill } from '../protocol/drill.ts';
import { type Check, fail, ok, warn } from './check.ts';
import { surroundings } from './wrapSelection.ts';

/** @param now epoch milliseconds. @param key of the machine's fingerprints; null where there is none yet */
export function checkDrills(kept: readonly KeptDrill[], key: Uint8Array | null, now: number): Check[] {
  const around = surroundings();
  const here = kept.filter(({ environment }) => environment.checkout.root === around.root);
  if (here.length === 0)
    return [
      {
        ...ok('drill', 'none has passed in this workspace'),
        remedy: 'callgrove drill paths shows what enforce keeps away here.',
      },
    ];
  return here.map((one) => {
    const server = one.server === null ? null : declaredServer(one.server, around, around.root);
    const command = server?.kind === 'server' ? server.server.declared : server && [];
    return checkDrill(one, staleBecause(one.environment, drillEnvironment(around.root, command, null, key)), now);
  });
}

/** Exported for its test. @param changes half sentences */
export function checkDrill({ drill, server, at, passed }: KeptDrill, changes: readonly string[], now: number): Check {
  const what = `${drill}${server === null ? '' : ` with ${server}`}`;
  const command = `callgrove drill ${drill}${server === null ? '' : ` --server ${server}`}`;
  const ago = `${durationText(Math.max(0, now - Date.parse(at)))} ago`;
  if (!passed) return fail('drill', `${what} failed ${ago}: policy does not contain here`, `${command} shows where.`);
  if (changes.length > 0)
    return warn('drill', `${what} passed ${ago}, and is stale: ${changes.join('; ')}`, `${command} runs it anew.`);
  return ok('drill', `${what} passed ${ago}`);
}
