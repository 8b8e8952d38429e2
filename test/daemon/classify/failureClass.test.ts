import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FailureFacts, failureClass } from '../../../daemon/classify/failureClass.ts';

const of = (over: Partial<FailureFacts>) =>
  failureClass({ error_class: null, auth_cause: null, findings: [], callRetrySafe: null, hidden: false, ...over });

test('the class, its cause, the findings and the call together', () => {
  assert.equal(of({ error_class: 'server_crashed' }), 'process_crash');
  assert.equal(of({ error_class: 'auth_expired' }), 'auth_drift');
  assert.equal(of({ error_class: 'permission_denied' }), null);
  assert.equal(of({ error_class: 'permission_denied', auth_cause: 'missing_scope' }), 'auth_drift');
  assert.equal(of({ error_class: 'url_denied' }), 'scope_escape');
  assert.equal(of({ error_class: 'quota_exhausted' }), 'rate_limit_exhaustion');
  assert.equal(of({ error_class: 'timeout', callRetrySafe: null }), null);
  assert.equal(of({ error_class: 'timeout', callRetrySafe: false }), 'partial_side_effect');
  assert.equal(of({ findings: ['malformed_success'] }), 'malformed_success');
  assert.equal(of({ findings: ['contract_drift'] }), 'contract_drift');
  assert.equal(of({ error_class: 'not_found', hidden: true }), 'malformed_success');
  assert.equal(of({}), null);
});
