import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Drawing } from '../../../daemon/cli/callLine.ts';
import { callListLine } from '../../../daemon/cli/callList.ts';
import { cells } from '../../../daemon/cli/cells.ts';
import { makePaint } from '../../../daemon/cli/paint.ts';
import { fakeCall } from '../../support/fakeCall.ts';

const drawing = (columns: number): Drawing => ({
  terminal: { columns, unicode: true },
  paint: makePaint({ colour: false }),
  now: Date.UTC(2026, 10, 28, 13),
});
const failed = fakeCall(1, { outcome: 'error', error_message: 'ENOENT: no such file or directory' });

test('on a terminal of 80 columns a failed call still says why, and how long it took', () => {
  const [first = '', second, ...more] = callListLine(failed, drawing(80)).split('\n');
  assert.match(first, /^\S+ ✗ filesystem · write_file {2}ENOENT: no such .*…? +12 ms +\S+ \S*B$/);
  assert.ok(cells(first) <= 80, first);
  assert.deepEqual([second, more], [`    ${failed.call_id}`, []]);
});

test('where there is room all of it stands in one line', () => {
  for (const columns of [140, Number.POSITIVE_INFINITY]) {
    const line = callListLine(failed, drawing(columns));
    assert.match(line, /ENOENT: no such file or directory .*12 ms .*call_\w+_1$/);
    assert.ok(cells(line) <= columns);
  }
});

test('no line is wider than the terminal, but for an id', () => {
  for (let columns = 20; columns <= 200; columns++) {
    const [first = '', second] = callListLine(failed, drawing(columns)).split('\n');
    assert.ok(cells(first) <= Math.max(columns, 30), `${columns}: ${first}`);
    assert.match(second ?? first, new RegExp(`${failed.call_id}$`));
  }
});
