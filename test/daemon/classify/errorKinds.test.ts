import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorKind, repeatIsSafe } from '../../../daemon/classify/errorKinds.ts';

test('recoverable is what whoever repeats the call can mend', () => {
  assert.equal(errorKind('revoked').recoverable, true);
  assert.equal(errorKind('rate').recoverable, true);
  assert.equal(errorKind('forbidden').recoverable, false);
  assert.equal(errorKind('quota').recoverable, false);
  assert.equal(errorKind('unknown').recoverable, null);
  assert.equal(errorKind('cancelled').recoverable, null);
  assert.equal(errorKind('elicitation').recoverable, true, 'once a person was there');
});

test('how safe a plain repetition is', () => {
  const all = [true, false, null] as const;
  assert.deepEqual(
    all.map((call) => repeatIsSafe('refused', call)),
    [true, true, true],
  );
  assert.deepEqual(
    all.map((call) => repeatIsSafe('credential', call)),
    [false, false, false],
  );
  assert.deepEqual(
    all.map((call) => repeatIsSafe('maybe_ran', call)),
    [true, false, false],
  );
  assert.deepEqual(
    all.map((call) => repeatIsSafe('as_call', call)),
    [true, false, null],
  );
});
