/**
 * Tells of enforced denials in the window, never as a flood: one message at a time about all sessions that have some, and
 * none for a while after it. What is new to tell is decided here; words and buttons are the editor's.
 */
import type { SessionHead } from '../daemon/protocol/feed.ts';

export interface DenialNews {
  /** The one with the most. */
  readonly session_id: string;
  /** Since the last message, over all sessions. */
  readonly fresh: number;
  readonly sessions: number;
}

export interface DenialNotice {
  /** What to tell now; null for nothing. @param nowMs monotonic */
  look(heads: Iterable<SessionHead>, nowMs: number): DenialNews | null;
}

/** After a message this long none, whatever is denied meanwhile: the next one counts it. */
export const QUIET_MS = 60_000;

export function denialNotice(): DenialNotice {
  /** Denials that were told, or were there when the window opened. */
  const told = new Map<string, number>();
  let first = true;
  let toldAtMs = Number.NEGATIVE_INFINITY;
  return {
    look(heads, nowMs) {
      const counts = [...heads].map(({ session }) => [session.session_id, session.denied_calls] as const);
      if (first) {
        // What happened before the window opened is history.
        for (const [id, denied] of counts) told.set(id, denied);
        first = false;
        return null;
      }
      const fresh = counts
        .map(([id, denied]) => ({ id, denied, more: denied - (told.get(id) ?? 0) }))
        .filter(({ more }) => more > 0)
        .toSorted((a, b) => b.more - a.more);
      const [most] = fresh;
      if (!most || nowMs - toldAtMs < QUIET_MS) return null;
      toldAtMs = nowMs;
      for (const { id, denied } of fresh) told.set(id, denied);
      return {
        session_id: most.id,
        fresh: fresh.reduce((sum, { more }) => sum + more, 0),
        sessions: fresh.length,
      };
    },
  };
}
