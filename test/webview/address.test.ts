import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAddress, parseAddress } from '../../webview/address.ts';

test('a fragment names session, call and code', () => {
  assert.deepEqual(parseAddress('#code=abc&session=ses_1&call=call_2'), {
    session: 'ses_1',
    call: 'call_2',
    code: 'abc',
  });
  assert.deepEqual(parseAddress(''), { session: null, call: null, code: null });
  assert.deepEqual(parseAddress('#session=&call=x'), { session: null, call: 'x', code: null });
  assert.equal(parseAddress(`#session=${'x'.repeat(201)}`).session, null);
});

test('an address goes there and back and never carries a code', () => {
  for (const [session, call] of [
    ['ses_1', 'call_a_1.2'],
    ['ses ü&=', null],
    [null, 'call_1'],
  ] as const) {
    const back = parseAddress(formatAddress(session, call));
    assert.deepEqual(back, { session, call: session === null ? null : call, code: null });
  }
});
