import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Drawing } from '../../../daemon/cli/callLine.ts';
import { cells } from '../../../daemon/cli/cells.ts';
import { drawTree } from '../../../daemon/cli/drawTree.ts';
import { makePaint } from '../../../daemon/cli/paint.ts';
import type { TreeRow } from '../../../daemon/protocol/feed.ts';
import { callRow, T0 } from '../../support/heads.ts';

const plain = (columns: number, unicode = true): Drawing => ({
  terminal: { columns, unicode },
  paint: makePaint({ colour: false }),
  now: T0 + 5_000,
});

async function draw(rows: TreeRow[], drawing = plain(Number.POSITIVE_INFINITY)): Promise<string[]> {
  async function* stream() {
    yield* rows;
  }
  const lines: string[] = [];
  for await (const line of drawTree(stream(), () => drawing)) lines.push(line);
  return lines;
}

test('a tree of every kind of row', async () => {
  const rows: TreeRow[] = [
    { kind: 'turn', turn_id: 't1', calls: 2, started_at: T0, rev: 1 },
    callRow({ turn_id: 't1' }),
    callRow({ turn_id: 't1', tool: 'ask', children: 2, rounds: 2, server: 'everything' }),
    callRow({
      turn_id: 't1',
      depth: 1,
      direction: 's2c',
      tool: null,
      method: 'sampling/createMessage',
      server: 'everything',
    }),
    callRow({ turn_id: 't1', depth: 1, outcome: 'cancelled', late_answer_ms: 3200, response_bytes: null }),
    {
      kind: 'gap',
      gap_id: 'g1',
      connection_id: 'c',
      at: T0,
      lost_chunks: 12,
      bytes: 3_400_000,
      reason: 'ENOSPC',
      rev: 1,
    },
    callRow({ outcome: 'error', error_message: 'Access denied\u001b[2J', summary: 'path=/etc/passwd' }),
    callRow({
      outcome: 'running',
      duration_ms: null,
      response_bytes: null,
      progress: { count: 3, progress: 3, total: 5, message: 'half way' },
    }),
    callRow({
      outcome: 'lost',
      outcome_note: 'no answer seen; may have reached the server',
      duration_ms: null,
      response_bytes: null,
    }),
    callRow({ outcome: 'denied', parent_candidates: 2 }),
    callRow({ method: 'roots/list', direction: 's2c', tool: null, depth: 1, parent_candidates: 1 }),
    callRow({ outcome: 'timeout', summary: null }),
  ];
  assert.deepEqual(await draw(rows), [
    '├─ turn t1  2 calls',
    '│  ├─ ✓ filesystem · read_text_file  path=src/cart.ts  12 ms  1.2 kB',
    '│  └─ ✓ everything · ask  path=src/cart.ts  [2 rounds]  12 ms  1.2 kB',
    '│     ├─ ✓ sampling/createMessage ← everything  path=src/cart.ts  12 ms  1.2 kB',
    '│     └─ ⊘ filesystem · read_text_file  path=src/cart.ts  [late answer after 3.2 s]  12 ms',
    '├─ ! 12 chunks not recorded (ENOSPC, 3.4 MB)',
    '├─ ✗ filesystem · read_text_file  path=/etc/passwd  12 ms  1.2 kB',
    '│    Access denied^[[2J',
    '├─ ◌ filesystem · read_text_file  path=src/cart.ts  [3/5 half way]  5.0 s',
    '├─ ? filesystem · read_text_file  path=src/cart.ts',
    '│    no answer seen; may have reached the server',
    '├─ ⊖ filesystem · read_text_file  path=src/cart.ts  [parent unknown, 2 candidates]  12 ms  1.2 kB',
    '│  └─ ✓ roots/list ← filesystem  path=src/cart.ts  [likely caused by the call above]  12 ms  1.2 kB',
    '└─ ◷ filesystem · read_text_file  12 ms  1.2 kB',
  ]);
});

test('without UTF-8 only ASCII is sent', async () => {
  const lines = await draw([callRow(), callRow({ outcome: 'error', error_message: 'no…' })], plain(60, false));
  assert.match(lines[0] ?? '', /^\|- \+ filesystem \/ read_text_file {2}path=sr?/);
  for (const line of lines) assert.match(line, /^[\x20-\x7e]*$/);
  assert.match(lines[1] ?? '', /^`- x /);
});

test('no line is wider than the terminal, whatever a tool put into it', async () => {
  const hostile = '文字\u001b[31m👩‍👩‍👧\u202e'.repeat(40);
  const deep = Array.from({ length: 20 }, (_, depth) =>
    callRow({
      depth,
      tool: hostile,
      server: hostile,
      summary: hostile,
      outcome: 'error',
      error_message: hostile,
      outcome_note: hostile,
    }),
  );
  for (const columns of [20, 40, 79, 80, 200]) {
    for (const unicode of [true, false]) {
      for (const line of await draw(deep, plain(columns, unicode))) {
        assert.ok(cells(line) <= columns, `${cells(line)} cells in ${columns}: ${line}`);
        assert.ok(!line.includes('\u001b') && !line.includes('\u202e'));
      }
    }
  }
});

test('durations and sizes line up at the right edge', async () => {
  const lines = await draw(
    [callRow(), callRow({ tool: 'x', summary: null, duration_ms: 65_000, response_bytes: 2_000_000 })],
    plain(80),
  );
  assert.deepEqual(lines.map(cells), [80, 80]);
  assert.match(lines[1] ?? '', /1 m 05 s +2\.0 MB$/);
});

test('a branch is drawn when the next begins, not at the end', async () => {
  let asked = 0;
  async function* stream() {
    for (let i = 0; i < 1000; i++) {
      asked++;
      yield callRow();
    }
  }
  const first = await drawTree(stream(), () => plain(80)).next();
  assert.equal(first.done, false);
  assert.equal(asked, 2);
});
