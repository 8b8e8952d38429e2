/** The checksum that the build puts in the place of the zip library's own is the same. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import fc from 'fast-check';
import { unsigned } from '../../../daemon/bundle/nativeCrc32.ts';

const theirs: { unsigned(bytes: Uint8Array, before?: number): number } = createRequire(import.meta.url)('buffer-crc32');

test('of any bytes, in one piece and in two', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (first, second) => {
      const [one, other] = [Buffer.from(first), Buffer.from(second)];
      assert.equal(unsigned(one), theirs.unsigned(one));
      assert.equal(unsigned(other, unsigned(one)), theirs.unsigned(other, theirs.unsigned(one)));
      assert.equal(unsigned(other, unsigned(one)), unsigned(Buffer.concat([one, other])));
    }),
  );
});
