/**
 * Ceilings that were in force for a call, as far as somebody said so: how many requests its server allows in a window and how
 * many of them are left, by the headers of a refusal (RateLimit, X-RateLimit) or an answer's own word; and how large an
 * answer the call itself asked for at most. What nobody said is not known: most servers say nothing.
 */
import type { Json } from '../model/json.ts';
import { jsonMember } from '../model/jsonMember.ts';
import type { CallEvidence } from '../protocol/evidence.ts';
import type { CallFacts } from './callFacts.ts';

interface Window {
  readonly limit: number | null;
  readonly left: number | null;
}

/** Arguments that bound an answer in bytes: characters or lines are something else. */
const SIZE_CAPS = ['max_bytes', 'maxBytes', 'max_size_bytes', 'maxSizeBytes', 'byte_limit', 'limit_bytes'];
/** Under these names answers tell of a window, in `_meta`, `structuredContent` or an error's data. */
const WINDOWS = ['rateLimit', 'rate_limit', 'ratelimit', 'quota'];
const LIMITS = ['limit', 'max'];
const LEFT = ['remaining', 'left'];

export function classifyLimits({ event, exchange, result, error, args }: CallFacts): CallEvidence {
  if (event !== 'tool_call') return {};
  const window = (exchange && ofHeaders(exchange.headers)) ?? ofAnswer(result, error);
  const cap = firstCount(args, SIZE_CAPS);
  const limits = {
    ...(cap !== null && { response_size_cap: cap }),
    ...(window?.limit != null && { retry_ceiling: window.limit }),
    ...(window?.left != null && { retries_left: window.left }),
  };
  const names = Object.keys(limits);
  if (names.length === 0) return {};
  return { limits, sources: Object.fromEntries(names.map((name) => [name, 'observed' as const])) };
}

/** The draft's one header and the three that came before it; names in lower case. */
function ofHeaders(headers: Readonly<Record<string, string>>): Window | null {
  const [said, policy] = [headers.ratelimit ?? '', headers['ratelimit-policy'] ?? ''];
  const plain = (kind: 'limit' | 'remaining') =>
    count(
      ['ratelimit', 'x-ratelimit', 'x-rate-limit'].map((name) => headers[`${name}-${kind}`]).find((value) => value) ??
        '',
    );
  const limit = plain('limit') ?? count(/\bq=(\d+)/.exec(policy)?.[1] ?? /\blimit=(\d+)/.exec(said)?.[1] ?? '');
  const left = plain('remaining') ?? count(/\b(?:r|remaining)=(\d+)/.exec(said)?.[1] ?? '');
  return limit === null && left === null ? null : { limit, left };
}

function ofAnswer(result: Json | undefined, error: Json | undefined): Window | null {
  for (const holder of [
    jsonMember(result, '_meta'),
    jsonMember(result, 'structuredContent'),
    jsonMember(error, 'data'),
  ])
    for (const name of WINDOWS) {
      const told = jsonMember(holder, name);
      const [limit, left] = [firstCount(told, LIMITS), firstCount(told, LEFT)];
      // One without the other may be about anything.
      if (limit !== null && left !== null && left <= limit) return { limit, left };
    }
  return null;
}

function firstCount(holder: Json | undefined, names: readonly string[]): number | null {
  for (const name of names) {
    const value = jsonMember(holder, name);
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  }
  return null;
}

/** `100`, and of `100, 100;w=60` the first. */
function count(text: string): number | null {
  const digits = /^\s*(\d{1,12})\s*(?:[,;]|$)/.exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}
