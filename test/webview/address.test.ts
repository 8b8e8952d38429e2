import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAddress, parseAddress } from '../../webview/address.ts';

test('a fragment names session, call and code', () => {
  assert.deepEqual(parseAddress('#code=abc&session=ses_1&call=call_2'), {
    session: 'ses_1',
    call: 'call_2',
    view: { view: 'calls' },
    code: 'abc',
  });
  assert.deepEqual(parseAddress(''), { session: null, call: null, view: { view: 'calls' }, code: null });
  assert.deepEqual(parseAddress('#session=&call=x'), { session: null, call: 'x', view: { view: 'calls' }, code: null });
  assert.equal(parseAddress(`#session=${'x'.repeat(201)}`).session, null);
});

test('an address goes there and back and never carries a code', () => {
  for (const [session, call] of [
    ['ses_1', 'call_a_1.2'],
    ['ses ü&=', null],
    [null, 'call_1'],
  ] as const) {
    const back = parseAddress(formatAddress({ session, call }));
    assert.deepEqual(back, { session, call: session === null ? null : call, view: { view: 'calls' }, code: null });
  }
});

test('a view goes there and back: a harness, two runs, two captures, a fresh checkout', () => {
  for (const view of [
    { view: 'harness', capture: null },
    { view: 'harness', capture: 'cap_1' },
    { view: 'compare', pair: null },
    { view: 'compare', pair: { of: 'runs', a: 'ses_1', b: 'ses_2' } },
    { view: 'compare', pair: { of: 'captures', a: 'ses_1', b: 'hv_2' } },
    { view: 'compare', pair: { of: 'fresh', fresh: 'fresh_1' } },
  ] as const) {
    assert.deepEqual(parseAddress(formatAddress({ session: 'ses_1', call: null, view })).view, view);
  }
  assert.deepEqual(parseAddress('#view=elsewhere').view, { view: 'calls' });
  assert.deepEqual(parseAddress('#view=compare&a=ses_1').view, { view: 'compare', pair: null });
});
