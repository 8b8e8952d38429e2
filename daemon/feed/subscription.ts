/**
 * Keeps one viewer's window current: asks the source after every change of its session, one query at a time, and emits
 * the window or what differs. What may be sent when is the viewer's part.
 */
import type { Disposable } from '../base/lifecycle.ts';
import type { ServerMessage, Subscribe } from '../protocol/feed.ts';
import { type FeedSource, SourceError } from './source.ts';
import type { ShownWindow, WindowNews } from './windowDelta.ts';

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
  /** The viewer shows something else now, under the same id. An answer that is under way is thrown away. */
  replace(asked: Subscribe): void;
}

/** Between two queries after changes, at least; as long as the last query took where that is more. */
const GAP_MS = 30;
const GAP_AFTER_FAILURE_MS = 1_000;

/** Asks at once. After a filter that is not understood or a session that is gone it waits to be replaced. */
export function openSubscription(first: Subscribe, options: SubscriptionOptions): Subscription {
  const { source, emit, ready, onFailure } = options;
  let asked = first;
  let state: 'idle' | 'asking' | 'waiting' | 'ended' = 'idle';
  let stale = true;
  let hopeless = false;
  let shown: ShownWindow | null = null;
  let failing: string | null = null;
  let timer: NodeJS.Timeout | null = null;

  const pump = () => {
    if (state !== 'idle' || !stale || hopeless || !ready()) return;
    state = 'asking';
    stale = false;
    const startedAt = performance.now();
    const query = asked;
    const before = shown;
    // Asked in a function of its own, so that a source that throws at once rejects too.
    ask(query, before).then(
      (news) => settle(query, () => succeed(before, news), Math.max(GAP_MS, performance.now() - startedAt)),
      (error: unknown) => settle(query, () => fail(error), GAP_AFTER_FAILURE_MS),
    );
  };

  const ask = async (query: Subscribe, before: ShownWindow | null) => source.window(query, before);

  const settle = (query: Subscribe, use: () => void, gapMs: number) => {
    if (state === 'ended') return;
    if (query !== asked) return wake();
    state = 'waiting';
    timer = setTimeout(wake, gapMs);
    if (ready()) use();
    else stale = true;
  };

  const wake = () => {
    if (timer) clearTimeout(timer);
    timer = null;
    state = 'idle';
    pump();
  };

  const succeed = (before: ShownWindow | null, news: WindowNews) => {
    // Thrown away meanwhile: it is asked for again, whole.
    if (shown !== before) {
      stale = true;
      return;
    }
    failing = null;
    const { changed } = news;
    if (changed === null) return;
    shown = news.shown;
    const { total, from, axis, order } = shown;
    if (before === null) emit({ type: 'window', id: asked.id, total, from, rows: [...changed], axis });
    else emit({ type: 'delta', id: asked.id, total, from, order: [...order], changed: [...changed], axis });
  };

  const fail = (error: unknown) => {
    onFailure(error);
    const code = error instanceof SourceError ? error.code : 'failed';
    const message =
      error instanceof SourceError ? error.message : "This session could not be read. The daemon's log says why.";
    // The same trouble is told once; what was on the screen is sent anew when it is over.
    if (failing !== code) emit({ type: 'error', id: asked.id, code, message });
    failing = code;
    shown = null;
    stale = true;
    hopeless = code === 'bad_filter' || code === 'not_found';
  };

  pump();
  return {
    get sessionId() {
      return asked.session_id;
    },
    touch() {
      stale = true;
      if (failing === 'not_found') hopeless = false;
      pump();
    },
    restart() {
      stale = true;
      shown = null;
      pump();
    },
    replace(next) {
      asked = next;
      shown = null;
      failing = null;
      stale = true;
      hopeless = false;
      if (state === 'waiting') wake();
      else pump();
    },
    dispose() {
      state = 'ended';
      shown = null;
      if (timer) clearTimeout(timer);
      timer = null;
    },
  };
}
