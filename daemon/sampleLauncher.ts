/**
 * Notices that the `npm start` which launched the sample has gone. npm and the shell between do not pass on every
 * signal, so that whoever ends npm alone would leave the sample and its daemon behind.
 */
import { type Disposable, toDisposable } from './base/lifecycle.ts';
import { processChain, statFields } from './proxy/processChain.ts';

const LOOK_MS = 500;

/** Calls `onGone` once, when a process between us and npm has ended. Does nothing where npm did not launch us. */
export function watchLauncher(env: Readonly<Record<string, string | undefined>>, onGone: () => void): Disposable {
  const chain = env.npm_lifecycle_event ? processChain().slice(1) : [];
  const npm = chain.findIndex(({ argv }) => argv?.some((word) => /(^|[\\/])npm(-cli\.js)?( |$)/.test(word)));
  const launchers = chain.slice(0, npm + 1);
  if (launchers.length === 0) return toDisposable(() => {});
  const timer = setInterval(() => {
    if (launchers.every(isThere)) return;
    clearInterval(timer);
    onGone();
  }, LOOK_MS);
  timer.unref();
  return toDisposable(() => clearInterval(timer));
}

/** The same process still, and not one that only waits for its parent to look. */
function isThere({ pid, start }: { pid: number; start: string | null }): boolean {
  const fields = statFields(pid);
  return fields[19] === start && fields[0] !== 'Z' && fields[0] !== 'X';
}
