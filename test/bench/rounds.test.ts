import assert from 'node:assert/strict';
import { test } from 'node:test';
import { interleave, median, paired, percentile } from './rounds.ts';

test('median and percentile', () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 2, 3]), 2.5);
  assert.ok(Number.isNaN(median([])));
  assert.equal(percentile([5, 1, 4, 2, 3], 0.95), 5);
  assert.equal(percentile([5, 1, 4, 2, 3], 0.5), 3);
});

test('a ratio is taken within each round, so a machine that slows down does not show', () => {
  assert.deepEqual(paired([2, 20, 200], [1, 10, 100], 'ratio'), { median: 2, low: 2, high: 2 });
  assert.deepEqual(paired([5, 7], [3, 4], 'difference'), { median: 2.5, low: 2, high: 3 });
  assert.throws(() => paired([1], [1, 2], 'ratio'));
});

test('subjects take turns and each begins a round', async () => {
  const order: string[] = [];
  const figures = await interleave(['a', 'b'], 2, async (name, round) => {
    order.push(`${name}${round}`);
    return round;
  });
  assert.deepEqual(order, ['a0', 'b0', 'b1', 'a1']);
  assert.deepEqual(figures.get('b'), [0, 1]);
});
