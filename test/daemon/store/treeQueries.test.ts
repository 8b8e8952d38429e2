import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFilter } from '../../../daemon/model/filter.ts';
import type { TreeRow } from '../../../daemon/protocol/feed.ts';
import { filterSql } from '../../../daemon/store/filterSql.ts';
import { openStore } from '../../../daemon/store/openStore.ts';
import { treeAfter, treeWindow, type WindowQuestion } from '../../../daemon/store/treeQueries.ts';
import { SESSION, START_MS, storeStory } from '../../support/storeStory.ts';

function condition(text: string) {
  const parsed = parseFilter(text);
  if (parsed.kind === 'error') throw new Error(parsed.error.message);
  return filterSql(parsed.filter);
}

const QUESTION: WindowQuestion = {
  session_id: SESSION,
  everything: false,
  condition: { sql: '', values: [] },
  collapsed: [],
  from: 0,
  count: 100,
  follow: false,
};

const named = (row: TreeRow): string => {
  if (row.kind === 'turn') return `turn ${row.turn_id} ${row.calls}`;
  if (row.kind === 'event') return `${row.event} ${row.lost_calls}`;
  if (row.kind === 'gap') return `gap ${row.lost_chunks}`;
  return row.kind !== 'call' ? row.kind : `${' '.repeat(row.call.depth)}${row.call.tool}`;
};

/** Two turns, a call outside them, housekeeping, what servers asked, and a gap. */
function story(t: { after(work: () => void): void }) {
  const { database } = openStore(':memory:', new Date(0));
  t.after(() => database.dispose());
  const tell = storeStory(database);
  const list = tell.call({ event: 'request', method: 'tools/list', tool: 'list' });
  tell.end(list);
  const one = tell.call({ tool: 'one', turn: 'a' });
  const asked = tell.call({ tool: 'asked', direction: 's2c', parent_call_id: one });
  tell.commit();
  const two = tell.call({ tool: 'two', turn: 'b' });
  // Of an earlier turn, although a later one has begun.
  const three = tell.call({ tool: 'three', turn: 'a' });
  tell.call({ tool: 'either', direction: 's2c', parent_candidates: [two, three] });
  tell.gap(3);
  const four = tell.call({ tool: 'four' });
  const below = tell.call({ tool: 'below', direction: 's2c', parent_candidates: [four] });
  tell.call({ tool: 'deeper', direction: 's2c', parent_call_id: below });
  tell.end(four, { outcome: 'error', layers: { transport: 'ok', rpc: 'ok', tool: 'error' } });
  for (const id of [one, asked, two, three]) tell.end(id);
  tell.commit();
  const ask = (over: Partial<WindowQuestion> = {}) => treeWindow(database, { ...QUESTION, ...over });
  return {
    database,
    ids: { one, two, three, four, below },
    ask,
    shown: (over?: Partial<WindowQuestion>) => ask(over)?.rows.map(named),
  };
}

const WHOLE = [
  'turn a 2',
  'one',
  '  asked',
  'three',
  'turn b 1',
  'two',
  'either',
  'gap 3',
  'four',
  ' below',
  '  deeper',
];

test('a tree stands in the order of its starts, each turn and each call before what belongs to it', (t) => {
  const { ask, shown } = story(t);
  assert.deepEqual(shown(), WHOLE);
  assert.equal(ask()?.total, WHOLE.length);
  assert.deepEqual(ask()?.axis.from, START_MS + 1);
  assert.deepEqual(shown({ everything: true }), ['list', ...WHOLE]);
  assert.equal(ask({ session_id: 'ses_none' }), null);
});

test('a window is the part of the tree that was asked for, from either end', (t) => {
  const { ask } = story(t);
  for (let from = 0; from <= WHOLE.length + 1; from++) {
    for (const count of [1, 3, 100]) {
      const window = ask({ from, count });
      assert.equal(window?.from, Math.min(from, WHOLE.length));
      assert.deepEqual(window?.rows.map(named), WHOLE.slice(from, from + count), `${count} from ${from}`);
    }
  }
  const end = ask({ from: 0, count: 4, follow: true });
  assert.deepEqual([end?.from, end?.rows.map(named)], [WHOLE.length - 4, WHOLE.slice(-4)]);
});

test('a window is laid around a call, wherever it stands and whatever is folded above it', (t) => {
  const { ids, ask } = story(t);
  const around = (id: string, over: Partial<WindowQuestion> = {}) => {
    const window = ask({ around: id, count: 3, follow: true, ...over });
    return [window?.from, ...(window?.rows.map(named) ?? [])];
  };
  const at = (name: string) => WHOLE.findIndex((row) => row.trim() === name);
  for (const [id, name] of [
    [ids.three, 'three'],
    [ids.two, 'two'],
    [ids.below, 'below'],
  ] as const)
    assert.deepEqual(around(id), [at(name) - 1, ...WHOLE.slice(at(name) - 1, at(name) + 2)]);
  assert.deepEqual(around(ids.one, { count: 5 }), [0, ...WHOLE.slice(0, 5)], 'not before the first row');
  assert.deepEqual(around(ids.three, { collapsed: ['turn:a'] }), [0, 'turn a 2', 'turn b 1', 'two']);
  assert.deepEqual(around(ids.two, { condition: condition('tool:three') }), [0, 'turn a 2', 'three', 'gap 3']);
  assert.equal(around('call_none')[0], WHOLE.length - 3, 'no call of this session: as if none were named');
});

test('what is folded hides all below it, and only that', (t) => {
  const { ids, ask, shown } = story(t);
  const without = (...hidden: string[]) => WHOLE.filter((name) => !hidden.includes(name.trim()));
  assert.deepEqual(shown({ collapsed: ['turn:a'] }), without('one', 'asked', 'three'));
  assert.deepEqual(shown({ collapsed: [ids.one] }), without('asked'));
  assert.deepEqual(shown({ collapsed: [ids.four] }), without('below', 'deeper'));
  assert.deepEqual(shown({ collapsed: [ids.below, ids.four] }), without('below', 'deeper'), 'folded within folded');
  assert.deepEqual(shown({ collapsed: ['turn:none', 'call_none', ids.two] }), WHOLE, 'what is not there folds nothing');
  const folded = without('one', 'asked', 'three', 'below', 'deeper');
  const collapsed = ['turn:a', ids.four];
  for (let from = 0; from < folded.length; from++)
    assert.deepEqual(shown({ collapsed, from, count: 2 }), folded.slice(from, from + 2));
  assert.equal(ask({ collapsed })?.total, folded.length);
});

test('a filter shows what it lets through, with the headings of those, and gaps always', (t) => {
  const { ask, shown } = story(t);
  const table: [filter: string, rows: string[]][] = [
    ['tool:one', ['turn a 2', 'one', 'gap 3']],
    ['dir:s2c', ['turn a 2', '  asked', 'either', 'gap 3', ' below', '  deeper']],
    ['is:failed', ['gap 3', 'four']],
    ['tool:nothing', ['gap 3']],
    ['-dir:s2c -turn:a', ['turn b 1', 'two', 'gap 3', 'four']],
  ];
  for (const [filter, rows] of table) {
    const over = { condition: condition(filter) };
    assert.deepEqual(shown(over), rows, filter);
    assert.equal(ask(over)?.total, rows.length);
    assert.deepEqual(shown({ ...over, count: 1, follow: true }), rows.slice(-1));
  }
});

test('the whole tree can be read in pieces, by the place of the last row', (t) => {
  const { database } = story(t);
  for (const limit of [1, 2, 5, 100]) {
    const seen: string[] = [];
    for (let place: string | null = ''; place !== null; ) {
      const piece: ReturnType<typeof treeAfter> = treeAfter(database, QUESTION, place, limit);
      seen.push(...piece.rows.map(named));
      place = piece.place;
    }
    assert.deepEqual(seen, WHOLE);
  }
  assert.deepEqual(treeAfter(database, { ...QUESTION, session_id: 'ses_none' }, '', 10), { rows: [], place: null });
});

test('children are counted where they stand; who caused what stays as it was proven', (t) => {
  const { ask, ids } = story(t);
  const calls = new Map(
    ask()?.rows.flatMap((row) => (row.kind === 'call' ? [[row.call.tool, row.call] as const] : [])),
  );
  assert.deepEqual(
    ['one', 'two', 'four', 'below'].map((tool) => calls.get(tool)?.children),
    [1, 0, 1, 1],
  );
  assert.equal(calls.get('asked')?.parent_call_id, ids.one);
  assert.deepEqual([calls.get('below')?.parent_call_id, calls.get('below')?.parent_candidates], [null, 1]);
  assert.deepEqual([calls.get('either')?.parent_call_id, calls.get('either')?.parent_candidates], [null, 2]);
});
