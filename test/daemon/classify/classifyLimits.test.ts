import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classifyLimits } from '../../../daemon/classify/classifyLimits.ts';
import { callFacts } from '../../support/callFacts.ts';

const limitsOf = (over: Parameters<typeof callFacts>[0]) => classifyLimits(callFacts(over)).limits ?? null;

test('headers of a refusal say how many requests are allowed and left', () => {
  const table: readonly (readonly [headers: Record<string, string>, limits: object | null])[] = [
    [
      { 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '0' },
      { retry_ceiling: 60, retries_left: 0 },
    ],
    [
      { 'ratelimit-limit': '100, 100;w=60', 'ratelimit-remaining': '7' },
      { retry_ceiling: 100, retries_left: 7 },
    ],
    [
      { ratelimit: '"default";r=0;t=30', 'ratelimit-policy': '"default";q=50;w=60' },
      { retry_ceiling: 50, retries_left: 0 },
    ],
    [{ ratelimit: 'limit=10, remaining=3, reset=30' }, { retry_ceiling: 10, retries_left: 3 }],
    [{ 'x-rate-limit-remaining': '2' }, { retries_left: 2 }],
    [{ 'retry-after': '30' }, null],
    [{ 'x-ratelimit-limit': 'many', 'x-ratelimit-remaining': '-1' }, null],
  ];
  for (const [headers, limits] of table)
    assert.deepEqual(
      limitsOf({ outcome: 'error', exchange: { status: 429, headers } }),
      limits,
      JSON.stringify(headers),
    );
});

test('an answer’s own word about its window, and the size that a call asked for', () => {
  const window = { limit: 5000, remaining: 4999 };
  assert.deepEqual(limitsOf({ result: { content: [], _meta: { rateLimit: window } } }), {
    retry_ceiling: 5000,
    retries_left: 4999,
  });
  assert.deepEqual(
    limitsOf({ error: { code: -32000, message: 'x', data: { rate_limit: { limit: 3, remaining: 0 } } } }),
    {
      retry_ceiling: 3,
      retries_left: 0,
    },
  );
  // One number alone, or more left than there were, is about something else.
  assert.equal(limitsOf({ result: { content: [], structuredContent: { quota: { limit: 10 } } } }), null);
  assert.equal(limitsOf({ result: { content: [], structuredContent: { quota: { limit: 1, remaining: 9 } } } }), null);
  assert.deepEqual(limitsOf({ args: { url: 'x', max_bytes: 4096 } }), { response_size_cap: 4096 });
  assert.equal(limitsOf({ args: { max_length: 5000 } }), null);
  assert.equal(limitsOf({ event: 'request', args: { max_bytes: 4096 } }), null);
  assert.deepEqual(classifyLimits(callFacts({ args: { max_bytes: 1 } })).sources, { response_size_cap: 'observed' });
});
