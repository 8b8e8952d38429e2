/**
 * Ends the server as the agent asked for it: passes signals on, and kills it when it does not end in time. Grace times
 * are handed in; recording is left to the caller.
 */

/** On SIGTERM the client kills *us* after 2 s: the server is killed before that, in milliseconds. */
export const TERM_GRACE_MS = 1800;
/** How long a server may live on after its stdin was closed because the agent is gone, in milliseconds. */
export const EOF_GRACE_MS = 2000;

/** Signals that are meant for the server and are passed on to it. */
export const FORWARDED: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'];

export interface StopParts {
  /** Sends a signal to the server; false when it is gone. */
  readonly kill: (signal: NodeJS.Signals, reason: string) => boolean;
  readonly termGraceMs?: number;
  readonly eofGraceMs?: number;
}

export interface Stopper {
  /** Passes a signal on; SIGTERM starts the grace. */
  signal(signal: NodeJS.Signals): void;
  /** The agent reads no more: stdin is closed by the caller, then SIGTERM, then SIGKILL. */
  abandoned(): void;
  /** The server has ended. */
  dispose(): void;
}

export function stopServer(parts: StopParts): Stopper {
  const { kill, termGraceMs = TERM_GRACE_MS, eofGraceMs = EOF_GRACE_MS } = parts;
  let eofTimer: NodeJS.Timeout | null = null;
  let killTimer: NodeJS.Timeout | null = null;
  const term = (reason: string) => {
    kill('SIGTERM', reason);
    killTimer ??= setTimeout(() => kill('SIGKILL', `still running ${termGraceMs} ms after SIGTERM`), termGraceMs);
  };
  return {
    signal(signal) {
      if (signal === 'SIGTERM') term('forwarded');
      else kill(signal, 'forwarded');
    },
    abandoned() {
      eofTimer ??= setTimeout(() => term(`still running ${eofGraceMs} ms after the agent was gone`), eofGraceMs);
    },
    dispose() {
      if (eofTimer) clearTimeout(eofTimer);
      if (killTimer) clearTimeout(killTimer);
    },
  };
}
