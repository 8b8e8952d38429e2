/**
 * What a bundle leaves out when it is too large for where it is to be attached: bodies first, then frames that belong to
 * no call, then the oldest calls that succeeded as others of their tool did. What failed, was refused or comes first of
 * its tool stays longest.
 */
import { type BodyLevel, type CutEntry, MEMBER } from '../protocol/bundle.ts';
import type { Call } from '../protocol/record.ts';
import { cutBody } from './frameBody.ts';
import type { Spool } from './spool.ts';

/** How bodies may still be cut, in order. */
export function stepsFrom(bodies: BodyLevel): ('head' | 'none')[] {
  return bodies === 'full' ? ['head', 'none'] : bodies === 'none' ? [] : ['none'];
}

export async function cutBodies(spool: Spool, level: 'head' | 'none', limit: string): Promise<CutEntry> {
  const count = await spool.rewrite(MEMBER.frames, spool.members.frames(), (line) => cutBody(line, level));
  const what = level === 'head' ? 'frames are cut to their first 2 KiB' : 'frames are without their text';
  return { what: 'bodies', count, why: `${what}: with more of it the bundle would be larger than ${limit}` };
}

/** So many frames that belong to no call stay in any case: the handshake is among the first. */
const LOOSE_KEPT = 50;

export async function cutLoose(spool: Spool, limit: string): Promise<CutEntry> {
  let total = 0;
  for await (const line of spool.members.frames()) if (line.call_id === null) total++;
  let at = 0;
  const isKept = () => at <= LOOSE_KEPT || at > total - LOOSE_KEPT;
  const count = await spool.rewrite(MEMBER.frames, spool.members.frames(), (line) => {
    if (line.call_id === null) at++;
    return line.call_id !== null || isKept() ? line : null;
  });
  const why = `they belong to no call, and are neither among the first nor the last: with them the bundle would be larger than ${limit}`;
  return { what: 'frames', count, why };
}

/**
 * Leaves out so many of the calls, with their frames.
 * @param share how many of a hundred may stay
 */
export async function cutCalls(spool: Spool, share: number, limit: string): Promise<CutEntry> {
  const dropped = await choose(spool.members.calls(), share);
  const count = await spool.rewrite(MEMBER.calls, spool.members.calls(), (call) =>
    dropped.has(call.call_id) ? null : call,
  );
  await spool.rewrite(MEMBER.frames, spool.members.frames(), (line) =>
    line.call_id !== null && dropped.has(line.call_id) ? null : line,
  );
  return {
    what: 'calls',
    count,
    why: `the oldest of those that ended as others of their tool did: with them the bundle would be larger than ${limit}`,
  };
}

async function choose(calls: AsyncIterable<Call>, share: number): Promise<Set<string>> {
  const equal: string[] = [];
  const others: string[] = [];
  const seen = new Set<string>();
  let total = 0;
  for await (const call of calls) {
    total++;
    const kind = `${call.server}\n${call.method}\n${call.tool}`;
    if (call.outcome === 'success' && seen.has(kind)) equal.push(call.call_id);
    else others.push(call.call_id);
    if (call.outcome === 'success') seen.add(kind);
  }
  const away = Math.max(1, total - Math.floor((total * share) / 100));
  return new Set([...equal, ...others].slice(0, away));
}
