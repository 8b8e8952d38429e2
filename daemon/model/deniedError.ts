/** A denial as an error object: what the agent may do about a call that its server never saw. */
import { type DenialReason, PathReason } from '../protocol/policy.ts';
import type { CallError } from '../protocol/record.ts';

/** A repetition does no harm, because nothing was done, and no good while nothing changes. */
export function deniedError(reason: DenialReason): CallError {
  const isPath = PathReason.safeParse(reason).success;
  return {
    error_class: isPath ? 'path_denied' : (CLASSES[reason] ?? 'tool_denied'),
    error_code: reason,
    auth_cause: null,
    recoverable: true,
    recovery_action: isPath ? 'narrow_request' : 'ask_human',
    retry_after_ms: null,
    retry_safe: true,
    failure_class: isPath || reason === 'tool_not_allowed' ? 'scope_escape' : (FAILURES[reason] ?? null),
    read_from: 'policy',
    rule: `denial.${reason}`,
  };
}

const CLASSES: Partial<Record<DenialReason, CallError['error_class']>> = {
  contract_changed: 'contract_drift',
  server_frozen: 'lane_frozen',
  session_frozen: 'lane_frozen',
  lane_frozen: 'lane_frozen',
};

const FAILURES: Partial<Record<DenialReason, CallError['failure_class']>> = { contract_changed: 'contract_drift' };
