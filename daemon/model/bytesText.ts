/** A size for people, decimal units. Used by the CLI and the page alike. */

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** `812 B`, `1.2 kB`, `64 kB`, `2.1 MB`. @param bytes not negative */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const figures = unit === 0 ? String(Math.round(value)) : value < 9.95 ? value.toFixed(1) : String(Math.round(value));
  return `${figures} ${UNITS[unit]}`;
}
