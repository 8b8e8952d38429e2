import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeKeys } from '../../daemon/placeKeys.ts';

test('a place and the folders above it have keys that compare, on this machine only', () => {
  const key = new Uint8Array(32);
  const file = placeKeys(key, '/w/dir/a');
  assert.deepEqual(file.above, [placeKeys(key, '/w/dir').own, placeKeys(key, '/w').own, placeKeys(key, '/').own]);
  assert.notEqual(placeKeys(new Uint8Array(32).fill(1), '/w/dir/a').own, file.own);
  assert.ok(!JSON.stringify(file).includes('dir'));
});
