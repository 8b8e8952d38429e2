/** The doctor's words on each server that agents would start from here: wrapped or not, and when it was last seen. */
import { durationText } from '../model/durationText.ts';
import type { SessionHead } from '../protocol/feed.ts';
import { type Check, fail, ok, warn } from './check.ts';
import type { Found, FoundEntry } from './findEntries.ts';

export interface Sightings {
  /** Of this workspace. */
  readonly here: readonly SessionHead[];
  readonly anywhere: readonly SessionHead[];
}

/**
 * @param sightings null where no daemon could be asked
 * @param now epoch milliseconds
 */
export function checkEntries({ entries, problems }: Found, sightings: Sightings | null, now: number): Check[] {
  const checks = entries.map((entry) => checkEntry(entry, sightings, now));
  for (const { file, reason } of problems)
    checks.push(warn('config file', `${file} is left alone: ${reason}`, 'Mend it, if an agent is to read it.'));
  if (checks.length === 0) return [ok('servers', "none is declared here: no agent's config file names one")];
  return checks;
}

function checkEntry(entry: FoundEntry, sightings: Sightings | null, now: number): Check {
  const { file, server, scope, state, why, agents, restart, missing } = entry;
  const name = 'server';
  const what = `${server} in ${file}${agents.length > 0 ? ` (${agents.join(', ')})` : ''}`;
  const words = why === null ? '' : `; ${why}`;
  if (missing !== null)
    return fail(
      name,
      `${what} names ${missing}, which is not there: the agent cannot start it`,
      'callgrove daemon start writes the launcher of the state folder that it uses; callgrove unwrap takes it out of the file.',
    );
  if (state === 'left_alone') return ok(name, `${what} is left alone${words}`);
  if (state === 'plain')
    return { ...ok(name, `${what} is not wrapped${words}`), remedy: `callgrove wrap --server ${server} records it.` };
  if (sightings === null)
    return ok(name, `${what} is wrapped${words}; a running daemon would know when it was last seen`);
  const heads = scope === 'user' ? sightings.anywhere : sightings.here;
  const seen = heads.filter(({ servers }) => servers.includes(server)).map(({ last_at }) => last_at);
  if (seen.length > 0)
    return ok(name, `${what} is wrapped, last seen ${durationText(Math.max(0, now - Math.max(...seen)))} ago${words}`);
  return warn(
    name,
    `${what} is wrapped and has not been seen yet${words}`,
    `To get it into use: ${restart ?? 'restart its agent'}.`,
  );
}
