import assert from 'node:assert/strict';
import { test } from 'node:test';
import { benchmarksPage, digits, type Line, met, plainTable } from './report.ts';

const line: Line = {
  measure: 'p50 of a call',
  subject: 'callgrove',
  figure: '0.2 ms',
  against: 'recording',
  spread: { median: 1.1, low: 1.05, high: 1.2 },
  unit: '×',
  wanted: { bound: 'at most', value: 1.15, of: 1.1 },
  conditions: '100 B',
};

test('digits keep three significant places', () => {
  assert.deepEqual([0.18734, 1.2345, 12.345, 123.45, 54321.9].map(digits), ['0.187', '1.23', '12.3', '123', '54,322']);
  assert.equal(digits(Number.NaN), 'unknown');
});

test('a promise is kept, missed or not made', () => {
  assert.equal(met(line), true);
  assert.equal(met({ ...line, wanted: { bound: 'at least', value: 1.15, of: 1.1 } }), false);
  assert.equal(met({ ...line, wanted: null }), null);
});

test('both forms carry comparison, promise and conditions', () => {
  assert.match(plainTable([line]), /1\.10 \(1\.05–1\.20\) × recording {2}≤ 1\.15 ✓ {2}100 B/);
  const machine = {
    cores: 2,
    node: '24.0.0',
    memoryGb: 24,
    platform: 'linux x64',
    date: '2026-01-01',
    command: 'npm run bench',
  };
  assert.match(benchmarksPage([line], machine), /\| p50 of a call \| callgrove \| 0\.2 ms \|/);
});
