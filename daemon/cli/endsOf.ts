/** What a program said, cut to what tells why it failed: some say it first and go on, others say it last. */

const FIRST_LINES = 8;
const LAST_LINES = 15;

/** @returns its lines without empty ones, the middle left out where there are many */
export function endsOf(output: string): string[] {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const left = lines.length - FIRST_LINES - LAST_LINES;
  if (left <= 1) return lines;
  return [...lines.slice(0, FIRST_LINES), `… ${left} lines …`, ...lines.slice(-LAST_LINES)];
}
