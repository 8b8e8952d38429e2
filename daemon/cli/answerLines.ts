/** What differs between two answers to one call, as lines for people: what is another by chance is left out. */
import { neutralText } from '../model/neutral.ts';
import { textDiff } from '../model/textDiff.ts';
import type { Drawing } from './callLine.ts';
import { cut } from './cells.ts';
import { safeLine } from './safeText.ts';

const SHOWN_LINES = 12;
/** Of an answer that is longer, the rest is not compared. */
const ANSWER_CHARS = 64 * 1024;
/** What stands before the first difference of a line that is too long to be shown from its beginning. */
const LEAD_CHARS = 24;

/** @returns empty where one of them is not there, or both say the same */
export function answerLines(a: string | null, b: string | null, { paint, terminal }: Drawing): string[] {
  if (a === null || b === null) return [];
  const diff = textDiff('answer', neutral(a), neutral(b));
  if (diff === null) return [];
  // The first two lines name the sides.
  const changed = diff
    .split('\n')
    .slice(2)
    .filter((line) => /^[+-]/.test(line));
  const width = terminal.columns - 4;
  const from = changed.some((line) => line.length > width) ? firstDifference(changed) : 0;
  const lines = changed.slice(0, SHOWN_LINES).map((line) => {
    const text = from > LEAD_CHARS ? `${line[0]}…${line.slice(1 + from - LEAD_CHARS)}` : line;
    const shown = `    ${cut(safeLine(text, terminal.unicode), width, terminal.unicode)}`;
    return line.startsWith('+') ? paint.good(shown) : paint.bad(shown);
  });
  const more = changed.length - SHOWN_LINES;
  return [
    paint.dim("  The answers, A's lines with -, B's with +:"),
    ...lines,
    ...(more > 0 ? [paint.dim(`    … ${more} more lines; callgrove call shows each answer`)] : []),
  ];
}

const neutral = (text: string) => neutralText(text.slice(0, ANSWER_CHARS), []);

/** Where the first line of A and the first one of B part. */
function firstDifference(changed: readonly string[]): number {
  const [a, b] = ['-', '+'].map((sign) => changed.find((line) => line.startsWith(sign))?.slice(1) ?? '');
  if (a === undefined || b === undefined) return 0;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}
