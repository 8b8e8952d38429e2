/**
 * What a bundle leaves out when it is too large for where it is to be attached: bodies first, then the oldest calls
 * that succeeded as others of their tool did. What failed, was refused or comes first of its tool stays longest.
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

/**
 * Leaves out so many of the calls, with their frames.
 * @param share how many of a hundred may stay
 */
export async function cutCalls(spool: Spool, share: number, limit: string): Promise<CutEntry> {
  const dropped = await choose(spool.members.calls(), share);
  const count = await spool.rewrite(MEMBER.calls, spool.members.calls(), (call) =>
    dropped.has(call.call_id) ? null : call,
  );
  await spool.rewrite(MEMBER.frames, spool.members.frames(), (line) => (dropped.has(line.call_id) ? null : line));
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
