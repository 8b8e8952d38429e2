import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Call } from '../../../daemon/protocol/record.ts';
import { fakeRecord } from '../../support/fakeRecord.ts';
import { callHead } from '../../support/heads.ts';

test('a record is complete by its schema, and says of what nobody looked at that it is not known', () => {
  const record = fakeRecord(callHead());
  assert.deepEqual(Call.parse(record), record);
  const { policy, effects, retry_safe, reversibility, spend, attempt } = record;
  assert.equal(policy.decision, 'unknown');
  assert.deepEqual([effects, retry_safe, attempt, spend.actual_usd], [null, null, null, null]);
  assert.equal(reversibility, 'unknown');
});
