/** What a refusal is once it is known that the credential is another one than was configured, or than had worked before. */
import type { CallError } from '../protocol/record.ts';
import { errorKind } from './errorKinds.ts';
import { failureClass } from './failureClass.ts';

export function errorOfIdentity(error: CallError): CallError {
  const { repeat: _, ...wrong } = errorKind('wrong_identity');
  const isForbidden = error.error_class === wrong.error_class;
  const said = isForbidden ? { ...error, ...wrong, retry_safe: false } : { ...error, auth_cause: wrong.auth_cause };
  const failure = failureClass({ ...said, findings: [], callRetrySafe: null, hidden: false });
  return { ...said, failure_class: error.failure_class ?? failure };
}
