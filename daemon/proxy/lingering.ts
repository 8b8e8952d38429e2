/**
 * When the proxy may leave after its server has ended. The server's stdout may still be held open by a process that it
 * left behind: by a helper that says nothing, which must not keep the agent from seeing the exit, or by the real server
 * behind a launcher, which must not be cut off. One that speaks after the exit is taken for the latter.
 */

/** How long silence is awaited after the server's exit, in milliseconds: less than the 2 s after which clients kill. */
export const LINGER_MS = 1500;
/** The same after a signal: whoever sent it waits for us. */
const SIGNALLED_LINGER_MS = 150;

export interface LingerParts {
  /** How many output streams (stdout, stderr) have to end. */
  readonly outputs: number;
  /** Are bytes waiting for an agent that reads slowly? */
  readonly busy: () => boolean;
  /** Called once. */
  readonly leave: () => void;
  readonly lingerMs?: number;
}

export interface Lingering {
  outputDone(): void;
  serverEnded(): void;
  /** The server, or what it left behind, wrote something. Called per chunk: costs nothing before the exit. */
  spoken(): void;
  agentEnded(): void;
  signalled(): void;
}

export function lingering(parts: LingerParts): Lingering {
  const { lingerMs = LINGER_MS } = parts;
  let outputs = parts.outputs;
  let ended = false;
  let agentGone = false;
  let wasSignalled = false;
  let spokenSince = false;
  let left = false;
  let timer: NodeJS.Timeout | null = null;

  const leave = () => {
    if (left) return;
    left = true;
    if (timer) clearTimeout(timer);
    parts.leave();
  };
  const settle = () => {
    if (!ended || left) return;
    if (outputs === 0) return leave();
    if (timer) clearTimeout(timer);
    timer = setTimeout(look, wasSignalled ? SIGNALLED_LINGER_MS : lingerMs);
  };
  const look = () => {
    if (wasSignalled) return leave();
    if (parts.busy()) return settle();
    if (spokenSince && !agentGone) return;
    leave();
  };
  return {
    outputDone() {
      outputs--;
      if (outputs === 0) settle();
    },
    serverEnded() {
      ended = true;
      settle();
    },
    spoken() {
      if (!ended || spokenSince) return;
      spokenSince = true;
      settle();
    },
    agentEnded() {
      agentGone = true;
      settle();
    },
    signalled() {
      wasSignalled = true;
      settle();
    },
  };
}
