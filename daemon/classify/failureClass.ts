/** Which of the failure classes a call's end belongs to: one table over the error's class and the findings of the call. */
import type { CallError } from '../protocol/record.ts';

export type FailureClass =
  | 'auth_drift'
  | 'scope_escape'
  | 'contract_drift'
  | 'malformed_success'
  | 'rate_limit_exhaustion'
  | 'partial_side_effect'
  | 'process_crash';

interface FailureRow {
  readonly failure_class: FailureClass;
  readonly classes?: readonly CallError['error_class'][];
  readonly causes?: readonly CallError['auth_cause'][];
  readonly findings?: readonly string[];
  /** Only where it is known that repeating the call would do something twice. */
  readonly onlyUnsafe?: true;
  /** Only where the answer claims to be a success. */
  readonly onlyHidden?: true;
}

/** The first row that fits. */
export const FAILURE_CLASSES: readonly FailureRow[] = [
  { failure_class: 'process_crash', classes: ['server_crashed'] },
  { failure_class: 'contract_drift', classes: ['contract_drift'] },
  { failure_class: 'contract_drift', findings: ['contract_drift'] },
  { failure_class: 'auth_drift', classes: ['auth_missing', 'auth_expired'] },
  { failure_class: 'auth_drift', classes: ['permission_denied'], causes: ['missing_scope', 'wrong_identity'] },
  { failure_class: 'scope_escape', classes: ['path_denied', 'url_denied', 'tool_denied'] },
  { failure_class: 'rate_limit_exhaustion', classes: ['rate_limited', 'quota_exhausted', 'budget_denied'] },
  {
    failure_class: 'partial_side_effect',
    classes: ['timeout', 'transport_error', 'internal_error', 'cancelled'],
    onlyUnsafe: true,
  },
  { failure_class: 'malformed_success', classes: ['malformed_result'] },
  { failure_class: 'malformed_success', findings: ['malformed_success'] },
  { failure_class: 'malformed_success', onlyHidden: true },
];

export interface FailureFacts {
  readonly error_class: CallError['error_class'] | null;
  readonly auth_cause: CallError['auth_cause'];
  readonly findings: readonly string[];
  /** Of the call itself. */
  readonly callRetrySafe: boolean | null;
  /** The answer claims to be a success. */
  readonly hidden: boolean;
}

export function failureClass(facts: FailureFacts): FailureClass | null {
  return FAILURE_CLASSES.find((row) => fits(row, facts))?.failure_class ?? null;
}

function fits(row: FailureRow, { error_class, auth_cause, findings, callRetrySafe, hidden }: FailureFacts): boolean {
  if (row.classes && (error_class === null || !row.classes.includes(error_class))) return false;
  if (row.causes && !row.causes.includes(auth_cause)) return false;
  if (row.findings && !row.findings.some((kind) => findings.includes(kind))) return false;
  if (row.onlyUnsafe && callRetrySafe !== false) return false;
  return !row.onlyHidden || hidden;
}
