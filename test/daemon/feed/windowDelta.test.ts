import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ShownWindow, windowNews } from '../../../daemon/feed/windowDelta.ts';
import { rowKey, type TreeRow } from '../../../daemon/protocol/feed.ts';
import { callRow, windowOf } from './scriptedSource.ts';

const end = { from: 0, count: 3, follow: true };
const gap = (rev: number): TreeRow => ({
  kind: 'gap',
  gap_id: 'gap_1',
  connection_id: 'con_1',
  at: 1,
  lost_chunks: 1,
  bytes: 1,
  reason: 'ENOSPC',
  rev,
});
const turn = (calls: number): TreeRow => ({ kind: 'turn', turn_id: 't', calls, started_at: 1, rev: 1 });

test('what is worth sending', () => {
  const before = windowOf([callRow('a', 1), callRow('b', 2)], end);
  const { shown, changed } = windowNews(null, before);
  assert.equal(changed, before.rows, 'all of it where nothing was shown');
  const cases: [string, TreeRow[], string[] | null][] = [
    ['nothing', [callRow('a', 1), callRow('b', 2)], null],
    ['a new rev', [callRow('a', 1), callRow('b', 3)], ['b']],
    ['a new row', [callRow('a', 1), callRow('b', 2), callRow('c', 3)], ['c']],
    ['another order', [callRow('b', 2), callRow('a', 1)], []],
    ['a row less', [callRow('b', 2)], []],
    ['a child more', [callRow('a', 1, { children: 1 }), callRow('b', 2)], ['a']],
    ['moved under another', [callRow('a', 1), callRow('b', 2, { depth: 1 })], ['b']],
    ['a gap', [callRow('a', 1), callRow('b', 2), gap(3)], ['gap_1']],
    ['a turn', [turn(1), callRow('a', 1), callRow('b', 2)], ['turn:t']],
  ];
  for (const [what, rows, keys] of cases) {
    const { changed } = windowNews(shown, windowOf(rows, end));
    assert.deepEqual(changed?.map(rowKey) ?? null, keys, what);
  }
  const turns = windowNews(null, windowOf([turn(1)], end)).shown;
  assert.equal(windowNews(turns, windowOf([turn(2)], end)).changed?.length, 1, 'a turn’s count');
  assert.deepEqual(windowNews(shown, { ...before, total: 9 }).changed, [], 'the total alone');
  assert.deepEqual(windowNews(shown, { ...before, axis: { from: 0, to: 9 } }).changed, [], 'the axis alone');
});

test('a window with its deltas folded in is the window asked for anew', () => {
  const rowList = fc.uniqueArray(fc.record({ id: fc.nat(12), rev: fc.nat(4), children: fc.nat(1) }), {
    selector: (row) => row.id,
  });
  const query = fc.record({ from: fc.nat(8), count: fc.integer({ min: 1, max: 6 }), follow: fc.boolean() });
  fc.assert(
    fc.property(fc.array(rowList, { minLength: 1, maxLength: 8 }), query, (states, asked) => {
      let held = new Map<string, TreeRow>();
      let order: string[] = [];
      let shown: ShownWindow | null = null;
      for (const [step, state] of states.entries()) {
        // As in the database, a row that differs has a rev of its own.
        const rows = state.map(({ id, rev, children }) => callRow(`call_${id}`, rev, { children, summary: `${rev}` }));
        const result = windowOf(rows, asked);
        const news = windowNews(shown, result);
        const { changed } = news;
        shown = news.shown;
        if (changed) {
          order = [...shown.order];
          const next = new Map([...held, ...changed.map((row) => [rowKey(row), row] as const)]);
          held = new Map(order.map((key) => [key, next.get(key)!]));
        }
        assert.deepEqual(
          order.map((key) => held.get(key)),
          result.rows,
          `step ${step}`,
        );
      }
    }),
    { numRuns: 300 },
  );
});
