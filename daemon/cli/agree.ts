/** Asks whether something that was shown may be done. */
import { createInterface } from 'node:readline/promises';
import { couldNot } from './exit.ts';

/** True with `--yes`, or where somebody at a terminal says so; null where nobody can be asked. */
export async function agrees(question: string, yes: boolean): Promise<boolean | null> {
  if (yes) return true;
  if (!canAsk()) return null;
  return says(question, 'it was interrupted; nothing was changed');
}

/** Is there somebody at a terminal who reads the question and can answer it? */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

export interface Streams {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/**
 * @param interrupted said where Ctrl+C is the answer, or `signal` came first
 * @throws CliError then, with exit code 3
 */
export async function says(
  question: string,
  interrupted: string,
  signal?: AbortSignal,
  { input, output }: Streams = { input: process.stdin, output: process.stderr },
): Promise<boolean> {
  const lines = createInterface({ input, output });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `, signal ? { signal } : {})).trim());
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
    // What is said next stands on a line of its own.
    output.write('\n');
    throw couldNot(interrupted);
  } finally {
    lines.close();
  }
}
