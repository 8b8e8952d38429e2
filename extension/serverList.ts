/**
 * Which servers there are and how far each is on its way: not traced, waiting for a restart, or seen. Joins what the
 * command line found in the agents' files with the sessions of the feed. Pure.
 */
import { z } from 'zod';
import type { SessionHead } from '../daemon/protocol/feed.ts';

/** One entry as `callgrove wrap --list --json` prints it; what else it prints is left alone. */
export const ListedEntry = z.object({
  agent: z.string(),
  file: z.string(),
  server: z.string(),
  state: z.enum(['wrapped', 'plain', 'left']),
  /** Why it is left alone, or anything else worth a line. */
  reason: z.string().nullish(),
});
export type ListedEntry = z.infer<typeof ListedEntry>;
export const Listing = z.object({ entries: z.array(ListedEntry) });

export type Progress = 'plain' | 'waiting' | 'seen' | 'left';

export interface ServerLine {
  readonly entry: ListedEntry;
  readonly progress: Progress;
  /** Epoch ms of the newest session with this server; null where there is none. */
  readonly seenAt: number | null;
}

/**
 * @param isLocal whether a session is one of this window's workspace: servers are known by name, and another
 *   workspace's may have the same
 */
export function serverLines(
  entries: readonly ListedEntry[],
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

function progressOf({ state }: ListedEntry, seenAt: number | null): Progress {
  if (state === 'left') return 'left';
  if (state === 'plain') return 'plain';
  return seenAt === null ? 'waiting' : 'seen';
}
