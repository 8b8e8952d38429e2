/**
 * Tells of enforced denials in the window, never as a flood: one message a session at a time, and none for a while after
 * it. Which sessions have something new to tell is decided here; words and buttons are the editor's.
 */
import type { SessionHead } from '../daemon/protocol/feed.ts';

export interface DenialNews {
  readonly session_id: string;
  /** Since the last message. */
  readonly fresh: number;
}

export interface DenialNotice {
  /** What to tell now. @param nowMs monotonic */
  look(heads: Iterable<SessionHead>, nowMs: number): DenialNews[];
}

/** After a message about a session this long none about it. */
export const QUIET_MS = 60_000;

export function denialNotice(): DenialNotice {
  /** Denials that were told, or were there when the window opened. */
  const told = new Map<string, { count: number; atMs: number }>();
  let first = true;
  return {
    look(heads, nowMs) {
      const news: DenialNews[] = [];
      for (const { session } of heads) {
        const { session_id, denied_calls: denied } = session;
        const before = told.get(session_id);
        // What happened before the window opened is history.
        if (first) told.set(session_id, { count: denied, atMs: Number.NEGATIVE_INFINITY });
        else if (denied > (before?.count ?? 0) && nowMs - (before?.atMs ?? Number.NEGATIVE_INFINITY) >= QUIET_MS) {
          news.push({ session_id, fresh: denied - (before?.count ?? 0) });
          told.set(session_id, { count: denied, atMs: nowMs });
        }
      }
      first = false;
      return news;
    },
  };
}
