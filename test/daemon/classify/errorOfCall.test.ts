import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorOfCall } from '../../../daemon/classify/errorOfCall.ts';
import { endText } from '../../../daemon/model/connectionEnd.ts';
import { callFacts } from '../../support/callFacts.ts';

test('nothing is said of a success and of a call that still runs', () => {
  assert.deepEqual(errorOfCall(callFacts({ result: { content: [] } }), {}), {});
  assert.deepEqual(errorOfCall(callFacts({ outcome: 'running' }), {}), {});
});

test('what a call reads from a file that it names is not its own answer', () => {
  const result = { content: [{ type: 'text', text: '{"error":"invalid_grant"}' }] };
  const judged = (args: object, operation_class: 'read' | 'write' | 'network', tool = 'get') =>
    errorOfCall(callFacts({ result, tool, args: { ...args } }), { input_summary: { operation_class } }).error ?? null;
  assert.equal(judged({ path: 'a.json' }, 'read'), null);
  assert.equal(judged({ path: 'a.json' }, 'write')?.error_class, 'auth_expired');
  assert.equal(judged({ id: 'a' }, 'read')?.error_class, 'auth_expired');
  assert.equal(judged({ url: 'https://a' }, 'network')?.error_class, 'auth_expired', 'its words are known');
});

test("the call's own repeatability, found before, counts", () => {
  const facts = callFacts({
    outcome: 'error',
    result: { isError: true, content: [{ type: 'text', text: 'timed out' }] },
  });
  assert.equal(errorOfCall(facts, { retry_safe: true }).error?.retry_safe, true);
  assert.equal(errorOfCall(facts, {}).error?.retry_safe, false);
});

test("a call lost by the server's end is a crash only where the end was one", () => {
  const { connection } = callFacts();
  const end = {
    transport: 'stdio',
    how: 'exit',
    exit: { code: 3, signal: null, error: null },
    stopped: false,
  } as const;
  const lost = { outcome: 'lost', connection: { ...connection, end }, stderr: 'boom' } as const;
  const crashed = errorOfCall(callFacts({ ...lost, note: `no answer; ${endText(end)}` }), {}).error;
  assert.deepEqual([crashed?.error_class, crashed?.error_code], ['server_crashed', '3']);
  assert.equal(errorOfCall(callFacts({ ...lost, note: 'no answer' }), {}).error?.error_class, 'transport_error');
  const stopped = { ...end, stopped: true };
  const asked = callFacts({
    ...lost,
    connection: { ...connection, end: stopped },
    note: `no answer; ${endText(stopped)}`,
  });
  assert.equal(errorOfCall(asked, {}).error?.error_class, 'transport_error');
});

test('a demand for payment, and one although a payment came along', () => {
  const asked = { x402Version: 2, accepts: [] };
  const result = { isError: true, structuredContent: asked, content: [] };
  const rule = (params: object) =>
    errorOfCall(callFacts({ outcome: 'error', result, params: { ...params } }), {}).error?.rule;
  assert.equal(rule({ name: 'x' }), 'x402.demand');
  assert.equal(rule({ name: 'x', _meta: { 'x402/payment': { payload: {} } } }), 'x402.refused');
});
