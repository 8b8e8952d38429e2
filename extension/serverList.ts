/**
 * Which servers there are and how far each is on its way: not traced, traced, waiting for a restart, or seen. Joins what
 * the command line found in the agents' files with the sessions of the feed and with what this window remembers. Pure.
 */
import type { SessionHead } from '../daemon/protocol/feed.ts';
import type { TraceEntry } from './traceReport.ts';

/**
 * `waiting`: became traced before our eyes and was not seen since, so that an agent that runs still has the old entry;
 * `wrapped`: traced before we first looked, and never seen.
 */
export type Progress = 'plain' | 'wrapped' | 'waiting' | 'seen' | 'left';

export interface ServerLine {
  readonly entry: TraceEntry;
  readonly progress: Progress;
  /** Epoch ms of the newest session with this server; null where there is none. */
  readonly seenAt: number | null;
}

/** By entry: epoch ms of when it was seen to become traced; `plain` while it is not; null where it was so already. */
export type TracedSince = Readonly<Record<string, number | 'plain' | null>>;

/** What is remembered once the command line told of these entries, after it only looked or after it changed some. */
export function noteTraced(known: TracedSince, entries: readonly TraceEntry[], now: number): TracedSince {
  const next: Record<string, number | 'plain' | null> = { ...known };
  for (const entry of entries) {
    const key = entryKey(entry);
    const before = known[key];
    if (entry.state !== 'wrapped') next[key] = 'plain';
    else if (before === 'plain' || entry.change !== null) next[key] = now;
    else next[key] = before ?? null;
  }
  return next;
}

/**
 * @param isLocal whether a session is one of this window's workspace: servers are known by name, and another
 *   workspace's may have the same
 */
export function serverLines(
  entries: readonly TraceEntry[],
  heads: Iterable<SessionHead>,
  isLocal: (head: SessionHead) => boolean,
  since: TracedSince = {},
): readonly ServerLine[] {
  const newest = new Map<string, number>();
  for (const head of heads) {
    if (head.session.source !== 'live' || !isLocal(head)) continue;
    for (const server of head.servers) newest.set(server, Math.max(newest.get(server) ?? 0, head.last_at));
  }
  return entries.map((entry) => {
    const seenAt = newest.get(entry.server) ?? null;
    return { entry, seenAt, progress: progressOf(entry, seenAt, since[entryKey(entry)]) };
  });
}

function progressOf({ state }: TraceEntry, seenAt: number | null, since: TracedSince[string] | undefined): Progress {
  if (state === 'left_alone') return 'left';
  if (state === 'plain') return 'plain';
  if (typeof since === 'number') return seenAt !== null && seenAt > since ? 'seen' : 'waiting';
  return seenAt === null ? 'wrapped' : 'seen';
}

/** What is to be done next on the way to the first call; null where nothing is missing or nothing can be traced. */
export function nextStep(lines: readonly ServerLine[]): string | null {
  const has = (...wanted: Progress[]) => lines.some(({ progress }) => wanted.includes(progress));
  if (has('seen')) return 'A server was seen. Let the agent use one of its tools.';
  if (has('waiting', 'wrapped')) return 'Restart the agent, so that it starts its servers through Callgrove.';
  return has('plain') ? 'No server is traced yet.' : null;
}

/** One file may hold a server twice: for everything, and for one folder. */
export function entryKey({ file, scope, server }: TraceEntry): string {
  return `${file}\n${scope}\n${server}`;
}
