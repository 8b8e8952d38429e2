import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAgo, formatBytes, formatCount, formatCounted, formatDuration } from '../../webview/figures.ts';

test('durations have three figures at most', () => {
  const table: [number | null, string][] = [
    [null, '–'],
    [0, '0 ms'],
    [0.44, '0.4 ms'],
    [4.8, '4.8 ms'],
    [5, '5 ms'],
    [14.2, '14 ms'],
    [999.4, '999 ms'],
    [999.6, '1.00 s'],
    [1240, '1.24 s'],
    [12_345, '12.3 s'],
    [59_960, '1 m 00 s'],
    [125_000, '2 m 05 s'],
    [3_840_000, '1 h 04 m'],
    [90_000_000, '1 d 1 h'],
    [-5, '0 ms'],
  ];
  for (const [ms, text] of table) assert.equal(formatDuration(ms), text, String(ms));
});

test('sizes count in thousands', () => {
  const table: [number | null, string][] = [
    [null, '–'],
    [0, '0 B'],
    [312, '312 B'],
    [1000, '1.0 kB'],
    [4100, '4.1 kB'],
    [48_200, '48 kB'],
    [999_600, '1.0 MB'],
    [2_048_000, '2.0 MB'],
    [5e9, '5.0 GB'],
  ];
  for (const [bytes, text] of table) assert.equal(formatBytes(bytes), text, String(bytes));
});

test('counts and their nouns', () => {
  assert.equal(formatCount(100_000), '100\u202f000');
  assert.equal(formatCounted(1, 'call'), '1 call');
  assert.equal(formatCounted(2, 'place was', 'places were'), '2 places were');
});

test('how long ago is coarse', () => {
  const now = Date.UTC(2026, 10, 20, 12);
  const table: [number, string][] = [
    [0, 'now'],
    [9_000, 'now'],
    [47_000, '40 s ago'],
    [300_000, '5 min ago'],
    [7_200_000, '2 h ago'],
    [2 * 86_400_000, '2 d ago'],
  ];
  for (const [before, text] of table) assert.equal(formatAgo(now - before, now), text);
});
