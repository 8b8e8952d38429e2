/** Ends this process as the server ended: with the same exit code, or by the same signal. */
import type { ExitRecord } from '../protocol/journal.ts';

/** What a shell reports for a death by signal is this plus the signal's number. */
const SIGNAL_BASE = 128;
/** A signal that does not end us (the runtime ignores SIGPIPE) is reported by exit code after this, in milliseconds. */
const SIGNAL_WAIT_MS = 200;

export function mirrorEnd(end: ExitRecord, signalNumber: (name: string) => number): void {
  const signal = end.signal;
  if (!signal) process.exit(end.code ?? 1);
  process.removeAllListeners(signal);
  try {
    process.kill(process.pid, signal);
  } catch {
    process.exit(SIGNAL_BASE + signalNumber(signal));
  }
  setTimeout(() => process.exit(SIGNAL_BASE + signalNumber(signal)), SIGNAL_WAIT_MS);
}
