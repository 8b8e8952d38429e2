import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { test } from 'node:test';
import { keyedHash } from '../../daemon/keyedHash.ts';

const TEXTS = [
  '',
  'plain',
  'Größe → 測試 🦊',
  '\ud800 half a pair',
  'x'.repeat(8192),
  '測'.repeat(8191),
  '🦊'.repeat(20_000),
];

test('with a key it is HMAC-SHA-256 of use and text, whatever the text and its length', () => {
  for (const bytes of [16, 32, 64, 65]) {
    const key = Uint8Array.from({ length: bytes }, (_, index) => index * 7);
    const hash = keyedHash(key, 'compare');
    for (const text of [...TEXTS, ...TEXTS])
      assert.equal(hash(text), createHmac('sha256', key).update(`compare\0${text}`).digest('hex'), text.slice(0, 20));
  }
});

test('without one it is SHA-256 of them', () => {
  const hash = keyedHash(null, 'exact');
  for (const text of TEXTS)
    assert.equal(hash(text), createHash('sha256').update(`exact\0${text}`).digest('hex'), text.slice(0, 20));
});
