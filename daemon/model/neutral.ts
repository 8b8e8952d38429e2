/**
 * Makes what differs by chance from run to run the same: where the workspace lies, ids, times, temporary names, ports.
 * What is left is what two runs are compared by. Deliberately small: what might be content stays.
 */

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

/** @param roots absolute folders that stand for the workspace, the longest first */
export function neutralText(text: string, roots: readonly string[]): string {
  let out = text;
  for (const root of roots) {
    if (root.length < 2) continue;
    out = out.replaceAll(`file://${root}`, '‹root›').replaceAll(root, '‹root›');
    if (root.includes('\\')) out = out.replaceAll(root.replaceAll('\\', '/'), '‹root›');
  }
  return out
    .replace(TEMPORARY, '‹temp›')
    .replace(ID, '‹id›')
    .replace(ISO_TIME, '‹time›')
    .replace(LONG_TIME, '‹time›')
    .replace(CLOCK, '‹time›')
    .replace(LASTED, '‹lasted›')
    .replace(PREFIXED_ID, '$1_‹id›')
    .replace(ULID, '‹id›')
    .replace(TRACE_ID, '‹id›')
    .replace(EPOCH, '‹time›')
    .replace(LOCAL_PORT, '$1:‹port›');
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
