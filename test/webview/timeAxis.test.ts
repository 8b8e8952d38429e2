import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axisAround, axisTicks, labelled, placeOnAxis } from '../../webview/timeAxis.ts';

const axis = { from: 1000, to: 11_000 };

test('a span stands where it happened; what has no end runs to the axis end', () => {
  assert.deepEqual(placeOnAxis(axis, 2000, 5000), { start: 0.1, length: 0.5 });
  assert.deepEqual(placeOnAxis(axis, 6000, null), { start: 0.5, length: 0.5 });
  assert.deepEqual(placeOnAxis(axis, 0, 2000), { start: 0, length: 0.1 });
  assert.deepEqual(placeOnAxis(axis, 20_000, 5), { start: 1, length: 0 });
});

test('an axis of no length divides nothing by zero', () => {
  assert.deepEqual(placeOnAxis({ from: 5, to: 5 }, 5, 0), { start: 0, length: 0 });
  assert.equal(axisTicks({ from: 5, to: 5 }, 4).length, 1);
});

test('marks are round and few', () => {
  assert.deepEqual(
    axisTicks(axis, 5).map((tick) => tick.label),
    ['0', '2 s', '4 s', '6 s', '8 s', '10 s'],
  );
  assert.deepEqual(
    axisTicks({ from: 0, to: 200_000 }, 4).map((tick) => tick.label),
    ['0', '1:00', '2:00', '3:00'],
  );
  for (const span of [3, 90, 1234, 65_000, 4_000_000, 500_000_000])
    assert.ok(axisTicks({ from: 0, to: span }, 4).length <= 5, String(span));
});

test('marks of a part count from the session start', () => {
  assert.deepEqual(
    axisTicks({ from: 61_500, to: 62_500 }, 2, 60_000).map((tick) => tick.label),
    ['1.5 s', '2 s', '2.5 s'],
  );
});

test('labels stand where they touch no other and seem to be no other line’s', () => {
  const rows: [places: number[], wide: string, narrow: string][] = [
    [[0], 'right', 'right'],
    [[0, 0.6], 'right right', 'right right'],
    [[0, 0.85], 'right right', 'right left'],
    [[0, 0.95], 'right left', 'right left'],
    [[0, 0.45, 0.92], 'right none left', 'right right none'],
    [[0, 0.4, 0.8], 'right right right', 'right right none'],
    [[0, 0.327, 0.653, 0.98], 'right right none left', 'right right none none'],
    [[0, 0.31, 0.62, 0.94], 'right right none left', 'right none right none'],
    [[0, 0.27, 0.55, 0.82], 'right right right right', 'right none right none'],
    [[0, 0.22, 0.44, 0.66, 0.88], 'right right right right right', 'right none right none none'],
  ];
  for (const [places, wide, narrow] of rows) {
    const found = labelled(places.map((at) => ({ at, label: '1 s' })));
    assert.deepEqual(
      [found.map((one) => one.wide).join(' '), found.map((one) => one.narrow).join(' ')],
      [wide, narrow],
      String(places),
    );
  }
});

test('an axis holds all spans', () => {
  assert.deepEqual(
    axisAround([
      { startMs: 5, endMs: 9 },
      { startMs: 2, endMs: 3 },
    ]),
    { from: 2, to: 9 },
  );
  assert.equal(axisAround([]), null);
});
