/** Which set-up command may run in a fresh checkout: what was said on the command line, else what somebody agrees to. */
import type { SetupCommand } from '../harness/findSetup.ts';
import { canAsk, says } from './agree.ts';
import { safeLine } from './safeText.ts';
import type { Context } from './verb.ts';

export interface AgreedSetup {
  /** null where nothing says how it is set up. */
  readonly command: string | null;
  readonly source: string | null;
  readonly run: boolean;
}

/** What a comparison that was broken off says. */
export const INTERRUPTED = 'it was interrupted; nothing is left behind';

/** Asks on a terminal; without one nothing runs unless `--setup` says so. */
export async function agreedSetup(
  { option, out }: Pick<Context, 'option' | 'out'>,
  found: Pick<SetupCommand, 'command' | 'source'> | null,
  signal: AbortSignal,
): Promise<AgreedSetup> {
  const asked = option('setup');
  if (asked !== null && asked !== 'auto' && asked !== 'none') return { command: asked, source: '--setup', run: true };
  if (found === null) return { command: null, source: null, run: false };
  const { command, source } = found;
  if (asked !== null) return { command, source, run: asked === 'auto' };
  if (!canAsk()) {
    out.note(`Set-up is not run: ${safeLine(command)} (${safeLine(source)}). --setup auto runs it.`);
    return { command, source, run: false };
  }
  const question = `Run ${safeLine(command)} in the fresh checkout? Found in ${safeLine(source)}.`;
  return { command, source, run: await says(question, INTERRUPTED, signal) };
}
