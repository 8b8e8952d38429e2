/**
 * What a call's findings say of its error: a success that did nothing is one, although its answer does not say so, and an
 * error may belong to a failure class because of what was found about the call.
 */
import type { CallEvidence } from '../protocol/evidence.ts';
import type { CallFacts } from './callFacts.ts';
import { errorKind, repeatIsSafe } from './errorKinds.ts';
import { failureClass } from './failureClass.ts';

/** @param findings kinds of what was found about the call */
export function errorOfFindings(
  { outcome }: Pick<CallFacts, 'outcome'>,
  evidence: CallEvidence,
  findings: readonly string[],
): Pick<CallEvidence, 'error'> {
  const callRetrySafe = evidence.retry_safe ?? null;
  const { error } = evidence;
  if (error != null) {
    const hidden = outcome === 'success';
    return { error: { ...error, failure_class: failureClass({ ...error, findings, callRetrySafe, hidden }) } };
  }
  if (outcome !== 'success' || !findings.includes('malformed_success')) return {};
  const { repeat, ...kind } = errorKind('malformed');
  return {
    error: {
      ...kind,
      error_code: null,
      retry_after_ms: null,
      retry_safe: repeatIsSafe(repeat, callRetrySafe),
      failure_class: failureClass({ ...kind, findings, callRetrySafe, hidden: true }),
      read_from: 'filestate',
      rule: 'finding.malformed_success',
    },
  };
}
