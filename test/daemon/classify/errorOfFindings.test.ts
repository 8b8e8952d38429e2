import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorOfFindings } from '../../../daemon/classify/errorOfFindings.ts';
import type { CallError } from '../../../daemon/protocol/record.ts';

const TIMEOUT: CallError = {
  error_class: 'timeout',
  error_code: null,
  auth_cause: null,
  recoverable: true,
  recovery_action: 'verify_then_retry',
  retry_after_ms: null,
  retry_safe: false,
  failure_class: null,
  read_from: 'transport',
  rule: 'call.timeout',
};

test('a success that did nothing is an error that its answer does not tell of', () => {
  const { error } = errorOfFindings({ outcome: 'success' }, { retry_safe: true }, ['malformed_success']);
  assert.deepEqual(error, {
    error_class: 'malformed_result',
    error_code: null,
    auth_cause: null,
    recoverable: true,
    recovery_action: 'verify_then_retry',
    retry_after_ms: null,
    retry_safe: true,
    failure_class: 'malformed_success',
    read_from: 'filestate',
    rule: 'finding.malformed_success',
  });
});

test('a success without such a finding, and a call that still runs, have none', () => {
  assert.deepEqual(errorOfFindings({ outcome: 'success' }, {}, ['annotation_lie']), {});
  assert.deepEqual(errorOfFindings({ outcome: 'running' }, {}, ['malformed_success']), {});
  assert.deepEqual(errorOfFindings({ outcome: 'error' }, { error: null }, []), {});
});

test('findings decide of a failure class where the error alone has none', () => {
  const drifted = errorOfFindings({ outcome: 'timeout' }, { error: TIMEOUT }, ['contract_drift']);
  assert.equal(drifted.error?.failure_class, 'contract_drift');
  assert.equal(errorOfFindings({ outcome: 'timeout' }, { error: TIMEOUT }, []).error?.failure_class, null);
});
