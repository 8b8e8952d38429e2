/** A member's lines are the same however its bytes come. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesOf } from '../../../daemon/bundle/memberLines.ts';

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: Uint8Array, size = bytes.length): Promise<string[]> {
  const lines: string[] = [];
  for await (const { line, number } of linesOf('calls.ndjson', inPieces(bytes, Math.max(1, size)))) {
    assert.equal(number, lines.length + 1);
    lines.push(line);
  }
  return lines;
}

const LINES = ['plain', '', 'é of Latin-1', '… and 日本語 beyond it', '😀', '\ufeffmarked', 'a\u2028b\rc'];

test('signs of two, three and four bytes, cut anywhere', async () => {
  const bytes = Buffer.from(`${LINES.join('\n')}\n`);
  for (const size of [1, 2, 3, 5, 7, 16, bytes.length]) assert.deepEqual(await read(bytes, size), LINES, String(size));
  assert.deepEqual(await read(Buffer.alloc(0)), []);
  assert.deepEqual(await read(Buffer.from('\n\n')), ['', '']);
});

test('what is no UTF-8, and what has no end, is refused', async () => {
  const good = Buffer.from('good\n');
  for (const wrong of [
    [0xff],
    [0xc3],
    [0xe2, 0x80],
    // Half a sign of UTF-16, and a slash that is longer than it needs to be.
    [0xed, 0xa0, 0xbd],
    [0xc0, 0xaf],
  ])
    for (const size of [1, 4, 100])
      await assert.rejects(
        read(Buffer.concat([good, Buffer.from([...wrong, 10])]), size),
        { code: 'malformed', message: 'calls.ndjson is no UTF-8' },
        wrong.join(),
      );
  await assert.rejects(read(Buffer.from('good\nbad'), 3), {
    code: 'damaged',
    message: 'calls.ndjson ends in the middle of a line',
  });
});
