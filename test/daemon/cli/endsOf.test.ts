/** What is shown of a program that failed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endsOf } from '../../../daemon/cli/endsOf.ts';

test('little is shown whole, of much both ends, and how much is left out', () => {
  assert.deepEqual(endsOf(''), []);
  assert.deepEqual(endsOf('\nwhy\n\n'), ['why']);
  const lines = (count: number) => Array.from({ length: count }, (_, at) => `line ${at}`);
  assert.deepEqual(endsOf(lines(24).join('\n')), lines(24));
  const many = endsOf(lines(100).join('\n'));
  assert.deepEqual([many.length, many[7], many[8], many[9]], [24, 'line 7', '… 77 lines …', 'line 85']);
});
