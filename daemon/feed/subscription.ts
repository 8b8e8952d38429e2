/**
 * Keeps one viewer's window current: asks the source after every change of its session, one query at a time, and emits
 * the window or what differs. What may be sent when is the viewer's part.
 */
import type { Disposable } from '../base/lifecycle.ts';
import type { ServerMessage, Subscribe } from '../protocol/feed.ts';
import { type FeedSource, SourceError } from './source.ts';
import { type ShownWindow, shownWindow, windowDelta } from './windowDelta.ts';

/** A message before it gets its number on the socket. */
export type Unnumbered = ServerMessage extends infer M ? (M extends ServerMessage ? Omit<M, 'seq'> : never) : never;

export interface SubscriptionOptions {
  readonly source: Pick<FeedSource, 'window'>;
  readonly emit: (message: Unnumbered) => void;
  /** False while the viewer cannot take anything; what was found out is then thrown away. */
  readonly ready: () => boolean;
  /** Called with what the source threw, for the log. */
  readonly onFailure: (error: unknown) => void;
}

export interface Subscription extends Disposable {
  readonly sessionId: string;
  /** Something of the session changed. */
  touch(): void;
  /** The viewer missed messages: it gets its window anew. */
  restart(): void;
}

/** Between two queries of one subscription, at least; as long as the last query took where that is more. */
const GAP_MS = 30;
const GAP_AFTER_FAILURE_MS = 1_000;

/** Asks at once. A filter that is not understood and a session that there is not end it after one error message. */
export function openSubscription(asked: Subscribe, options: SubscriptionOptions): Subscription {
  const { source, emit, ready, onFailure } = options;
  const query = { ...asked, filter: asked.filter.trim() };
  let state: 'idle' | 'asking' | 'waiting' | 'ended' = 'idle';
  let stale = true;
  let shown: ShownWindow | null = null;
  let failing: string | null = null;
  let timer: NodeJS.Timeout | null = null;

  const pump = () => {
    if (state !== 'idle' || !stale || !ready()) return;
    state = 'asking';
    stale = false;
    const startedAt = performance.now();
    source.window(query).then(
      (result) => settle(() => succeed(result), Math.max(GAP_MS, performance.now() - startedAt)),
      (error: unknown) => settle(() => fail(error), GAP_AFTER_FAILURE_MS),
    );
  };

  const settle = (use: () => void, gapMs: number) => {
    if (state === 'ended') return;
    state = 'waiting';
    timer = setTimeout(() => {
      timer = null;
      state = 'idle';
      pump();
    }, gapMs);
    if (ready()) use();
    else stale = true;
  };

  const succeed = (result: Awaited<ReturnType<FeedSource['window']>>) => {
    failing = null;
    const { total, from, axis } = result;
    const changed = shown && windowDelta(shown, result);
    if (shown && !changed) return;
    const next = shownWindow(result);
    if (changed)
      emit({ type: 'delta', id: asked.id, total, from, order: [...next.order], changed: [...changed], axis });
    else emit({ type: 'window', id: asked.id, total, from, rows: [...result.rows], axis });
    shown = next;
  };

  const fail = (error: unknown) => {
    onFailure(error);
    const code = error instanceof SourceError ? error.code : 'failed';
    const message =
      error instanceof SourceError ? error.message : 'The daemon could not read this session. Its log says why.';
    // The same trouble is told once, and what was on the screen is sent anew when it is over.
    if (failing !== code) emit({ type: 'error', id: asked.id, code, message });
    failing = code;
    shown = null;
    if (code === 'bad_filter' || code === 'not_found') end();
    else stale = true;
  };

  const end = () => {
    state = 'ended';
    shown = null;
    if (timer) clearTimeout(timer);
    timer = null;
  };

  pump();
  return {
    sessionId: asked.session_id,
    touch() {
      stale = true;
      pump();
    },
    restart() {
      stale = true;
      shown = null;
      pump();
    },
    dispose: end,
  };
}
