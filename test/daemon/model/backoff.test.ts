import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoffMs } from '../../../daemon/model/backoff.ts';

test('waits double to a bound, spread by a fifth', () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6, 7, 100].map((attempt) => backoffMs(attempt, 0.5)),
    [500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000],
  );
  assert.equal(backoffMs(1, 0), 400);
  assert.equal(backoffMs(1, 1), 600);
});
