/** What a row says of having been allowed once, and whether that still counts. Draws nothing. */
import type { CallHead } from '../daemon/protocol/feed.ts';
import type { OnceMark } from '../daemon/protocol/policy.ts';
import { formatMinute } from './figures.ts';
import type { Remark } from './rowFace.ts';

/** It is not used, and may still be. */
export function isOpen(once: OnceMark | null, nowMs: number): boolean {
  return once !== null && once.passed === null && once.until !== null && nowMs < Date.parse(once.until);
}

type Marked = Pick<CallHead, 'call_id' | 'once'> & { readonly denial: object | null };

/** With what a narrow column has room for. */
export interface OnceRemark extends Remark {
  readonly short: string;
}

export function onceRemark({ call_id, denial, once }: Marked): OnceRemark | null {
  if (once === null) return null;
  const { passed, by, until } = once;
  if (passed === call_id && denial === null)
    return {
      text: 'allowed once',
      short: 'allowed once',
      tone: 'warning',
      hint: 'A call like it had been refused and was allowed once: this one passed by that, and none after it.',
    };
  return {
    text: passed === null ? 'then allowed once' : 'then allowed once, used',
    short: passed === null ? 'allowed once' : 'once, used',
    tone: 'plain',
    hint:
      passed === null
        ? `${givenBy(by)} until ${minute(until)}; no call has passed by it.`
        : `${givenBy(by)}, and a later call passed by it.`,
  };
}

export function givenBy(by: string | null): string {
  return by === null ? 'Allowed once' : `Allowed once by ${by}`;
}

export function minute(at: string | null): string {
  return formatMinute(at === null ? Number.NaN : Date.parse(at));
}
