import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chance } from '../../../daemon/proxy/chance.ts';

test('as many bytes as were asked for, others each time', () => {
  const seen = new Set<string>();
  for (let at = 0; at < 100; at++) {
    const bytes = chance(16);
    assert.equal(bytes.length, 16);
    seen.add(Buffer.from(bytes).toString('hex'));
  }
  assert.equal(seen.size, 100);
});
