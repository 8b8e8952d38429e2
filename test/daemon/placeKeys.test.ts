import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markKeys, placeKeys } from '../../daemon/placeKeys.ts';

test('a place and the folders above it have keys that compare, on this machine only', () => {
  const keysOf = placeKeys(new Uint8Array(32));
  const file = keysOf('/w/dir/a');
  assert.deepEqual(file.above, [keysOf('/w/dir').own, keysOf('/w').own, keysOf('/').own]);
  assert.notEqual(placeKeys(new Uint8Array(32).fill(1))('/w/dir/a').own, file.own);
  assert.ok(!JSON.stringify(file).includes('dir'));
});

test('keys are those that stand in databases of before', () => {
  const { own, above } = placeKeys(new Uint8Array(32).fill(1))('/w/a');
  assert.deepEqual([own, ...above], ['9cbdfad33b4867bb', '69af97d31dfd8a8e', '9c0087459574c1b1']);
  assert.deepEqual(placeKeys(null)('/w/a').own, 'b65eb5a30ff302e1');
});

test('what a file is known by besides is no path, and lies below nothing', () => {
  const key = new Uint8Array(32);
  const mark = markKeys(key)('id:1:7');
  assert.deepEqual(mark.above, []);
  assert.notEqual(mark.own, placeKeys(key)('id:1:7').own);
  assert.equal(mark.own, markKeys(key)('id:1:7').own);
});
