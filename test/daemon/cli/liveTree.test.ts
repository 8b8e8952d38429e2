import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appendTree } from '../../../daemon/cli/appendTree.ts';
import type { Drawing } from '../../../daemon/cli/callLine.ts';
import { makeLiveScreen } from '../../../daemon/cli/liveScreen.ts';
import { liveTree } from '../../../daemon/cli/liveTree.ts';
import { makePaint } from '../../../daemon/cli/paint.ts';
import { applyRows, makeTailRows, type TailRows } from '../../../daemon/cli/tailRows.ts';
import { type CallHead, rowKey, type TreeRow } from '../../../daemon/protocol/feed.ts';
import { callRow, sessionHead, T0 } from '../../support/heads.ts';

const at = (ms: number, columns = 70): Drawing => ({
  terminal: { columns, unicode: true },
  paint: makePaint({ colour: false }),
  now: T0 + ms,
});
const row = (name: string, outcome: CallHead['outcome'], over: Partial<CallHead> = {}) =>
  callRow({
    call_id: `call_${name}`,
    tool: name,
    outcome,
    summary: 'a=1',
    duration_ms: outcome === 'running' ? null : 5,
    response_bytes: null,
    ...over,
  });
const show = (tail: TailRows, rows: TreeRow[], now: number, from = 0) =>
  applyRows(
    tail,
    { type: 'window', seq: 1, id: 1, total: from + rows.length, from, rows, axis: { from: T0, to: T0 } },
    T0 + now,
  );
/** `✓ a` of `├─ ✓ filesystem · a  a=1 …` */
const short = (lines: readonly string[]) =>
  lines.map((line) =>
    line
      .replace(/ {2}a=1.*$/, '')
      .replace('filesystem · ', '')
      .trimEnd(),
  );

test('append: the end of a short call alone; start and end of a long one', () => {
  const tail = makeTailRows(sessionHead(), 0);
  const spoken = { session_id: tail.head.session.session_id };
  show(tail, [], 0);
  show(tail, [row('a', 'running'), row('b', 'running')], 0);
  assert.deepEqual(appendTree([tail], spoken, at(100)), []);
  show(tail, [row('a', 'success'), row('b', 'running')], 200);
  assert.deepEqual(short(appendTree([tail], spoken, at(200))), ['├─ ✓ a']);
  assert.deepEqual(short(appendTree([tail], spoken, at(400))), ['├─ ◌ b']);
  show(tail, [row('a', 'success'), row('b', 'error', { depth: 1, error_message: 'no' })], 900);
  assert.deepEqual(short(appendTree([tail], spoken, at(900))), ['│  ├─ ✗ b', '│  │    no']);
  assert.deepEqual(appendTree([tail], spoken, at(5000)), []);
});

test('an end waits a moment for what went wrong, and no longer', () => {
  const tail = makeTailRows(sessionHead(), 0);
  const spoken = { session_id: tail.head.session.session_id };
  show(tail, [], 0);
  show(tail, [row('a', 'error'), row('b', 'error')], 0);
  assert.deepEqual(appendTree([tail], spoken, at(100)), []);
  show(tail, [row('a', 'error', { error_message: 'no such file' }), row('b', 'error')], 200);
  assert.deepEqual(short(appendTree([tail], spoken, at(200))), ['├─ ✗ a', '│    no such file']);
  assert.deepEqual(short(appendTree([tail], spoken, at(700))), ['├─ ✗ b']);
});

test('an end waits a moment for its arguments, and no longer', () => {
  const tail = makeTailRows(sessionHead(), 0);
  const spoken = { session_id: tail.head.session.session_id };
  show(tail, [], 0);
  show(tail, [row('a', 'success', { summary: null })], 0);
  assert.deepEqual(appendTree([tail], spoken, at(100)), []);
  assert.equal(appendTree([tail], spoken, at(700)).length, 1);
});

test('the head line comes when the session changes', () => {
  const [one, two] = [
    makeTailRows(sessionHead(), 5),
    makeTailRows(sessionHead({ session: { session_id: 'ses_2', title: 'two' } }), 5),
  ];
  const spoken = { session_id: null };
  show(one, [row('a', 'success')], 0);
  show(two, [row('b', 'success')], 0);
  const lines = short(appendTree([one, two], spoken, at(1)));
  assert.deepEqual([lines[0]?.slice(0, 1), lines[2], lines[3], lines[5]], ['●', '├─ ✓ a', '● two  running', '├─ ✓ b']);
});

test('history is what the first window ends with; what went by unseen is counted', () => {
  const tail = makeTailRows(sessionHead(), 1);
  const spoken = { session_id: tail.head.session.session_id };
  show(tail, [row('a', 'success'), row('b', 'success')], 0);
  assert.deepEqual(short(appendTree([tail], spoken, at(1))), ['├─ ✓ b']);
  show(tail, [row('z', 'success')], 2, 700);
  assert.match(appendTree([tail], spoken, at(3))[0] ?? '', /^! 698 rows went by/);
});

test('a session that began under our eyes has no history: what its first window lacks was missed', () => {
  const tail = makeTailRows(sessionHead(), null);
  const spoken = { session_id: tail.head.session.session_id };
  show(tail, [row('a', 'success'), row('b', 'success')], 0, 40);
  const lines = appendTree([tail], spoken, at(1));
  assert.match(lines[0] ?? '', /^! 40 rows went by/);
  assert.equal(lines.length, 3);
});

test('a delta keeps the rows that it does not repeat', () => {
  const tail = makeTailRows(sessionHead(), 0);
  show(tail, [row('a', 'success'), row('b', 'running')], 0);
  const b = row('b', 'success');
  const order = ['call_a', 'call_b'];
  applyRows(
    tail,
    { type: 'delta', seq: 2, id: 1, total: 2, from: 0, order, changed: [b], axis: { from: 0, to: 0 } },
    T0,
  );
  assert.deepEqual(tail.rows.map(rowKey), order);
  assert.equal(tail.rows[1], b);
});

test('live: what is done scrolls away in order, what is running is drawn again', () => {
  const tail = makeTailRows(sessionHead(), 10);
  const spoken = { session_id: tail.head.session.session_id };
  const live = (now: number, rows = 24) => {
    const { done, block } = liveTree([tail], spoken, at(now), rows, null);
    return { done: short(done), block: short(block) };
  };
  const foot = '└─ 3 tool calls, 2 ok, 1 failed';
  show(tail, [row('a', 'success'), row('b', 'running'), row('c', 'running', { depth: 1 }), row('d', 'success')], 0);
  assert.deepEqual(live(0), { done: ['├─ ✓ a'], block: ['├─ ◌ b', '│  └─ ◌ c', '├─ ✓ d', foot] });
  assert.deepEqual(live(10).done, []);
  show(tail, [row('a', 'success'), row('b', 'success'), row('c', 'success', { depth: 1 }), row('d', 'success')], 20);
  assert.deepEqual(live(20), { done: ['├─ ✓ b', '│  └─ ✓ c', '├─ ✓ d'], block: [foot] });
  assert.deepEqual(live(30), { done: [], block: [foot] });
});

test('live: a block that outgrows the screen scrolls; what ends later gets a line of its own', () => {
  const tail = makeTailRows(sessionHead(), 10);
  const spoken = { session_id: tail.head.session.session_id };
  const many = (first: CallHead['outcome']) => [
    row('a', first),
    ...Array.from({ length: 9 }, (_, i) => row(`r${i}`, 'running')),
  ];
  show(tail, many('running'), 0);
  const grown = liveTree([tail], spoken, at(0), 10, null);
  assert.equal(grown.block.length, 7);
  assert.deepEqual(short(grown.done)[0], '├─ ◌ a');
  show(tail, many('success'), 50);
  assert.deepEqual(short(liveTree([tail], spoken, at(50), 10, null).done), ['├─ ✓ a']);
});

/** As much of a terminal as the screen uses. */
function terminal() {
  const esc = String.fromCharCode(27);
  const parts = new RegExp(`(${esc}\\[\\??\\d*[A-Za-z]|\n|\r)`);
  const lines = [''];
  let y = 0;
  return {
    write(text: string) {
      for (const part of text.split(parts)) {
        const sequence = part.startsWith(esc) ? part.slice(2) : null;
        if (sequence?.endsWith('A')) y -= Number(sequence.slice(0, -1));
        else if (sequence === 'J') lines.splice(y, lines.length, '');
        else if (part === '\n') y += 1;
        else if (part !== '\r' && sequence === null) lines[y] = (lines[y] ?? '') + part;
        lines[y] ??= '';
      }
    },
    lines,
  };
}

test('the screen: finished lines stay, the block is replaced', () => {
  const screen = makeLiveScreen();
  const out = terminal();
  for (const [done, block] of [
    [[], ['one', 'two']],
    [['done 1'], ['two']],
    [[], ['two', 'three', 'four']],
    [['done 2', 'done 3'], []],
    [[], ['five']],
  ] as const) {
    out.write(screen.frame(done, block));
  }
  assert.deepEqual(out.lines, ['done 1', 'done 2', 'done 3', 'five', '']);
  assert.equal(screen.frame([], ['five']), '');
});
