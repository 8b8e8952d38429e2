/** What a state asks of the host: the one subscription in force, and what must be read. Pure; page.ts sends it. */
import type { Subscribe } from '../daemon/protocol/feed.ts';
import type { Ask } from './bridge.ts';
import { newReads } from './reads.ts';
import type { State, Tree } from './state.ts';

/** Characters of a frame that are read at a time. */
export const FRAME_CHARS = 64_000;

/** The rows that should be streaming; null while there is no daemon or no session. */
export function wantedSubscription(state: State): Subscribe | null {
  if (state.hello === null || state.session === null || state.link.kind !== 'open') return null;
  const { tree } = state;
  const follow = tree.follow && tree.reveal === null;
  return {
    type: 'subscribe',
    id: tree.viewId,
    session_id: state.session,
    filter: effectiveFilter(tree.filter, tree.errorsOnly),
    everything: tree.everything,
    collapsed: [...tree.collapsed].slice(0, 2000),
    follow,
    from: follow ? 0 : tree.span.from,
    count: follow ? followedRows(tree) : tree.span.count,
    ...(tree.reveal === null ? {} : { around: tree.reveal }),
  };
}

/**
 * Rows at the end while following: what is in sight and some to scroll back over, in steps, so that a small change of
 * the window's height asks for nothing. They are read anew with every change of the session, so they are few.
 */
function followedRows({ visible }: Tree): number {
  const inSight = visible.last - visible.first + 1;
  return Math.min(500, Math.max(100, Math.ceil((inSight + 50) / 50) * 50));
}

/** The typed filter and the "errors only" box as one filter. */
export function effectiveFilter(filter: string, errorsOnly: boolean): string {
  if (!errorsOnly) return filter.trim();
  return filter.trim() === '' ? 'is:failed' : `is:failed ${filter.trim()}`;
}

/** Reads that begin with this step from `before` to `after`. */
export function newAsks(before: State, after: State): Ask[] {
  const asks: Ask[] = newReads(before, after).map((wish) => ({ ask: 'document', wish }));
  const { exporting } = after;
  if (exporting?.status === 'preparing' && exporting !== before.exporting)
    asks.push({ ask: 'export', session_id: exporting.session_id, wish: exporting.wish });
  const was = before.detail;
  const now = after.detail;
  if (now === null) return asks;
  const sameCall = was?.call_id === now.call_id;
  const reconnected = before.hello !== after.hello && now.status === 'loading';
  if (now.status === 'loading' && (!sameCall || was.status !== 'loading' || reconnected)) {
    asks.push({ ask: 'detail', call_id: now.call_id });
  }
  for (const [key, frame] of now.frames) {
    const old = sameCall ? was.frames.get(key) : undefined;
    if (frame.status !== 'loading' || old === frame) continue;
    const offset = frame.view?.text?.length ?? 0;
    asks.push({ ask: 'frame', call_id: now.call_id, key, raw: frame.raw, offset, limit: FRAME_CHARS });
  }
  return asks;
}
