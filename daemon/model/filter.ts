/**
 * The filter that page and CLI share: words such as `tool:write status:failed min:100ms -server:fs "free text"`. Parses
 * it to a tree of terms, all of which must hold; says where a word is wrong. Whoever holds rows applies it: the store
 * as SQL, `matches` to a row at hand.
 */
import type { CallHead } from '../protocol/feed.ts';
import { DenialReason } from '../protocol/policy.ts';
import { CallEvent, Outcome } from '../protocol/record.ts';

/** Texts match as parts, whatever their case. */
export type FilterTest =
  | { readonly kind: 'text'; readonly field: TextField; readonly value: string }
  | { readonly kind: 'outcome'; readonly outcomes: readonly Outcome[] }
  | { readonly kind: 'event'; readonly event: CallEvent }
  | { readonly kind: 'direction'; readonly direction: 'c2s' | 's2c' }
  /** What policy had against it; null stands for any. */
  | {
      readonly kind: 'denial';
      readonly decision: 'would_deny' | 'deny' | null;
      readonly reason: DenialReason | null;
    }
  | { readonly kind: 'atLeast'; readonly field: NumberField; readonly value: number }
  | { readonly kind: 'atMost'; readonly field: NumberField; readonly value: number }
  | { readonly kind: 'above'; readonly field: NumberField; readonly value: number }
  | { readonly kind: 'below'; readonly field: NumberField; readonly value: number }
  /** Anything people can see of a row: its words, and what stands in its full text where there is one. */
  | { readonly kind: 'words'; readonly value: string };

export interface FilterTerm {
  readonly test: FilterTest;
  readonly negated: boolean;
}

export type Filter = readonly FilterTerm[];
export type TextField = 'tool' | 'server' | 'method' | 'turn' | 'id' | 'summary' | 'error' | 'lane';
export type NumberField = 'duration_ms' | 'bytes' | 'usd' | 'tokens';

export interface FilterError {
  readonly message: string;
  /** In characters, from 0. */
  readonly at: number;
  readonly length: number;
}

export type ParsedFilter =
  | { readonly kind: 'filter'; readonly filter: Filter }
  | { readonly kind: 'error'; readonly error: FilterError };

/** As long as `Subscribe.filter` may be. */
export const MAX_FILTER_CHARS = 500;
const MAX_TERMS = 32;

const TEXT_FIELDS: Readonly<Record<string, TextField>> = {
  tool: 'tool',
  server: 'server',
  method: 'method',
  turn: 'turn',
  id: 'id',
  call: 'id',
  arg: 'summary',
  error: 'error',
  lane: 'lane',
};
const FAILED: readonly Outcome[] = ['error', 'denied', 'timeout', 'lost'];
const OUTCOMES: Readonly<Record<string, readonly Outcome[]>> = {
  ...Object.fromEntries(Outcome.options.map((outcome) => [outcome, [outcome]])),
  ok: ['success'],
  failed: FAILED,
  ended: ['success', 'error', 'denied', 'cancelled', 'timeout', 'lost'],
};
/** The call went on: by its outcome it may be anything. */
const WOULD_DENY = 'would_deny';
const DIRECTIONS: Readonly<Record<string, 'c2s' | 's2c'>> = { c2s: 'c2s', s2c: 's2c', client: 'c2s', server: 's2c' };
const KNOWN =
  'tool, server, method, turn, id, arg, error, status, is, denial, event, dir, min, max, larger, smaller, lane, cost, tokens';

/** Parses a filter. The empty one matches everything. */
export function parseFilter(text: string): ParsedFilter {
  if (text.length > MAX_FILTER_CHARS)
    return wrong(`longer than ${MAX_FILTER_CHARS} characters`, MAX_FILTER_CHARS, text.length - MAX_FILTER_CHARS);
  const filter: FilterTerm[] = [];
  // A word: an optional minus, an optional name with a colon, then a quoted or a bare value.
  const word = /(-?)(?:([A-Za-z]+):)?(?:"((?:[^"\\]|\\.)*)("?)|([^\s"]+(?:[^\s]*)))?/y;
  for (let at = skipSpace(text, 0); at < text.length; at = skipSpace(text, word.lastIndex)) {
    word.lastIndex = at;
    const match = word.exec(text);
    if (!match || match[0] === '') return wrong('cannot be read', at, 1);
    const [whole, minus, name, quoted, endQuote, bare] = match;
    if (quoted !== undefined && endQuote !== '"') return wrong('the quotation mark is not closed', at, whole.length);
    const value = quoted === undefined ? (bare ?? '') : quoted.replace(/\\(.)/g, '$1');
    if (value === '')
      return wrong(name === undefined ? 'a word is missing' : `${name}: needs a value`, at, Math.max(1, whole.length));
    const test = name === undefined ? words(value) : namedTest(name.toLowerCase(), value);
    if (typeof test === 'string') return wrong(test, at, whole.length);
    if (filter.length === MAX_TERMS) return wrong(`more than ${MAX_TERMS} words`, at, whole.length);
    filter.push({ test, negated: minus === '-' });
  }
  return { kind: 'filter', filter };
}

/** Whether a row passes. Full text is not at hand here: `words` looks at what the row itself shows. */
export function matches(filter: Filter, call: CallHead): boolean {
  return filter.every(({ test, negated }) => passes(test, call) !== negated);
}

function passes(test: FilterTest, call: CallHead): boolean {
  switch (test.kind) {
    case 'text':
      return textsOf(test.field, call).some((text) => includes(text, test.value));
    case 'outcome':
      return test.outcomes.includes(call.outcome);
    case 'event':
      return call.event === test.event;
    case 'direction':
      return call.direction === test.direction;
    case 'denial':
      return (
        call.denial !== null &&
        (test.decision === null || test.decision === call.denial.decision) &&
        (test.reason === null || test.reason === call.denial.reason)
      );
    case 'atLeast':
    case 'atMost':
    case 'above':
    case 'below': {
      const value = numberOf(test.field, call);
      return value !== null && COMPARED[test.kind](value, test.value);
    }
    case 'words':
      return [call.tool, call.server, call.method, call.summary, call.error_message].some((text) =>
        includes(text, test.value),
      );
    default:
      return test satisfies never;
  }
}

const COMPARED = {
  atLeast: (value: number, bound: number) => value >= bound,
  atMost: (value: number, bound: number) => value <= bound,
  above: (value: number, bound: number) => value > bound,
  below: (value: number, bound: number) => value < bound,
} as const;

function textsOf(field: TextField, call: CallHead): readonly (string | null)[] {
  switch (field) {
    case 'turn':
      return [call.turn_id];
    case 'id':
      return [call.call_id, call.session_id, call.connection_id];
    case 'error':
      return [call.error_message, call.outcome_note, call.evidence?.error_class ?? null];
    case 'lane':
      return [call.evidence?.lane ?? null];
    case 'tool':
    case 'server':
    case 'method':
    case 'summary':
      return [call[field]];
    default:
      return field satisfies never;
  }
}

/** Sizes count the request and the answer together; null where there is no value yet. */
function numberOf(field: NumberField, call: CallHead): number | null {
  switch (field) {
    case 'duration_ms':
      return call.duration_ms;
    case 'bytes':
      return call.request_bytes + (call.response_bytes ?? 0);
    case 'usd':
    case 'tokens':
      return call.evidence?.[field] ?? null;
    default:
      return field satisfies never;
  }
}

function includes(text: string | null, part: string): boolean {
  return text?.toLowerCase().includes(part) ?? false;
}

/** The test, or what is wrong with it. */
function namedTest(name: string, value: string): FilterTest | string {
  const field = own(TEXT_FIELDS, name);
  if (field) return { kind: 'text', field, value: value.toLowerCase() };
  const lower = value.toLowerCase();
  switch (name) {
    case 'status':
    case 'is': {
      if (lower === WOULD_DENY) return { kind: 'denial', decision: WOULD_DENY, reason: null };
      const outcomes = own(OUTCOMES, lower);
      return outcomes
        ? { kind: 'outcome', outcomes }
        : `${name}: knows ${[...Object.keys(OUTCOMES), WOULD_DENY].join(', ')}`;
    }
    case 'denial': {
      if (lower === 'any') return { kind: 'denial', decision: null, reason: null };
      const reason = DenialReason.options.find((option) => option === lower);
      return reason
        ? { kind: 'denial', decision: null, reason }
        : `denial: knows any, ${DenialReason.options.join(', ')}`;
    }
    case 'event': {
      const event = CallEvent.options.find((option) => option === lower);
      return event ? { kind: 'event', event } : `event: knows ${CallEvent.options.join(', ')}`;
    }
    case 'dir': {
      const direction = own(DIRECTIONS, lower);
      return direction ? { kind: 'direction', direction } : 'dir: knows c2s (from the agent) and s2c (from the server)';
    }
    case 'min':
    case 'max': {
      const ms = durationMs(lower);
      return ms === null
        ? `${name}: needs a duration such as 100ms, 2s or 1m`
        : bound(name === 'min', 'duration_ms', ms);
    }
    case 'larger':
    case 'smaller': {
      const bytes = sizeBytes(lower);
      return bytes === null
        ? `${name}: needs a size such as 500, 10kB or 2MB`
        : bound(name === 'larger', 'bytes', bytes);
    }
    case 'cost':
      return compared('usd', lower.replace(/\$/, ''), 'cost: needs a bound in dollars such as >0.01 or <=5');
    case 'tokens':
      return compared('tokens', lower, 'tokens: needs a bound such as >1000 or <=20k');
    default:
      // A colon in free text (a URL, a drive) is no name; a plain word before it probably was meant as one.
      return value.startsWith('//') || value.startsWith('\\')
        ? words(`${name}:${value}`)
        : `${name}: is not known; known are ${KNOWN}`;
  }
}

function words(value: string): FilterTest {
  return { kind: 'words', value: value.toLowerCase() };
}

function bound(isLower: boolean, field: NumberField, value: number): FilterTest {
  return { kind: isLower ? 'atLeast' : 'atMost', field, value };
}

const BOUNDS = { '>=': 'atLeast', '<=': 'atMost', '>': 'above', '<': 'below' } as const;

function compared(field: NumberField, text: string, wrong: string): FilterTest | string {
  const [, sign = '', digits = '', thousands] = /^(>=|<=|>|<)(\d+(?:\.\d+)?)(k?)$/.exec(text) ?? [];
  const kind = own<'atLeast' | 'atMost' | 'above' | 'below'>(BOUNDS, sign);
  return kind ? { kind, field, value: Number(digits) * (thousands ? 1000 : 1) } : wrong;
}

function durationMs(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  return match ? Number(match[1]) * (own({ ms: 1, s: 1000, m: 60_000, h: 3_600_000 }, match[2] ?? 'ms') ?? 1) : null;
}

function sizeBytes(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(b|kb|mb|gb)?$/.exec(text);
  return match ? Number(match[1]) * (own({ b: 1, kb: 1e3, mb: 1e6, gb: 1e9 }, match[2] ?? 'b') ?? 1) : null;
}

function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text[at]!)) at++;
  return at;
}

function wrong(message: string, at: number, length: number): ParsedFilter {
  return { kind: 'error', error: { message, at, length } };
}
