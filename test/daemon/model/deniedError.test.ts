import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deniedError } from '../../../daemon/model/deniedError.ts';

test('a denial says what helps: another path, or somebody who decides', () => {
  const words = (reason: Parameters<typeof deniedError>[0]) => {
    const { error_class, recovery_action, retry_safe, failure_class, rule } = deniedError(reason);
    return [error_class, recovery_action, retry_safe, failure_class, rule];
  };
  assert.deepEqual(words('symlink_escape'), [
    'path_denied',
    'narrow_request',
    true,
    'scope_escape',
    'denial.symlink_escape',
  ]);
  assert.deepEqual(words('tool_not_allowed'), [
    'tool_denied',
    'ask_human',
    true,
    'scope_escape',
    'denial.tool_not_allowed',
  ]);
  assert.deepEqual(words('contract_changed'), [
    'contract_drift',
    'ask_human',
    true,
    'contract_drift',
    'denial.contract_changed',
  ]);
  assert.deepEqual(words('session_frozen'), ['lane_frozen', 'ask_human', true, null, 'denial.session_frozen']);
});
