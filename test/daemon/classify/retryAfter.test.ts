import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retryAfterOfHeaders, retryAfterOfText } from '../../../daemon/classify/retryAfter.ts';

const AT = Date.parse('2026-11-02T10:00:00Z');

test('headers: seconds, milliseconds, dates, moments', () => {
  const of = (headers: Record<string, string>) => retryAfterOfHeaders(headers, AT);
  assert.equal(of({ 'retry-after': '120' }), 120_000);
  assert.equal(of({ 'retry-after': 'Mon, 02 Nov 2026 10:05:00 GMT' }), 300_000);
  assert.equal(of({ 'retry-after': 'Mon, 02 Nov 2026 09:00:00 GMT' }), 0, 'a moment that is over');
  assert.equal(of({ 'retry-after-ms': '1500', 'retry-after': '2' }), 1500);
  assert.equal(of({ ratelimit: '"default";r=0;t=30' }), 30_000);
  assert.equal(of({ ratelimit: '"default";r=12;t=30' }), null, 'there is something left');
  assert.equal(of({ 'ratelimit-reset': '50' }), 50_000);
  assert.equal(of({ 'x-ratelimit-reset': String(AT / 1000 + 600) }), 600_000, 'GitHub: epoch seconds');
  assert.equal(of({ 'x-ratelimit-reset': String(AT + 1234) }), 1234, 'Linear: epoch milliseconds');
  assert.equal(of({ 'retry-after': 'soon' }), null);
  assert.equal(of({ 'retry-after': '99999999999' }), null, 'longer than a month is a misreading');
  assert.equal(of({}), null);
});

test('texts: spans, bare seconds, moments', () => {
  const of = (text: string) => retryAfterOfText(text.toLowerCase(), AT);
  assert.equal(of('Please try again in 18.642s. Visit …'), 18_642);
  assert.equal(of('Please try again in 644ms.'), 644);
  assert.equal(of('try again in 6m0s'), 360_000);
  assert.equal(of('[rate reset in 1h2m3s]'), 3_723_000);
  assert.equal(of('Retry-After: 120'), 120_000);
  assert.equal(of('Too Many Requests: retry after 35'), 35_000);
  assert.equal(of('Please retry after 60 seconds.'), 60_000);
  assert.equal(of('wait 2 minutes before you ask'), 120_000);
  assert.equal(of('{"retry_after": 64.57}'), 64_570);
  assert.equal(of('{"retryDelay":"38s"}'), 38_000);
  assert.equal(of('{"retry_after_ms": 250}'), 250);
  assert.equal(of('Resets at: 2026-11-02T10:01:00.000Z'), 60_000);
  assert.equal(of('Please try again in a few minutes.'), null);
  assert.equal(of('Retry later'), null);
  assert.equal(of('it took 30 seconds'), null);
});
