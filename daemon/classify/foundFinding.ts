/** A finding about the call at hand, before it is written: which call and session it belongs to is known by who writes it. */
import type { FindingKind } from '../protocol/trail.ts';

export interface FoundFinding {
  readonly kind: FindingKind;
  readonly severity: 'info' | 'warning' | 'error';
  /** What it is about, within the session: a finding of the same kind and item is written once. */
  readonly item: string;
  /** For people; raw, masked by classifyCall.ts. */
  readonly evidence: string;
}
