/** Judging requests: 100,000 of them at random, and random trees against the kernel thirteen times as many as in `npm test`. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { fuzzRequests } from '../support/fuzzRequests.ts';

test('100,000 requests are judged without a throw', () => {
  assert.equal(fuzzRequests(100_000, 1_000_000).judged, 100_000);
});

test('random trees against the kernel, at length', () => {
  const file = join(import.meta.dirname, '../daemon/policy/kernel.test.ts');
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const run = spawnSync(process.execPath, ['--test', file], {
    env: { ...env, CALLGROVE_PROPERTY_RUNS: '2000' },
    encoding: 'utf8',
  });
  assert.equal(run.status, 0, run.stdout.slice(-4000));
});
