/** What the first stage keeps of a decision beside its call: what was decided, and where the rest of it stands. */

import type { Span } from '../protocol/events.ts';
import type { DenialReason } from '../protocol/policy.ts';
import { RowError } from './rows.ts';

export interface Judgement {
  readonly decision: 'allow' | 'would_deny' | 'deny' | 'unknown';
  readonly mode: 'observe' | 'enforce';
  readonly reason: DenialReason | null;
  /** Of the whole record in its connection's journal. */
  readonly place: Span;
}

/** The column `judged` of a call: `deny 0 4711 812`. */
export function packJudgement({ decision, place }: Judgement): string {
  return `${decision} ${place.segment} ${place.offset} ${place.length}`;
}

/** @throws RowError for a column that we did not write */
export function placeOfJudgement(column: string): Span {
  const [, segment, offset, length] = column.split(' ').map(Number);
  if (segment === undefined || offset === undefined || length === undefined || Number.isNaN(length))
    throw new RowError('a judged column names no place');
  return { segment, offset, length };
}

export function wasDenied(column: string | null): boolean {
  return column?.startsWith('deny ') ?? false;
}
