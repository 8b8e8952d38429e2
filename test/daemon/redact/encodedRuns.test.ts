import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodedRuns } from '../../../daemon/redact/encodedRuns.ts';

const ascii = fc.string({ unit: 'grapheme-ascii', minLength: 16, maxLength: 200 });

test('whatever is printable and long enough is found again in base64, base64url and hex', () => {
  fc.assert(
    fc.property(ascii, fc.constantFrom('base64' as const, 'base64url' as const, 'hex' as const), (text, encoding) => {
      const encoded = Buffer.from(text).toString(encoding).replace(/=+$/, '');
      const found = encodedRuns(`"${encoded}"`, false).map(({ start, end, encoding: by, shift }) =>
        Buffer.from(`"${encoded}"`.slice(start + shift, end), by).toString(),
      );
      assert.ok(found.includes(text));
    }),
  );
});

test('a run that a piece begins in is found at whatever offset', () => {
  fc.assert(
    fc.property(ascii, fc.nat(3), (text, cut) => {
      const encoded = Buffer.from(`${'x'.repeat(9)}${text}`)
        .toString('base64')
        .replace(/=+$/, '')
        .slice(cut);
      const found = encodedRuns(encoded, true).map(({ end, shift }) =>
        Buffer.from(encoded.slice(shift, end), 'base64').toString(),
      );
      assert.ok(found.some((decoded) => decoded.endsWith(text)));
    }),
  );
});

test('hashes, ids, paths and random bytes are passed over', () => {
  const random = Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * i * 31 + i * 17) % 256)).toString('base64');
  for (const text of [
    '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b',
    '/home/jane/project/node_modules/esbuild/lib',
    '550e8400-e29b-41d4-a716-446655440000',
    random,
  ]) {
    assert.deepEqual(encodedRuns(text, false), []);
  }
});

test('a run is found wherever it stands: looking at few characters misses none', () => {
  const sign = fc.constantFrom(' ', '"', '=', '.', '\n', 'é', '😀');
  // Of 12 characters base64 makes the shortest run.
  const word = fc
    .oneof(fc.string({ unit: fc.constantFrom(...'abcXYZ019+/-_'), maxLength: 40 }), fc.constant('twelve chars'))
    .chain((one) => fc.constantFrom(one, Buffer.from(one).toString('base64url'), Buffer.from(one).toString('hex')));
  fc.assert(
    fc.property(fc.array(fc.tuple(word, sign)), (parts) => {
      const text = parts.flat().join('');
      const each = [...text.matchAll(/[A-Za-z0-9+/_-]{16,}/g)].flatMap(({ 0: run, index }) =>
        encodedRuns(run, false).map((one) => ({ ...one, start: index + one.start, end: index + one.end })),
      );
      assert.deepEqual(encodedRuns(text, false), each);
    }),
    { numRuns: 500 },
  );
});
