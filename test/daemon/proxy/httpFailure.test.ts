import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  failureLine,
  failureOfStatus,
  failureOfWay,
  PROXY_ERROR_CODE,
  type RefusedAnswer,
} from '../../../daemon/proxy/httpFailure.ts';

const answer = (more: Partial<RefusedAnswer>): RefusedAnswer => ({
  shown: 'http://h/mcp',
  status: 401,
  wwwAuthenticate: undefined,
  retryAfter: undefined,
  location: undefined,
  credential: 'none',
  inSession: false,
  said: null,
  ...more,
});

for (const [more, error_class, words] of [
  [{}, 'auth_missing', /none is configured/],
  [{ credential: 'sent' }, 'auth_missing', /does not accept the credential/],
  [{ credential: 'accepted' }, 'auth_expired', /any more/],
  [{ credential: 'sent', wwwAuthenticate: 'Bearer error="invalid_token"' }, 'auth_expired', /Bearer/],
  [{ status: 403 }, 'permission_denied', /refuses/],
  [{ status: 404, inSession: true }, 'transport_error', /session/],
  [{ status: 404 }, 'transport_error', /no MCP endpoint/],
  [{ status: 429, retryAfter: '7' }, 'rate_limited', /too many/],
  [{ status: 500 }, 'internal_error', /HTTP 500/],
  [{ status: 502 }, 'upstream_unavailable', /HTTP 502/],
  [{ status: 504 }, 'timeout', /in vain/],
  [
    { status: 302, location: 'https://evil.example/x?token=1' },
    'transport_error',
    /to https:\/\/evil\.example, which is not followed/,
  ],
  [{ status: 400, said: 'Bad version' }, 'transport_error', /It said: Bad version/],
] as const) {
  test(`${JSON.stringify(more)} is ${error_class}`, () => {
    const failure = failureOfStatus(answer(more));
    assert.equal(failure.error_class, error_class);
    assert.match(failure.message, words);
  });
}

for (const [header, schemes] of [
  ['Bearer', ['Bearer']],
  ['Bearer realm="x", error="invalid_token", resource_metadata="http://169.254.169.254/"', ['Bearer']],
  ['Basic realm="a, Evil b", Digest qop="auth"', ['Basic', 'Digest']],
  ['Negotiate, NTLM', ['Negotiate', 'NTLM']],
  ['"<script>"', []],
] as const) {
  test(`WWW-Authenticate: ${header}`, () => {
    const failure = failureOfStatus(answer({ wwwAuthenticate: header }));
    assert.deepEqual(failure.www_authenticate, schemes);
    assert.doesNotMatch(JSON.stringify(failure), /169\.254|script/);
  });
}

test('what never arrived is told from what may have been carried out', () => {
  assert.equal(failureOfWay('u', 'ECONNREFUSED', true).may_have_run, false);
  assert.equal(failureOfWay('u', 'ECONNRESET', false).may_have_run, false);
  assert.equal(failureOfWay('u', 'ECONNRESET', true).may_have_run, true);
});

test("the line names Callgrove, keeps the id as it stood, and its code is nobody else's", () => {
  for (const id of ['9007199254740993', '"a\\u0062"', '0', Buffer.from('"ü"').toString('latin1')]) {
    const line = failureLine(id, failureOfStatus(answer({ retryAfter: '2' }))).toString();
    assert.ok(
      line.startsWith(`{"jsonrpc":"2.0","id":${Buffer.from(id, 'latin1').toString()},`) && line.endsWith('}\n'),
    );
    const { error } = JSON.parse(line);
    assert.equal(error.code, PROXY_ERROR_CODE);
    assert.equal(error.data.source, 'callgrove');
    assert.equal(error.data.retry_after_ms, 2000);
  }
  assert.ok(PROXY_ERROR_CODE > -32000 || PROXY_ERROR_CODE < -32768);
});
