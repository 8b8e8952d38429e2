/**
 * Decides when which session is captured: at its first sign of life, completed when its servers have listed their tools,
 * again when files changed; one at a time, no session more often than every two seconds. What a capture is, where
 * changes are heard and where captures go is handed in.
 */
import type { Disposable } from './base/lifecycle.ts';
import { changesHarness } from './model/changesHarness.ts';
import type { Capture } from './protocol/workbench.ts';
import type { Keep, SeenSession } from './workerMessages.ts';

export interface CaptureQueueOptions {
  readonly capture: (session: SeenSession) => Promise<Capture>;
  /** The capture with the tools that the session's servers have listed by now. */
  readonly complete: (capture: Capture, session: SeenSession) => Capture;
  /** Hears of changes at the files that a capture names, until it is disposed of. */
  readonly watch: (session: SeenSession, capture: Capture, changed: () => void) => Disposable;
  readonly keep: (keep: Extract<Keep, { kind: 'session' }>) => void;
  readonly onFailure: (error: unknown) => void;
  /** Of one session, at least. */
  readonly gapMs?: number;
  /** After a change: what changes within it is captured together. */
  readonly settleMs?: number;
  /** After a capture that failed. */
  readonly retryMs?: number;
}

export interface CaptureQueue extends Disposable {
  /** All sessions that there are now. */
  update(sessions: readonly SeenSession[]): void;
}

interface Watched {
  seen: SeenSession;
  /** What it began with: completed as its servers list their tools. */
  start: Capture | null;
  last: Capture | null;
  lastAt: number;
  /** Epoch ms from which on it may be captured; null where nothing asks for it. */
  due: number | null;
  watcher: Disposable | null;
  failures: number;
}

/** A session's first moments hold several messages: what they say is taken together. */
const FIRST_MS = 150;
const RETRIES = 3;

export function createCaptureQueue(options: CaptureQueueOptions): CaptureQueue {
  const { gapMs = 2000, settleMs = 1000, retryMs = 5000 } = options;
  const sessions = new Map<string, Watched>();
  let busy = false;
  let timer: NodeJS.Timeout | null = null;
  let open = true;

  const schedule = (): void => {
    if (timer) clearTimeout(timer);
    timer = null;
    const [next] = [...sessions.values()].filter(({ due }) => due !== null).sort((a, b) => (a.due ?? 0) - (b.due ?? 0));
    if (!open || busy || !next || next.due === null) return;
    timer = setTimeout(() => void run(next), Math.max(0, next.due - Date.now()));
  };

  const ask = (watched: Watched, afterMs: number): void => {
    watched.due = Math.max(Date.now() + afterMs, watched.lastAt + gapMs);
    schedule();
  };

  const run = async (watched: Watched): Promise<void> => {
    busy = true;
    watched.due = null;
    watched.lastAt = Date.now();
    try {
      take(watched, await options.capture(watched.seen));
      watched.failures = 0;
    } catch (error) {
      options.onFailure(error);
      // What it stumbled over may be gone soon; what stays is not tried for ever.
      if (++watched.failures <= RETRIES) watched.due = Date.now() + retryMs;
    }
    busy = false;
    schedule();
  };

  const take = (watched: Watched, capture: Capture): void => {
    const { seen, last } = watched;
    if (!sessions.has(seen.session_id)) return;
    const isFirst = last === null && !seen.captured;
    watched.watcher?.dispose();
    watched.watcher = seen.running ? options.watch(seen, capture, () => ask(watched, settleMs)) : null;
    watched.last = capture;
    if (isFirst) {
      // Its servers may have listed tools while its files were read.
      watched.start = options.complete(capture, seen);
      watched.last = watched.start;
      send(watched, watched.start, 'session');
    } else if (last === null || changesHarness(last, capture)) send(watched, capture, 'event');
    else watched.last = last;
  };

  const send = ({ seen: { session_id, agent } }: Watched, capture: Capture, origin: 'session' | 'event'): void =>
    options.keep({ kind: 'session', session_id, origin, agent, capture });

  const complete = (watched: Watched): void => {
    const { start, seen } = watched;
    if (!start) return;
    const completed = options.complete(start, seen);
    if (completed.harness.harness_id === start.harness.harness_id) return;
    watched.start = completed;
    if (watched.last) watched.last = options.complete(watched.last, seen);
    send(watched, completed, 'session');
  };

  return {
    update(list) {
      const ids = new Set(list.map(({ session_id }) => session_id));
      for (const [id, watched] of sessions) {
        if (ids.has(id)) continue;
        watched.watcher?.dispose();
        sessions.delete(id);
      }
      for (const seen of list) {
        const watched = sessions.get(seen.session_id);
        if (!watched) {
          const made = { seen, start: null, last: null, lastAt: 0, due: null, watcher: null, failures: 0 };
          sessions.set(seen.session_id, made);
          ask(made, FIRST_MS);
          continue;
        }
        const before = watched.seen;
        watched.seen = seen;
        if (!seen.running) {
          watched.watcher?.dispose();
          watched.watcher = null;
        }
        if (seen.listed > before.listed) complete(watched);
        else if (contractsKey(seen) !== contractsKey(before) && watched.last) ask(watched, settleMs);
      }
      schedule();
    },
    dispose() {
      open = false;
      if (timer) clearTimeout(timer);
      for (const { watcher } of sessions.values()) watcher?.dispose();
      sessions.clear();
    },
  };
}

function contractsKey({ contracts }: SeenSession): string {
  return JSON.stringify(Object.entries(contracts).map(([server, { contract }]) => [server, contract]));
}
