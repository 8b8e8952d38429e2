import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oneTimeCodes } from '../../../daemon/feed/oneTimeCodes.ts';

test('a code is good once, and for a minute', () => {
  const codes = oneTimeCodes();
  assert.equal(codes.add('a', 0), 60_000);
  assert.equal(codes.take('a', 1), 'right');
  assert.equal(codes.take('a', 2), 'wrong');
  codes.add('b', 10);
  assert.equal(codes.take('b', 60_009), 'right');
  codes.add('c', 10);
  assert.equal(codes.take('c', 60_010), 'wrong');
});

test('the sixth wrong one within a minute is limited; a right one never is', () => {
  const codes = oneTimeCodes();
  codes.add('right', 0);
  for (let i = 0; i < 5; i++) assert.equal(codes.take('x', i), 'wrong');
  assert.equal(codes.take('x', 5), 'limited');
  assert.equal(codes.take('right', 6), 'right');
  assert.equal(codes.take('right', 7), 'limited');
  assert.equal(codes.take('x', 60_005), 'wrong');
});

test('no more than 32 are open: the oldest go', () => {
  const codes = oneTimeCodes();
  for (let i = 0; i < 33; i++) codes.add(`c${i}`, 0);
  assert.equal(codes.take('c0', 1), 'wrong');
  assert.equal(codes.take('c1', 1), 'right');
  assert.equal(codes.take('c32', 1), 'right');
});
