/**
 * Packages whose newest version is not the one that "newest" finds: after date versions (2026.8.31) they went back to
 * small numbers (2.4.0), which sort below. `latest`, ranges and sorting then stay on the old line.
 */

/** The newest version of the line that npm's sorting hides, as far as was known when this table was written. */
interface TrapRow {
  readonly name: string;
  readonly newest: string;
  /** What the registry's `latest` stands for: what a command without a version would start. */
  readonly latest: string;
  /** What the old line lacks. */
  readonly lacks: string;
}

/** https://github.com/modelcontextprotocol/servers/releases, read on 2026-11-20. */
const TRAPS: readonly TrapRow[] = [
  {
    name: '@modelcontextprotocol/server-filesystem',
    newest: '2.4.0',
    latest: '2026.8.31',
    lacks: 'the security fixes of 2.0.1 to 2.4.0',
  },
  {
    name: '@modelcontextprotocol/server-everything',
    newest: '2.3.1',
    latest: '2026.8.31',
    lacks: 'the fixes made since',
  },
];

/** `2026.8.31`: a year, a month, a day or a number. */
export const isCalendarVersion = (version: string) => /^20\d\d\.\d{1,2}\.\d{1,4}(?:[-.+].*)?$/.test(version);

/**
 * One sentence with both versions, or null where there is no trap.
 * @param installed null where nothing is: then what the command would start counts
 * @param requested version, range or tag that the command names; null where it names none
 * @param others versions known of this package; the table's are added
 */
export function versionTrap(
  name: string,
  installed: string | null,
  requested: string | null,
  others: readonly string[] = [],
): string | null {
  const row = TRAPS.find((one) => one.name === name);
  const version = installed ?? (requested === null || requested === 'latest' ? (row?.latest ?? null) : requested);
  if (version === null || !isCalendarVersion(version)) return null;
  const newer = others
    .filter((one) => /^\d+\.\d+\.\d+$/.test(one) && !isCalendarVersion(one))
    .sort(bySize)
    .at(-1);
  const newest = [row?.newest, newer]
    .filter((one) => one !== undefined)
    .sort(bySize)
    .at(-1);
  if (newest === undefined) return null;
  const lacks = row ? `, without ${row.lacks}` : '';
  return `${name} ${version} is a date version; ${newest} is newer but sorts below it, so "latest" and ranges stay on ${version}${lacks}`;
}

function bySize(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  return left.map((part, at) => part - (right[at] ?? 0)).find((part) => part !== 0) ?? 0;
}
