/**
 * Tells all viewers which sessions changed: what changes within a moment is asked for and sent once, for everybody.
 */
import { type Disposable, toDisposable } from '../base/lifecycle.ts';
import type { SessionHead } from '../protocol/feed.ts';
import type { FeedSource } from './source.ts';

export interface SessionNews extends Disposable {
  note(changed: readonly string[], removed: readonly string[]): void;
}

export interface SessionNewsOptions {
  readonly source: Pick<FeedSource, 'sessionHeads'>;
  readonly publish: (heads: readonly SessionHead[], removed: readonly string[]) => void;
  readonly onFailure: (error: unknown) => void;
}

/** Between two messages, at least. */
const GAP_MS = 100;
const GAP_AFTER_FAILURE_MS = 1_000;
/** Sessions of one message. */
const HEADS_AT_ONCE = 500;

export function sessionNews({ source, publish, onFailure }: SessionNewsOptions): SessionNews {
  const changed = new Set<string>();
  const removed = new Set<string>();
  let state: 'idle' | 'busy' | 'ended' = 'idle';
  let timer: NodeJS.Timeout | null = null;

  const pump = () => {
    if (state !== 'idle' || changed.size + removed.size === 0) return;
    state = 'busy';
    const ids = [...changed].slice(0, HEADS_AT_ONCE);
    const gone = [...removed];
    for (const id of ids) changed.delete(id);
    removed.clear();
    ask(ids).then(
      (heads) => settle(() => publish(heads, gone), GAP_MS),
      (error: unknown) =>
        settle(() => {
          onFailure(error);
          note(ids, gone);
        }, GAP_AFTER_FAILURE_MS),
    );
  };

  const ask = async (ids: readonly string[]) => (ids.length === 0 ? [] : source.sessionHeads(ids));

  const settle = (use: () => void, gapMs: number) => {
    if (state === 'ended') return;
    use();
    timer = setTimeout(() => {
      timer = null;
      state = 'idle';
      pump();
    }, gapMs);
  };

  const note: SessionNews['note'] = (ids, gone) => {
    if (state === 'ended') return;
    for (const id of ids) {
      changed.add(id);
      removed.delete(id);
    }
    for (const id of gone) {
      removed.add(id);
      changed.delete(id);
    }
    pump();
  };

  const end = toDisposable(() => {
    state = 'ended';
    if (timer) clearTimeout(timer);
    changed.clear();
    removed.clear();
  });
  return { note, dispose: end.dispose };
}
