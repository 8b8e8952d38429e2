/** Lines that span chunks: whole, one after the other, and never over the bytes of one that somebody still holds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type GateLine, GateLines } from '../../../daemon/proxy/gateLines.ts';

/** @param isFree of the n-th line: are its bytes free again? */
function taken(chunks: readonly string[], isFree: (n: number) => boolean): GateLine[] {
  const lines: GateLine[] = [];
  const cut = new GateLines(1000, {
    line: (line) => isFree(lines.push(line)),
    long: () => assert.fail('no line is long'),
    rest: () => assert.fail('no line is long'),
  });
  // As the proxy reads: each chunk into the same buffer.
  const buffer = Buffer.alloc(100);
  for (const [ordinal, chunk] of chunks.entries()) cut.push(buffer.subarray(0, buffer.write(chunk)), ordinal);
  return lines;
}

const text = ({ bytes }: GateLine) => Buffer.from(bytes).toString();

test('a line that is still held keeps its bytes, whatever comes behind it', () => {
  const lines = taken(['one, be', 'gun\ntwo, be', 'gun\nthree, be', 'gun\n'], () => false);
  assert.deepEqual(lines.map(text), ['one, begun\n', 'two, begun\n', 'three, begun\n']);
});

test('the room of a line that is done with is used for the next', () => {
  const lines = taken(['one, be', 'gun\ntwo, be', 'gun\nthree, be', 'gun\n'], (n) => n !== 2);
  const [one, two, three] = lines.map(({ bytes }) => bytes.buffer);
  assert.equal(one, two);
  assert.notEqual(two, three);
  assert.deepEqual(lines.slice(1).map(text), ['two, begun\n', 'three, begun\n']);
});
