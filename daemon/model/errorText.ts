/** What went wrong with a call, and what helps, in words for people: the same in CLI and page. */
import type { CallError, ErrorClass } from '../protocol/record.ts';
import { durationText } from './durationText.ts';

const CLASSES: Readonly<Record<ErrorClass, string>> = {
  auth_missing: 'no accepted credential',
  auth_expired: 'the credential is no longer good',
  permission_denied: 'not permitted',
  rate_limited: 'asked too often',
  quota_exhausted: 'the allowance is used up',
  timeout: 'timed out',
  cancelled: 'cancelled',
  invalid_arguments: 'wrong arguments',
  not_found: 'not found',
  conflict: 'conflict',
  path_denied: 'path refused',
  url_denied: 'address refused',
  tool_denied: 'tool refused',
  budget_denied: 'budget reached',
  lane_frozen: 'frozen',
  contract_drift: 'the tool has changed',
  malformed_result: 'malformed answer',
  upstream_unavailable: 'not available',
  server_crashed: 'the server crashed',
  transport_error: 'the connection broke',
  internal_error: 'failed inside',
  unknown: 'not classified',
};

const CAUSES: Readonly<Record<NonNullable<CallError['auth_cause']>, string | null>> = {
  expired: 'expired',
  revoked: 'revoked',
  wrong_identity: 'another identity’s',
  missing_scope: 'a scope is missing',
  unknown: null,
};

const ACTIONS: Readonly<Record<NonNullable<CallError['recovery_action']>, string | null>> = {
  reauth: 'sign in again',
  wait_and_retry: 'wait, then try again',
  fix_arguments: 'call it with other arguments',
  verify_then_retry: 'look whether it took effect before trying again',
  restart_server: 'restart the server',
  narrow_request: 'ask for less, or for another place',
  ask_human: 'somebody has to decide or repair something',
  none: null,
};

/** `the credential is no longer good (revoked)`. */
export function errorClassText({ error_class, auth_cause }: Pick<CallError, 'error_class' | 'auth_cause'>): string {
  const cause = auth_cause === null ? null : CAUSES[auth_cause];
  return cause === null ? CLASSES[error_class] : `${CLASSES[error_class]} (${cause})`;
}

/** Of an answer that claims to be a success and is the body of an error. */
export function hiddenErrorText(error: Pick<CallError, 'error_class' | 'auth_cause'>): string {
  return error.error_class === 'unknown' ? 'it says that it failed' : errorClassText(error);
}

/** `sign in again; not safe to repeat as it is`; null where nothing is known of either. */
export function recoveryText({ recovery_action, retry_after_ms, retry_safe }: CallError): string | null {
  const action = recovery_action === null ? null : ACTIONS[recovery_action];
  const wait = retry_after_ms === null ? null : `after ${durationText(retry_after_ms)}`;
  const safe = retry_safe === null ? null : retry_safe ? 'safe to repeat as it is' : 'not safe to repeat as it is';
  const parts = [action === null ? wait : [action, wait].filter(Boolean).join(' '), safe].filter(
    (part) => part !== null,
  );
  return parts.length > 0 ? parts.join('; ') : null;
}

/** What it was read from: `result.content, by rule token.revoked`; null where it is told by nothing. */
export function errorSourceText({ read_from, rule }: Pick<CallError, 'read_from' | 'rule'>): string | null {
  if (read_from === null) return rule === null ? null : `by rule ${rule}`;
  return rule === null ? `${read_from}, no rule knows it` : `${read_from}, by rule ${rule}`;
}
