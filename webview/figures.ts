/**
 * Numbers as people read them: durations, sizes, counts, times of day. Decides rounding and units; where a value could
 * not be observed it says so with a dash, never with a zero.
 */

export const UNKNOWN = '–';

/** A duration in milliseconds with three figures at most: `0.4 ms`, `14 ms`, `1.24 s`, `2 m 05 s`, `1 h 04 m`. */
export function formatDuration(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return UNKNOWN;
  const value = Math.max(0, ms);
  if (value < 1) return value === 0 ? '0 ms' : `${value.toFixed(1)} ms`;
  if (value < 10) return `${trimZero(value.toFixed(1))} ms`;
  if (value < 999.5) return `${Math.round(value)} ms`;
  if (value < 9_995) return `${(value / 1000).toFixed(2)} s`;
  if (value < 59_950) return `${(value / 1000).toFixed(1)} s`;
  const seconds = Math.round(value / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${pad(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} m`;
  return `${Math.floor(minutes / 1440)} d ${Math.floor((minutes % 1440) / 60)} h`;
}

/** A size in bytes: `312 B`, `4.1 kB`, `2.0 MB`. Thousands, as network tools count. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null || !Number.isFinite(bytes)) return UNKNOWN;
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** A whole number with thin spaces between its thousands: `100 000`. */
export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** A count with its noun: `1 call`, `2 calls`. */
export function formatCounted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** How long ago, coarse: `now`, `40 s ago`, `5 min ago`, `3 h ago`, `2 d ago`, then the date. */
export function formatAgo(atMs: number, nowMs: number): string {
  const seconds = Math.floor((nowMs - atMs) / 1000);
  if (seconds < 10) return 'now';
  if (seconds < 60) return `${Math.floor(seconds / 10) * 10} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  if (seconds < 7 * 86_400) return `${Math.floor(seconds / 86_400)} d ago`;
  const date = new Date(atMs);
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

/** The local time of day with milliseconds: `14:03:22.041`. */
export function formatClock(atMs: number): string {
  const date = new Date(atMs);
  const ms = String(date.getMilliseconds()).padStart(3, '0');
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}.${ms}`;
}

/** The local date and time of day: `2026-11-20 14:03:22.041`. */
export function formatMoment(atMs: number): string {
  const date = new Date(atMs);
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${formatClock(atMs)}`;
}

/** The local date and time of day to the minute, for lists: `2026-11-20 14:03`. */
export function formatMinute(atMs: number): string {
  return Number.isFinite(atMs) ? formatMoment(atMs).slice(0, 16) : UNKNOWN;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

function trimZero(text: string): string {
  return text.replace(/\.0$/, '');
}

/** US dollars: two decimals, more where it is little. */
export function formatUsd(usd: number): string {
  return `$${usd >= 1 || usd === 0 ? usd.toFixed(2) : usd.toPrecision(2)}`;
}
