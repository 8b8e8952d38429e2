/**
 * The kinds of error that rules name: what class and cause one is, what helps, and what its being said tells of a plain
 * repetition. One table, so that two rules of a kind cannot differ in what they advise.
 */
import type { CallError } from '../protocol/record.ts';

/**
 * Whether the call may be repeated as it stands. `refused`: it was turned away before anything was done, so yes.
 * `credential`: no, whatever the call does: it was refused for who asks, and asking again may lock the account.
 * `maybe_ran`: only where the call itself may be repeated. `as_call`: as the call itself, unknown where that is unknown.
 */
export type Repeat = 'refused' | 'credential' | 'maybe_ran' | 'as_call';

export interface ErrorKind extends Pick<CallError, 'error_class' | 'auth_cause' | 'recoverable' | 'recovery_action'> {
  readonly repeat: Repeat;
}

type Row = readonly [CallError['error_class'], CallError['auth_cause'], CallError['recovery_action'], Repeat];

/** Somebody else must act, so that whoever repeats the call alone does not get further. */
const NOT_RECOVERABLE: readonly CallError['recovery_action'][] = ['ask_human', 'none'];

const ROWS = {
  no_credential: ['auth_missing', null, 'reauth', 'credential'],
  bad_credential: ['auth_missing', 'unknown', 'reauth', 'credential'],
  expired: ['auth_expired', 'expired', 'reauth', 'credential'],
  revoked: ['auth_expired', 'revoked', 'reauth', 'credential'],
  no_longer_valid: ['auth_expired', 'unknown', 'reauth', 'credential'],
  missing_scope: ['permission_denied', 'missing_scope', 'reauth', 'credential'],
  wrong_identity: ['permission_denied', 'wrong_identity', 'reauth', 'credential'],
  forbidden: ['permission_denied', 'unknown', 'ask_human', 'as_call'],
  forbidden_at_door: ['permission_denied', 'unknown', 'ask_human', 'refused'],
  no_permission: ['permission_denied', null, 'ask_human', 'as_call'],
  rate: ['rate_limited', null, 'wait_and_retry', 'as_call'],
  rate_at_door: ['rate_limited', null, 'wait_and_retry', 'refused'],
  quota: ['quota_exhausted', null, 'ask_human', 'as_call'],
  quota_at_door: ['quota_exhausted', null, 'ask_human', 'refused'],
  payment: ['quota_exhausted', null, 'ask_human', 'refused'],
  payment_refused: ['quota_exhausted', null, 'ask_human', 'maybe_ran'],
  timeout: ['timeout', null, 'verify_then_retry', 'maybe_ran'],
  cancelled: ['cancelled', null, 'none', 'maybe_ran'],
  arguments: ['invalid_arguments', null, 'fix_arguments', 'as_call'],
  arguments_at_door: ['invalid_arguments', null, 'fix_arguments', 'refused'],
  too_large: ['invalid_arguments', null, 'narrow_request', 'as_call'],
  too_large_at_door: ['invalid_arguments', null, 'narrow_request', 'refused'],
  capability: ['invalid_arguments', null, 'none', 'refused'],
  not_found: ['not_found', null, 'fix_arguments', 'as_call'],
  not_found_at_door: ['not_found', null, 'fix_arguments', 'refused'],
  no_such_method: ['not_found', null, 'none', 'refused'],
  missing_program: ['not_found', null, 'ask_human', 'as_call'],
  conflict: ['conflict', null, 'verify_then_retry', 'as_call'],
  busy: ['conflict', null, 'wait_and_retry', 'as_call'],
  path: ['path_denied', null, 'narrow_request', 'refused'],
  url: ['url_denied', null, 'narrow_request', 'refused'],
  tool: ['tool_denied', null, 'ask_human', 'refused'],
  malformed: ['malformed_result', null, 'verify_then_retry', 'maybe_ran'],
  unreachable: ['upstream_unavailable', null, 'wait_and_retry', 'refused'],
  unavailable: ['upstream_unavailable', null, 'wait_and_retry', 'as_call'],
  bad_gateway: ['upstream_unavailable', null, 'wait_and_retry', 'maybe_ran'],
  broken_off: ['transport_error', null, 'verify_then_retry', 'maybe_ran'],
  not_mcp: ['transport_error', null, 'ask_human', 'refused'],
  certificate: ['transport_error', null, 'ask_human', 'refused'],
  crashed: ['server_crashed', null, 'restart_server', 'maybe_ran'],
  cannot_start: ['server_crashed', null, 'ask_human', 'maybe_ran'],
  not_started: ['server_crashed', null, 'ask_human', 'refused'],
  internal: ['internal_error', null, 'verify_then_retry', 'maybe_ran'],
  programming: ['internal_error', null, 'ask_human', 'maybe_ran'],
  exhausted_process: ['internal_error', null, 'restart_server', 'maybe_ran'],
  elicitation: ['auth_missing', null, 'ask_human', 'refused'],
  unknown: ['unknown', null, null, 'as_call'],
} as const satisfies Record<string, Row>;

export type ErrorKindName = keyof typeof ROWS;

/** Recoverable although a person has to act: once they did, the same call goes through. */
const RECOVERED_BY_HAND: readonly ErrorKindName[] = ['elicitation', 'payment', 'payment_refused'];

export function errorKind(name: ErrorKindName): ErrorKind {
  const [error_class, auth_cause, recovery_action, repeat] = ROWS[name];
  return { error_class, auth_cause, recovery_action, repeat, recoverable: recoverable(name, recovery_action) };
}

function recoverable(name: ErrorKindName, action: CallError['recovery_action']): boolean | null {
  if (action === null || name === 'cancelled') return null;
  return RECOVERED_BY_HAND.includes(name) || !NOT_RECOVERABLE.includes(action);
}

/** @param callRetrySafe what is known of the call itself; null where nothing is */
export function repeatIsSafe(repeat: Repeat, callRetrySafe: boolean | null): boolean | null {
  switch (repeat) {
    case 'refused':
      return true;
    case 'credential':
      return false;
    case 'maybe_ran':
      return callRetrySafe === true;
    case 'as_call':
      return callRetrySafe;
    default:
      return repeat satisfies never;
  }
}
