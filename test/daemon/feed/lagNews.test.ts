import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { lagNews } from '../../../daemon/feed/lagNews.ts';

beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
afterEach(() => mock.timers.reset());

test('lag: once a second, and at once when it is gone', () => {
  const said: number[] = [];
  const lag = lagNews(({ journal_bytes }) => said.push(journal_bytes));
  const note = (journal_bytes: number) => lag.note({ journal_bytes, second_stage_calls: 0 });
  note(0);
  assert.deepEqual(said, [0], 'the first word');
  mock.timers.tick(1_000);
  note(5);
  note(6);
  note(7);
  assert.deepEqual(said, [0, 5]);
  assert.equal(lag.current?.journal_bytes, 7);
  mock.timers.tick(1_000);
  assert.deepEqual(said, [0, 5, 7]);
  note(8);
  note(0);
  note(0);
  assert.deepEqual(said, [0, 5, 7, 0]);
  assert.equal(lag.current, null);
  mock.timers.tick(5_000);
  assert.deepEqual(said, [0, 5, 7, 0], 'the same is not said twice');
  note(3);
  assert.deepEqual(said, [0, 5, 7, 0, 3]);
  lag.dispose();
  mock.timers.tick(5_000);
});
