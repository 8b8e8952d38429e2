/**
 * Which servers there are and how far each is on its way: not traced, waiting for a restart, or seen. Joins what the
 * command line found in the agents' files with the sessions of the feed. Pure.
 */
import type { SessionHead } from '../daemon/protocol/feed.ts';
import type { TraceEntry } from './traceReport.ts';

export type Progress = 'plain' | 'waiting' | 'seen' | 'left';

export interface ServerLine {
  readonly entry: TraceEntry;
  readonly progress: Progress;
  /** Epoch ms of the newest session with this server; null where there is none. */
  readonly seenAt: number | null;
}

/**
 * @param isLocal whether a session is one of this window's workspace: servers are known by name, and another
 *   workspace's may have the same
 */
export function serverLines(
  entries: readonly TraceEntry[],
  heads: Iterable<SessionHead>,
  isLocal: (head: SessionHead) => boolean,
): readonly ServerLine[] {
  const newest = new Map<string, number>();
  for (const head of heads) {
    if (head.session.source !== 'live' || !isLocal(head)) continue;
    for (const server of head.servers) newest.set(server, Math.max(newest.get(server) ?? 0, head.last_at));
  }
  return entries.map((entry) => {
    const seenAt = newest.get(entry.server) ?? null;
    return { entry, seenAt, progress: progressOf(entry, seenAt) };
  });
}

function progressOf({ state }: TraceEntry, seenAt: number | null): Progress {
  if (state === 'left_alone') return 'left';
  if (state === 'plain') return 'plain';
  return seenAt === null ? 'waiting' : 'seen';
}
