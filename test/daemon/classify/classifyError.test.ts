import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classifyError, type ErrorFacts } from '../../../daemon/classify/classifyError.ts';
import type { Json } from '../../../daemon/model/json.ts';

const AT = Date.parse('2026-11-02T10:00:00Z');
const facts = (over: Partial<ErrorFacts>): ErrorFacts => ({
  method: 'tools/call',
  tool: 'send_email',
  result: undefined,
  error: undefined,
  answerText: null,
  failed: true,
  malformed: false,
  http: null,
  crash: null,
  ended: null,
  at: AT,
  callRetrySafe: null,
  ...over,
});
const said = (text: string, isError = true): Json => ({
  content: [{ type: 'text', text }],
  ...(isError && { isError }),
});
const ofText = (text: string, over: Partial<ErrorFacts> = {}) => classifyError(facts({ result: said(text), ...over }));
const classOf = (text: string) => ofText(text)?.error_class;

test("the source documents' example: a revoked token", () => {
  assert.deepEqual(ofText(JSON.stringify({ error: { code: 'TOKEN_REVOKED', message: 'Sign in again.' } })), {
    error_class: 'auth_expired',
    error_code: 'TOKEN_REVOKED',
    auth_cause: 'revoked',
    recoverable: true,
    recovery_action: 'reauth',
    retry_after_ms: null,
    retry_safe: false,
    failure_class: 'auth_drift',
    read_from: 'result.content',
    rule: 'token.revoked',
  });
  const plain = ofText('Error: TOKEN_REVOKED', { callRetrySafe: true });
  assert.equal(plain?.error_class, 'auth_expired');
  assert.equal(plain?.retry_safe, false, 'a refused credential is not offered again, whatever the call does');
});

test('what no rule knows is unknown, with the code that stood there', () => {
  const found = ofText('{"error":{"code":"FLUX_CAPACITOR","message":"It broke"}}');
  assert.equal(found?.error_class, 'unknown');
  assert.equal(found?.error_code, 'FLUX_CAPACITOR');
  assert.equal(found?.rule, null);
  assert.deepEqual([found?.recoverable, found?.recovery_action, found?.retry_safe], [null, null, null]);
  assert.equal(classOf('Something went wrong'), 'unknown');
  assert.equal(classOf(''), 'unknown');
  assert.equal(classifyError(facts({ error: { code: -32603, message: 'Quux' } }))?.error_class, 'unknown');
});

test('the code is as the server gave it, also where a rule was found by words', () => {
  assert.equal(ofText('{"error":{"code":"E_GONE_17","message":"The token was revoked"}}')?.error_code, 'E_GONE_17');
  assert.equal(ofText('ERROR:  23505: duplicate key value')?.error_code, '23505');
  assert.equal(ofText('{"code":20429,"message":"Too Many Requests"}')?.error_code, '20429');
  assert.equal(ofText('Error: The API said no')?.error_code, null, 'a word of a sentence is no code');
  assert.equal(ofText('{"type":"error","error":{"type":"overloaded_error"}}')?.error_code, 'overloaded_error');
});

test('the special counts before the general', () => {
  assert.equal(classOf('403 Forbidden: API rate limit exceeded'), 'rate_limited');
  assert.equal(classOf('429 You exceeded your current quota, please check your plan'), 'quota_exhausted');
  assert.equal(classOf('400 Bad Request: {"error":"invalid_grant"}'), 'auth_expired');
  assert.equal(classOf('AccessDeniedException: The security token included in the request is expired'), 'auth_expired');
  assert.equal(classOf('401 Unauthorized'), 'auth_missing');
});

test('addresses in a text say nothing', () => {
  assert.equal(classOf('It broke. See https://example.com/docs/rate-limits/429?x=not_found'), 'unknown');
});

test('a repetition is as safe as the error and the call together', () => {
  const refused = { error: { code: -32602, message: 'Invalid params' } };
  assert.equal(classifyError(facts({ ...refused, callRetrySafe: false }))?.retry_safe, true, 'nothing ran');
  assert.equal(
    ofText('connect ECONNREFUSED 10.0.0.1:443', { callRetrySafe: false })?.retry_safe,
    true,
    'nothing was sent',
  );
  assert.equal(ofText('Request timed out', { callRetrySafe: false })?.retry_safe, false);
  assert.equal(ofText('Request timed out')?.retry_safe, false, 'it may have run, and nothing is known of the call');
  assert.equal(ofText('Request timed out', { callRetrySafe: true })?.retry_safe, true);
  assert.equal(ofText('ENOENT: no such file', { callRetrySafe: true })?.retry_safe, true);
  assert.equal(ofText('ENOENT: no such file')?.retry_safe, null);
});

test('a call that may have run, and may not be repeated, is a partial side effect', () => {
  assert.equal(ofText('Request timed out', { callRetrySafe: false })?.failure_class, 'partial_side_effect');
  assert.equal(ofText('Request timed out', { callRetrySafe: true })?.failure_class, null);
});

test('an HTTP refusal is read from its status and headers', () => {
  const http = (status: number, headers: Record<string, string> = {}) =>
    classifyError(facts({ http: { status, headers } }));
  assert.deepEqual(
    [http(429, { 'retry-after': 'Mon, 02 Nov 2026 10:02:00 GMT' })].map((e) => [
      e?.error_class,
      e?.retry_after_ms,
      e?.rule,
    ]),
    [['rate_limited', 120_000, 'door.429']],
  );
  const scope = http(403, { 'www-authenticate': 'error="insufficient_scope", scope="files:write"' });
  assert.deepEqual(
    [scope?.error_class, scope?.auth_cause, scope?.read_from],
    ['permission_denied', 'missing_scope', 'http.www-authenticate'],
  );
  assert.equal(http(418)?.error_class, 'unknown');
});

test("the proxy's own answer: what it knew of the credential and of the way counts", () => {
  const own = (data: Record<string, Json>, headers = {}) =>
    classifyError(
      facts({
        error: { code: -31000, message: 'Callgrove: …', data: { source: 'callgrove', ...data } },
        http: typeof data.http_status === 'number' ? { status: data.http_status, headers } : null,
      }),
    );
  const expired = own({ error_class: 'auth_expired', http_status: 401, may_have_run: false });
  assert.deepEqual(
    [expired?.error_class, expired?.auth_cause, expired?.rule],
    ['auth_expired', 'unknown', 'callgrove.accepted_before'],
  );
  const revoked = own(
    { error_class: 'auth_expired', http_status: 401, may_have_run: false },
    { 'www-authenticate': 'error="invalid_token", error_description="The token was revoked"' },
  );
  assert.equal(revoked?.auth_cause, 'revoked');
  const broken = own({ error_class: 'transport_error', http_status: null, may_have_run: true, code: 'ECONNRESET' });
  assert.deepEqual(
    [broken?.error_class, broken?.error_code, broken?.retry_safe],
    ['transport_error', 'ECONNRESET', false],
  );
  const unreached = own({
    error_class: 'upstream_unavailable',
    http_status: null,
    may_have_run: false,
    code: 'ECONNREFUSED',
  });
  assert.deepEqual([unreached?.error_class, unreached?.retry_safe], ['upstream_unavailable', true]);
});

test('a dead server: by its signal, by the last words of its stderr, by why it never began', () => {
  const crash = (over: object) =>
    classifyError(facts({ crash: { code: 1, signal: null, error: null, stderr: null, ...over } }));
  assert.deepEqual(
    [
      crash({ code: null, signal: 'SIGSEGV' }),
      crash({ stderr: 'Error: API_KEY environment variable is not set\n' }),
      crash({ code: null, error: 'spawn x ENOENT' }),
    ].map((e) => [e?.error_class, e?.error_code, e?.recovery_action, e?.retry_safe, e?.read_from, e?.failure_class]),
    [
      ['server_crashed', 'SIGSEGV', 'restart_server', false, 'exit', 'process_crash'],
      ['server_crashed', '1', 'ask_human', false, 'stderr', 'process_crash'],
      ['server_crashed', 'ENOENT', 'ask_human', true, 'exit', 'process_crash'],
    ],
  );
});

test('who ended a call counts before a late answer', () => {
  const late = said('429 Too Many Requests');
  assert.equal(classifyError(facts({ ended: 'timeout', result: late }))?.error_class, 'timeout');
  assert.equal(classifyError(facts({ ended: 'cancelled' }))?.recovery_action, 'none');
  assert.equal(classifyError(facts({ ended: 'lost' }))?.error_class, 'transport_error');
  assert.equal(classifyError(facts({ malformed: true, result: null }))?.error_class, 'malformed_result');
});

test('a server that asks to be paid first says so, and has not failed', () => {
  const asked = { x402Version: 2, error: 'Payment required', accepts: [{ scheme: 'exact', amount: '10000' }] };
  const text = [{ type: 'text', text: JSON.stringify(asked) }];
  const demands: readonly (readonly [Partial<ErrorFacts>, read_from: string])[] = [
    [{ result: { isError: true, structuredContent: asked, content: [] } }, 'result.structuredContent'],
    [{ result: { isError: true, content: text } }, 'result.content'],
    [{ error: { code: 402, message: 'Payment required', data: asked } }, 'error.data'],
  ];
  for (const [answer, read_from] of demands) {
    assert.deepEqual(classifyError(facts(answer)), {
      error_class: 'quota_exhausted',
      error_code: '402',
      auth_cause: null,
      recoverable: true,
      recovery_action: 'ask_human',
      retry_after_ms: null,
      retry_safe: true,
      failure_class: null,
      read_from,
      rule: 'x402.demand',
    });
    const refused = classifyError(facts({ ...answer, paid: true }));
    assert.deepEqual([refused?.rule, refused?.error_code, refused?.retry_safe], ['x402.refused', '402', false]);
  }
  const plain = classifyError(facts({ error: { code: 402, message: 'Payment required' } }));
  assert.deepEqual([plain?.error_class, plain?.failure_class], ['quota_exhausted', 'rate_limit_exhaustion']);
  const lack = { ...asked, error: 'insufficient_funds' };
  const result = { isError: true, structuredContent: lack, content: [] };
  assert.equal(classifyError(facts({ result, paid: true }))?.error_code, 'insufficient_funds');
});

test('an error body inside a success is an error, words about errors are none', () => {
  const success = (text: string, tool = 'post_message') =>
    classifyError(facts({ failed: false, tool, result: said(text, false) }));
  const hidden = success('{"ok":false,"error":"ratelimited"}');
  assert.deepEqual(
    [hidden?.error_class, hidden?.error_code, hidden?.failure_class],
    ['rate_limited', 'ratelimited', 'rate_limit_exhaustion'],
  );
  assert.equal(success('{"ok":false,"error":"user_not_found"}')?.failure_class, 'malformed_success');
  assert.equal(success('{"ok":false,"error":"ratelimited"}', 'read_file'), null, 'the file says so, not the tool');
  assert.equal(success('Error: nobody knows this'), null, 'nothing is guessed of words');
  assert.equal(success('The API answers 401 where the token is expired.'), null);
  assert.equal(
    classifyError(facts({ failed: false, method: 'resources/read', result: { ok: false, error: 'ratelimited' } })),
    null,
  );
});

test('a success that says of itself that it failed is told, whatever it was', () => {
  const success = (text: string, tool = 'post_message', more: Partial<ErrorFacts> = {}) =>
    classifyError(facts({ failed: false, tool, result: said(text, false), ...more }));
  const told = success('{"ok":false,"error":"nobody_knows_this"}');
  assert.deepEqual(
    [told?.error_class, told?.error_code, told?.failure_class, told?.read_from, told?.rule],
    ['unknown', 'nobody_knows_this', 'malformed_success', 'result.content', null],
  );
  assert.equal(told?.recovery_action, null, 'nothing is advised');
  assert.equal(success('{"status":"error"}')?.error_class, 'unknown');
  assert.equal(success('{"status":"error","message":"Board not found"}')?.error_class, 'not_found');
  assert.equal(success('{"status":"error"}', 'read_text_file'), null);
  assert.equal(success('{"error":"invalid_grant"}', 'get', { source: 'file' }), null);
  assert.equal(success('{"error":"nobody_knows_this"}', 'get_page', { source: 'address' }), null);
  assert.equal(success('The file holds {"status":"error"}'), null, 'only the whole text');
  const structured = { structuredContent: { success: false }, content: [{ type: 'text', text: 'done' }] };
  assert.equal(
    classifyError(facts({ failed: false, tool: 'post', result: structured }))?.read_from,
    'result.structuredContent',
  );
});

test('only so much is looked at, whatever a server sends', () => {
  const late = `${'x'.repeat(70 * 1024)} ECONNREFUSED`;
  assert.equal(classOf(late), 'unknown');
  const many = {
    content: Array.from({ length: 5000 }, () => ({ type: 'text', text: 'x'.repeat(100) })),
    isError: true,
  };
  assert.equal(classifyError(facts({ result: many }))?.error_class, 'unknown');
  let deep: Json = 'ECONNREFUSED';
  for (let n = 0; n < 10_000; n++) deep = { error: deep };
  assert.equal(classifyError(facts({ result: { isError: true, structuredContent: deep } }))?.error_class, 'unknown');
});
