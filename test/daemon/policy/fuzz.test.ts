/** Whatever is asked for, it is judged. The long version stands in test/slow. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzzRequests } from '../../support/fuzzRequests.ts';

test('5,000 requests that no sane client sends are judged without a throw', () => {
  const { judged, decisions } = fuzzRequests(5000);
  assert.equal(judged, 5000);
  assert.ok(Object.keys(decisions).length > 15, JSON.stringify(decisions));
});
