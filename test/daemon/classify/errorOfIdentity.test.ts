import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorKind } from '../../../daemon/classify/errorKinds.ts';
import { errorOfIdentity } from '../../../daemon/classify/errorOfIdentity.ts';
import type { CallError } from '../../../daemon/protocol/record.ts';

const error = (kind: Parameters<typeof errorKind>[0], over: Partial<CallError> = {}): CallError => {
  const { repeat: _, ...said } = errorKind(kind);
  const rest = {
    error_code: '403',
    retry_after_ms: null,
    retry_safe: null,
    failure_class: null,
    read_from: 'x',
    rule: 'y',
  };
  return { ...said, ...rest, ...over };
};

test('a refusal becomes one of the wrong identity; what it was read from stays', () => {
  const wrong = errorOfIdentity(error('forbidden'));
  assert.deepEqual(wrong, {
    ...error('forbidden'),
    auth_cause: 'wrong_identity',
    recovery_action: 'reauth',
    recoverable: true,
    retry_safe: false,
    failure_class: 'auth_drift',
  });
  const refused = errorOfIdentity(error('bad_credential', { failure_class: 'auth_drift', retry_safe: false }));
  assert.deepEqual(
    [refused.error_class, refused.auth_cause, refused.recovery_action],
    ['auth_missing', 'wrong_identity', 'reauth'],
  );
  assert.equal(
    errorOfIdentity(error('forbidden', { failure_class: 'contract_drift' })).failure_class,
    'contract_drift',
  );
});
