import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStateSeal } from '../../daemon/sealedState.ts';

const key = new Uint8Array(32).fill(7);

test('what is sealed opens with the same key only, and shows nothing of itself', () => {
  const text = JSON.stringify({ id: 'req-1', name: 'käse' });
  const sealed = createStateSeal(key).seal(text);
  assert.ok(!sealed.includes('req-1') && !Buffer.from(sealed.slice(3), 'base64').includes('req-1'));
  assert.equal(createStateSeal(key).open(sealed), text);
  assert.equal(createStateSeal(new Uint8Array(32)).open(sealed), null);
  for (const damaged of ['', text, sealed.slice(0, -8), 's1.']) assert.equal(createStateSeal(key).open(damaged), null);
});
