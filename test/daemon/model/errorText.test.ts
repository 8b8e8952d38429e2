import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorClassText, errorSourceText, recoveryText } from '../../../daemon/model/errorText.ts';
import { type CallError, ErrorClass } from '../../../daemon/protocol/record.ts';

const ERROR: CallError = {
  error_class: 'auth_expired',
  error_code: 'TOKEN_REVOKED',
  auth_cause: 'revoked',
  recoverable: true,
  recovery_action: 'reauth',
  retry_after_ms: null,
  retry_safe: false,
  failure_class: 'auth_drift',
  read_from: 'result.content',
  rule: 'token.revoked',
};

test('an error in words: what, what helps, how that is known', () => {
  assert.equal(errorClassText(ERROR), 'the credential is no longer good (revoked)');
  assert.equal(recoveryText(ERROR), 'sign in again; not safe to repeat as it is');
  assert.equal(errorSourceText(ERROR), 'result.content, by rule token.revoked');
});

test('what is not known is left out', () => {
  const unknown = {
    ...ERROR,
    error_class: 'unknown',
    auth_cause: null,
    recovery_action: null,
    retry_safe: null,
  } as const;
  assert.equal(errorClassText(unknown), 'not classified');
  assert.equal(recoveryText(unknown), null);
  assert.equal(errorSourceText({ read_from: 'error.code', rule: null }), 'error.code, no rule knows it');
  assert.equal(errorSourceText({ read_from: null, rule: null }), null);
});

test('a waiting time stands with the advice', () => {
  const rate = { ...ERROR, recovery_action: 'wait_and_retry', retry_after_ms: 120_000, retry_safe: true } as const;
  assert.equal(recoveryText(rate), 'wait, then try again after 2 m 00 s; safe to repeat as it is');
});

test('every class has words', () => {
  for (const error_class of ErrorClass.options) assert.ok(errorClassText({ error_class, auth_cause: null }).length > 3);
});
