/** Asks whether something that was shown may be done. */
import { createInterface } from 'node:readline/promises';

/** True with `--yes`, or where somebody at a terminal says so; null where nobody can be asked. */
export async function agrees(question: string, yes: boolean): Promise<boolean | null> {
  if (yes) return true;
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}
