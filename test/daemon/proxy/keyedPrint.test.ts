import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { createKeyedPrint } from '../../../daemon/proxy/keyedPrint.ts';

const byRuntime = (key: Uint8Array, text: string) => createHmac('sha256', key).update(text).digest('hex').slice(0, 8);

test('a fingerprint is the beginning of what the runtime counts, whatever key and text are', () => {
  const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 300 }), { maxLength: 5 });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), texts, (key, all) => {
      const print = createKeyedPrint(key);
      for (const text of all) assert.equal(print(text), byRuntime(key, text));
    }),
  );
});

test('texts of every length around the ends of blocks, and longer than the room for most', () => {
  const key = new Uint8Array(32).fill(7);
  const print = createKeyedPrint(key);
  for (const length of [...Array(200).keys(), 4086, 4087, 4088, 4096, 100_000, 3]) {
    const text = 'ä~'.repeat(length).slice(0, length);
    assert.equal(print(text), byRuntime(key, text), `${length} characters`);
  }
});

test('half a character is hashed as the runtime does', () => {
  const key = new Uint8Array(32).fill(9);
  assert.equal(createKeyedPrint(key)('a\ud800b'), byRuntime(key, 'a\ud800b'));
});
