/** Tells all viewers how far reading is behind: once a second at most, and at once when nothing is left to read. */
import { type Disposable, toDisposable } from '../base/lifecycle.ts';
import type { Lag } from './viewer.ts';

export interface LagNews extends Disposable {
  note(lag: Lag): void;
  /** The newest lag, where there is any: for a viewer that comes now. */
  readonly current: Lag | null;
}

const GAP_MS = 1_000;

export function lagNews(publish: (lag: Lag) => void): LagNews {
  let newest: Lag | null = null;
  let sent: Lag | null = null;
  let timer: NodeJS.Timeout | null = null;

  const send = () => {
    if (!newest || (sent && sameLag(sent, newest))) return;
    sent = newest;
    publish(newest);
    if (!timer) timer = setTimeout(wake, GAP_MS);
  };
  const wake = () => {
    timer = null;
    send();
  };

  const end = toDisposable(() => {
    if (timer) clearTimeout(timer);
    timer = null;
    newest = null;
  });
  return {
    note(lag) {
      newest = lag;
      if (!timer || isNone(lag)) send();
    },
    get current() {
      return newest && !isNone(newest) ? newest : null;
    },
    dispose: end.dispose,
  };
}

function isNone(lag: Lag): boolean {
  return lag.journal_bytes === 0 && lag.second_stage_calls === 0;
}

function sameLag(a: Lag, b: Lag): boolean {
  return a.journal_bytes === b.journal_bytes && a.second_stage_calls === b.second_stage_calls;
}
