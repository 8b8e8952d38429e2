/** The daemon's log file: one line for each thing worth knowing later, bounded in size. Nothing that agents or servers said goes in. */
import { appendFileSync, renameSync, statSync } from 'node:fs';
import { type Disposable, toDisposable } from '../base/lifecycle.ts';

export interface DaemonLog extends Disposable {
  /** Never throws: a full disk must not end the daemon. */
  readonly line: (text: string) => void;
}

const LIMIT_BYTES = 1024 * 1024;
const LINE_CHARS = 4000;

/** One earlier file is kept beside it. */
export function openLog(file: string): DaemonLog {
  let open = true;
  return {
    ...toDisposable(() => {
      open = false;
    }),
    line(text) {
      if (!open) return;
      try {
        const bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
        if (bytes > LIMIT_BYTES) renameSync(file, `${file}.1`);
        appendFileSync(file, `${new Date().toISOString()} ${text.slice(0, LINE_CHARS)}\n`, { mode: 0o600 });
      } catch {
        // Nobody to tell.
      }
    },
  };
}
