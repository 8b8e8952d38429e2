/** Notices that something was written to the journals' folder. A watcher may miss things: its user looks by itself, too. */
import { type FSWatcher, watch } from 'node:fs';
import type { Disposable } from '../base/lifecycle.ts';
import { parseSegmentName } from '../protocol/segment.ts';

export interface JournalWatcher extends Disposable {
  /** What changed since it was last asked. `all`: it cannot say what. */
  take(): { readonly all: boolean; readonly connections: ReadonlySet<string> };
  /** Resolves `gatherMs` after the next change or `wake`, after `limitMs` at the latest. */
  next(limitMs: number, gatherMs: number): Promise<void>;
  wake(): void;
  /** Something changed, or woke it, that `take` has not told yet. */
  readonly woken: boolean;
}

export function watchJournal(folder: string): JournalWatcher {
  let connections = new Set<string>();
  let all = true;
  let awake: (() => void) | null = null;
  let woken = false;
  const wake = () => {
    woken = true;
    awake?.();
  };
  const watcher = open(folder, (name) => {
    const parts = name === null ? null : parseSegmentName(name);
    if (parts) connections.add(parts.connection_id);
    else all = true;
    wake();
  });
  return {
    wake,
    get woken() {
      return woken;
    },
    take() {
      const taken = { all, connections };
      connections = new Set();
      all = false;
      woken = false;
      return taken;
    },
    async next(limitMs, gatherMs) {
      if (!woken) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, limitMs);
          awake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        awake = null;
      }
      if (woken) await new Promise((resolve) => setTimeout(resolve, gatherMs));
    },
    dispose: () => watcher?.close(),
  };
}

/** Null where the system offers no watching (its limit is reached, a network folder): polling has to do. */
function open(folder: string, changed: (name: string | null) => void): FSWatcher | null {
  try {
    const watcher = watch(folder, (_event, name) => changed(name));
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}
