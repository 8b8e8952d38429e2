/**
 * How long to wait before asking again, as headers and texts say it. Milliseconds from when it was said; null where
 * nothing says it. Longer than a month is taken for a misreading.
 */

/** Names of the headers that tell it, in lower case, from the plainest to the vaguest. */
export const RETRY_HEADERS = [
  'retry-after-ms',
  'retry-after',
  'ratelimit',
  'ratelimit-reset',
  'x-ratelimit-reset',
  'x-rate-limit-reset',
] as const;

const LONGEST_MS = 31 * 24 * 3600 * 1000;

/** @param at when it was said, epoch ms */
export function retryAfterOfHeaders(headers: Readonly<Record<string, string>>, at: number): number | null {
  for (const name of RETRY_HEADERS) {
    const value = headers[name]?.trim();
    if (value === undefined || value === '') continue;
    const ms = headerMs(name, value, at);
    if (ms !== null) return ms;
  }
  return null;
}

function headerMs(name: (typeof RETRY_HEADERS)[number], value: string, at: number): number | null {
  switch (name) {
    case 'retry-after-ms':
      return numeric(value, 1);
    case 'retry-after':
      return numeric(value, 1000) ?? untilDate(value, at);
    case 'ratelimit': {
      // draft-ietf-httpapi-ratelimit-headers: "default";r=0;t=30, before that: limit=10, remaining=0, reset=30
      const left = /\b(?:r|remaining)=(\d{1,9})/.exec(value)?.[1];
      const reset = /\b(?:t|reset)=(\d{1,9})/.exec(value)?.[1];
      return reset === undefined || (left !== undefined && left !== '0') ? null : numeric(reset, 1000);
    }
    case 'ratelimit-reset':
    case 'x-ratelimit-reset':
    case 'x-rate-limit-reset':
      return untilReset(value, at);
    default:
      return name satisfies never;
  }
}

/** Seconds left, or the moment as epoch seconds (GitHub) or milliseconds (Linear), or a date. */
function untilReset(value: string, at: number): number | null {
  if (!/^\d{1,16}(?:\.\d{1,6})?$/.test(value)) return untilDate(value, at);
  const number = Number(value);
  if (number < 1e8) return sensible(number * 1000);
  return sensible(Math.max(0, (number > 1e11 ? number : number * 1000) - at));
}

function numeric(value: string, unitMs: number): number | null {
  return /^\d{1,12}(?:\.\d{1,6})?$/.test(value) ? sensible(Math.round(Number(value) * unitMs)) : null;
}

function untilDate(value: string, at: number): number | null {
  const moment = value.length > 60 ? Number.NaN : Date.parse(value);
  return Number.isNaN(moment) ? null : sensible(Math.max(0, moment - at));
}

function sensible(ms: number): number | null {
  return Number.isFinite(ms) && ms <= LONGEST_MS ? ms : null;
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const UNIT = '(milliseconds?|msecs?|ms|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|s|m|h|d)';
/** `6m0s`, `18.642s`, `644ms`, `30 seconds`, `1 hour 5 minutes`. */
const SPAN = `((?:\\d{1,9}(?:\\.\\d{1,6})? ?${UNIT}[ ,]{0,2}(?:and )?){1,4})(?!\\w|\\.\\d)`;
const SPAN_PART = new RegExp(`(\\d{1,9}(?:\\.\\d{1,6})?) ?${UNIT}`, 'g');

const IN_SPAN = new RegExp(
  `\\b(?:try again|retry|retrying|reset|resets|wait|available again|again|retry after|retry_after|retry-after|retrydelay|retry delay)\\b["':]{0,3} {0,2}(?:in|after|for|at least)? {0,2}["']?${SPAN}`,
);
const BARE_SECONDS =
  /\bretry[-_ ]?after(?:[-_ ]?seconds?|[-_ ]?secs?)?["']?(?: is|:|=)? {0,2}["']?(\d{1,7}(?:\.\d{1,6})?)(?![\w.]|-\d)/;
const BARE_MS = /\bretry[-_ ]?after[-_ ]?(?:ms|millis|milliseconds)["']?[:=]? {0,2}["']?(\d{1,10})\b/;
const AT_MOMENT =
  /\b(?:resets?|reset_at|retry|try again|available|again|until)\b["':]{0,3}(?: at| on| after)?["':]{0,3} {0,2}["']?(\d{4}-\d\d-\d\dt\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:z|[+-]\d\d:?\d\d))/;

/** @param lower the text in lower case */
export function retryAfterOfText(lower: string, at: number): number | null {
  if (!/retry|again|reset|wait/.test(lower)) return null;
  const ms = BARE_MS.exec(lower);
  if (ms) return sensible(Number(ms[1]));
  const span = IN_SPAN.exec(lower);
  if (span) return spanMs(span[1]!);
  const seconds = BARE_SECONDS.exec(lower);
  if (seconds) return sensible(Math.round(Number(seconds[1]) * 1000));
  const moment = AT_MOMENT.exec(lower);
  return moment ? untilDate(moment[1]!.toUpperCase(), at) : null;
}

function spanMs(text: string): number | null {
  let ms = 0;
  for (const [, number, unit] of text.matchAll(SPAN_PART)) ms += Number(number) * (UNIT_MS[shortUnit(unit!)] ?? 0);
  return sensible(Math.round(ms));
}

function shortUnit(unit: string): string {
  return unit === 'ms' || unit.startsWith('milli') || unit.startsWith('msec') ? 'ms' : unit.slice(0, 1);
}
