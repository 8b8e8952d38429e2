/**
 * How a connection ended, in words for people: the same in records, CLI and page. Decides which ends are worth a row of
 * their own; what became of the calls that were open then is decided by record/.
 */
import type { ExitRecord } from '../protocol/journal.ts';

export interface ConnectionEnd {
  readonly transport: 'stdio' | 'http';
  /** `killed`: the proxy left no word of how its server ended. */
  readonly how: 'exit' | 'killed';
  readonly exit: ExitRecord | null;
  /** The server had been told to stop, by the agent or because the agent was gone. */
  readonly stopped: boolean;
}

/** `the server ended with exit code 3`; null where all that is known is that the agent left. */
export function endText({ transport, how, exit, stopped }: ConnectionEnd): string | null {
  if (how === 'killed') return 'the proxy that recorded it was killed';
  if (exit === null) return null;
  if (transport === 'http') return exit.signal === null ? null : `the agent ended the connection (${exit.signal})`;
  if (exit.error !== null) return 'the server could not be started';
  const cause = exit.signal ?? `exit code ${exit.code}`;
  if (stopped) return `the server was stopped (${cause})`;
  return exit.signal === null ? `the server ended with ${cause}` : `the server was ended by ${cause}`;
}

/** The server itself went wrong: it did not start, or it ended unasked and not with 0. */
export function isServerFailure({ transport, how, exit, stopped }: ConnectionEnd): boolean {
  if (transport === 'http' || how === 'killed' || exit === null) return false;
  return exit.error !== null || (!stopped && exit.code !== 0);
}

/** The end as a sentence, with the system's reason where the server never ran. */
export function endSentence(end: ConnectionEnd): string {
  const text = endText(end) ?? 'the connection ended';
  const reason = end.exit?.error ? `: ${end.exit.error}` : '';
  return `${text[0]?.toUpperCase()}${text.slice(1)}${reason}`;
}
