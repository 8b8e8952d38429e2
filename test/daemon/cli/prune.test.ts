import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSize } from '../../../daemon/cli/prune.ts';

test('sizes as people write them', () => {
  const table: [string, number][] = [
    ['0', 0],
    ['500MB', 500e6],
    ['1.5 GB', 1.5e9],
    ['2GiB', 2 * 2 ** 30],
    ['10k', 10_000],
  ];
  for (const [text, bytes] of table) assert.equal(parseSize(text), bytes, text);
  for (const text of ['', 'GB', '-1', '5 parsecs', '1e9']) assert.throws(() => parseSize(text), /takes a size like/);
});
