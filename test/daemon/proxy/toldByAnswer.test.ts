import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toldByAnswer } from '../../../daemon/proxy/toldByAnswer.ts';

test('of a refusal the headers that say why and when, of a success nothing', () => {
  const headers = { 'retry-after': '120', 'x-ratelimit-reset': '1793614200', 'set-cookie': ['a=b'], server: 'x' };
  assert.deepEqual(toldByAnswer(429, headers), { 'retry-after': '120', 'x-ratelimit-reset': '1793614200' });
  assert.deepEqual(toldByAnswer(200, headers), {});
  const window = { 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '0', 'ratelimit-policy': '"default";q=60;w=1' };
  assert.deepEqual(toldByAnswer(429, window), window);
});

test("a challenge is told by RFC 6750's words alone", () => {
  const challenge =
    'Bearer realm="secret-realm", error="invalid_token", error_description="The token eyJhbGciOiJIUzI1NiJ9.abcdefgh.ijklmnop expired", scope="a:b c", resource_metadata="https://h/x"';
  assert.deepEqual(toldByAnswer(401, { 'www-authenticate': challenge }), {
    'www-authenticate': 'error="invalid_token", error_description="The token expired", scope="a:b c"',
  });
  assert.deepEqual(toldByAnswer(401, { 'www-authenticate': 'Basic realm="x"' }), {});
});

test('a value that is no time is left out', () => {
  assert.deepEqual(toldByAnswer(503, { 'retry-after': 'x'.repeat(500) }), {});
  assert.deepEqual(toldByAnswer(503, { 'retry-after': 'a\nb' }), {});
});
