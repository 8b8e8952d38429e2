/**
 * Makes what differs by chance from run to run the same: where the workspace lies, ids, times, temporary names, ports.
 * What is left is what two runs are compared by. Deliberately small: what might be content stays.
 */
import { charKind, longRuns } from './longRuns.ts';

const ID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi;
/** `toolu_01AbC…`, `msg_…`, `call_…`: a word, and at least sixteen characters of which some are digits. */
const PREFIXED_ID = /\b([a-z]{2,12})[_-](?=[0-9A-Za-z]{0,40}\d)[0-9A-Za-z]{16,64}\b/g;
const ULID = /\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g;
const TRACE_ID = /\b[0-9a-f]{32}\b/g;
const ISO_TIME = /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?/g;
const LONG_TIME =
  /\b(?:[A-Z][a-z]{2},? )?(?:[A-Z][a-z]{2} +\d{1,2}|\d{1,2} [A-Z][a-z]{2}),? (?:\d{4} )?\d\d:\d\d:\d\d(?: \d{4})?(?: ?(?:GMT|UTC)(?:[+-]\d{4})?)?(?: \([^)]{1,60}\))?/g;
const CLOCK = /\b\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\b/g;
/** Seconds or milliseconds since 1970, from 2017 to 2033. */
const EPOCH = /(?<![\d.])1[5-9]\d{8}(?:\d{3})?(?![\d.])/g;
const TEMPORARY =
  /(?:\/private)?(?:\/var\/folders\/[^/\s"']{1,40}\/[^/\s"']{1,60}\/T|\/var\/tmp|\/tmp|\/dev\/shm)\/[^/\s"'`,;:)\]}<>]{1,120}|[A-Za-z]:\\(?:[^\\\s"']{1,60}\\){1,6}Temp\\[^\\\s"']{1,120}/g;
const LOCAL_PORT = /\b(localhost|127\.0\.0\.1|\[::1\]):\d{2,5}\b/g;
const LASTED = /\b\d+(?:\.\d+)? ?(?:ms|µs|ns|seconds?|secs?|s)\b/g;

/** What is looked at before any pattern is tried. */
interface Signs {
  /** Letters and digits in a row at most; 0 where there are fewer than RUN_CHARS. */
  readonly run: number;
  readonly digit: boolean;
  /** A digit and a colon. */
  readonly clock: boolean;
  readonly temporary: boolean;
}

/** In this order: what is chance, what stands in its place, and what a text that has it cannot be without. */
export const CHANCES: readonly {
  readonly pattern: RegExp;
  readonly by: string;
  readonly needs: (signs: Signs) => boolean;
}[] = [
  { pattern: TEMPORARY, by: '‹temp›', needs: ({ temporary }) => temporary },
  { pattern: ID, by: '‹id›', needs: ({ run }) => run >= 12 },
  { pattern: ISO_TIME, by: '‹time›', needs: ({ clock }) => clock },
  { pattern: LONG_TIME, by: '‹time›', needs: ({ clock }) => clock },
  { pattern: CLOCK, by: '‹time›', needs: ({ clock }) => clock },
  { pattern: LASTED, by: '‹lasted›', needs: ({ digit }) => digit },
  { pattern: PREFIXED_ID, by: '$1_‹id›', needs: ({ run }) => run >= 16 },
  { pattern: ULID, by: '‹id›', needs: ({ run }) => run >= 26 },
  { pattern: TRACE_ID, by: '‹id›', needs: ({ run }) => run >= 32 },
  { pattern: EPOCH, by: '‹time›', needs: ({ run }) => run >= RUN_CHARS },
  { pattern: LOCAL_PORT, by: '$1:‹port›', needs: ({ clock }) => clock },
];

const TEMPORARY_PARTS = ['/tmp/', '/T/', '/dev/shm/', 'Temp\\'];
const RUN_CHARS = 10;
const LETTER_OR_DIGIT = charKind(/[0-9A-Za-z]/);

/** @param roots absolute folders that stand for the workspace, the longest first */
export function neutralText(text: string, roots: readonly string[]): string {
  let out = text;
  for (const root of roots) {
    if (root.length < 2) continue;
    out = out.replaceAll(`file://${root}`, '‹root›').replaceAll(root, '‹root›');
    if (root.includes('\\')) out = out.replaceAll(root.replaceAll('\\', '/'), '‹root›');
  }
  const signs = signsOf(out);
  for (const { pattern, by, needs } of CHANCES) if (needs(signs)) out = out.replace(pattern, by);
  return out;
}

/** Most texts have little of it, and a pattern that is not tried costs nothing. */
function signsOf(text: string): Signs {
  const digit = /\d/.test(text);
  return {
    run: longRuns(text, LETTER_OR_DIGIT, RUN_CHARS).reduce((most, { start, end }) => Math.max(most, end - start), 0),
    digit,
    clock: digit && text.includes(':'),
    temporary: TEMPORARY_PARTS.some((part) => text.includes(part)),
  };
}

const DEPTH = 100;

/**
 * Canonical text of a JSON value: members in the order of their names, `_meta` left out, texts and long numbers
 * neutral. Two values that say the same give the same text.
 */
export function neutralJson(value: unknown, roots: readonly string[], depth = 0): string {
  if (depth > DEPTH) return '"…"';
  if (typeof value === 'string') return JSON.stringify(neutralText(value, roots));
  if (typeof value === 'number') return neutralText(String(value), []);
  if (Array.isArray(value)) return `[${value.map((item) => neutralJson(item, roots, depth + 1)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value)
    .filter(([name]) => name !== '_meta')
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${members.map(([name, item]) => `${JSON.stringify(name)}:${neutralJson(item, roots, depth + 1)}`).join(',')}}`;
}
