import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeConnectionId } from '../../../daemon/base/ids.ts';
import { createFollower, type Follower, type JournalItem, type Place } from '../../../daemon/journal/follow.ts';
import { segmentName } from '../../../daemon/protocol/segment.ts';
import { journalScript } from '../../support/journalScript.ts';

const A = makeConnectionId(1_790_000_000_000, new Uint8Array(10).fill(1));
const B = makeConnectionId(1_790_000_000_000, new Uint8Array(10).fill(2));
const T0 = 1_790_000_000_000;
const PLENTY = { items: 1000, bytes: 1e9 };

function folderFor(t: { after(work: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'callgrove-follow-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** `A#0` for a segment's start, `A:text` for a chunk, `A:kind` for any other record, `A!reason` for damage. */
function named(item: JournalItem): string {
  const who = item.connection_id === A ? 'A' : 'B';
  if (item.kind === 'segment') return `${who}#${item.header.segment}`;
  if (item.kind === 'damage') return `${who}!${item.reason}`;
  const { head, payload } = item.record;
  return `${who}:${head.k === 'chunk' ? Buffer.from(payload).toString() : head.k}`;
}

function all(follower: Follower, limit = PLENTY): string[] {
  const seen: string[] = [];
  for (let items = follower.pull(limit); items.length > 0; items = follower.pull(limit)) seen.push(...items.map(named));
  return seen;
}

test('records of all journals come in the order of their clocks, over segments, each once', (t) => {
  const folder = folderFor(t);
  const a = journalScript(folder, A, T0);
  const b = journalScript(folder, B, T0 + 1);
  a.raw('c2s', '1').wait(10).raw('c2s', '4').segment().wait(10).raw('c2s', '6');
  b.wait(3).raw('s2c', '2').raw('s2c', '3').wait(7).raw('s2c', '5');
  const follower = createFollower(folder, () => null);
  follower.scan();
  assert.ok(follower.backlogBytes() > 0);
  assert.deepEqual(all(follower), ['A#0', 'A:1', 'B#0', 'B:2', 'B:3', 'A:4', 'A#1', 'B:5', 'A:6']);
  assert.equal(follower.backlogBytes(), 0);
  a.raw('c2s', '7');
  assert.deepEqual(all(follower), [], 'nobody looked for what is new');
  follower.scan(new Set([A]));
  assert.deepEqual(all(follower), ['A:7']);
});

test('the limits hold, and what they cut off comes next', (t) => {
  const folder = folderFor(t);
  const a = journalScript(folder, A, T0);
  for (let i = 0; i < 9; i++) a.raw('c2s', `${i}`.repeat(100));
  for (const limit of [
    { items: 1, bytes: 1e9 },
    { items: 1000, bytes: 150 },
  ]) {
    const follower = createFollower(folder, () => null);
    follower.scan();
    const sizes: number[] = [];
    for (let items = follower.pull(limit); items.length > 0; items = follower.pull(limit)) sizes.push(items.length);
    assert.equal(
      sizes.reduce((sum, size) => sum + size, 0),
      10,
    );
    assert.ok(Math.max(...sizes) <= 3);
  }
});

test('from any place that it gave it goes on with the next record', (t) => {
  const folder = folderFor(t);
  const a = journalScript(folder, A, T0);
  a.raw('c2s', 'one').raw('s2c', 'two').segment().raw('c2s', 'three').exit();
  const whole = createFollower(folder, () => null);
  whole.scan();
  const items = whole.pull(PLENTY);
  const records = items.filter((item) => item.kind === 'record');
  for (const [index, item] of records.entries()) {
    const place: Place = item.end;
    const follower = createFollower(folder, () => place);
    follower.scan();
    const rest = all(follower).filter((name) => !name.includes('#'));
    assert.deepEqual(rest, records.slice(index + 1).map(named));
  }
});

test('a record that is not whole yet waits for its rest', (t) => {
  const folder = folderFor(t);
  const a = journalScript(folder, A, T0);
  a.raw('c2s', 'first');
  const file = join(folder, segmentName(A, 0));
  const record = Buffer.from(`{"k":"chunk","o":9,"t":${T0 + 9},"m":9,"d":"c2s","n":6}\nsecond`);
  const follower = createFollower(folder, () => null);
  for (const byte of record) {
    follower.scan();
    assert.ok(!all(follower).includes('A:second'));
    appendFileSync(file, Buffer.from([byte]));
  }
  assert.equal(follower.isDrained(A), false);
  assert.deepEqual(all(follower), ['A:second']);
  assert.equal(follower.isDrained(A), true);
  assert.equal(follower.isDrained(B), true, 'of a connection without a journal nothing is due');
});

test('damage is told once, and the next segment is read all the same', (t) => {
  const folder = folderFor(t);
  const a = journalScript(folder, A, T0);
  a.raw('c2s', 'good');
  appendFileSync(join(folder, segmentName(A, 0)), 'this is no record\n');
  const follower = createFollower(folder, () => null);
  follower.scan();
  assert.deepEqual(all(follower), ['A#0', 'A:good', 'A!no record head where one should stand']);
  a.segment().raw('c2s', 'later');
  follower.scan();
  assert.deepEqual(all(follower), ['A#1', 'A:later']);
  assert.equal(follower.backlogBytes(), 0);
});

test('files that vanish or shrink end nothing, and a forgotten connection is read anew', (t) => {
  const folder = folderFor(t);
  journalScript(folder, A, T0).raw('c2s', 'one');
  journalScript(folder, B, T0).raw('c2s', 'two');
  const follower = createFollower(folder, () => null);
  follower.scan();
  truncateSync(join(folder, segmentName(A, 0)), 0);
  rmSync(join(folder, segmentName(B, 0)));
  assert.deepEqual(all(follower), []);
  follower.scan();
  assert.deepEqual(all(follower), []);
  journalScript(folder, B, T0).raw('c2s', 'three');
  follower.forget(B);
  follower.scan();
  assert.deepEqual(all(follower), ['B#0', 'B:three']);
});

test('a journal that was read to its end and lost its segments is not followed', (t) => {
  const folder = folderFor(t);
  journalScript(folder, A, T0).raw('c2s', 'old');
  const follower = createFollower(folder, () => ({ segment: 3, offset: 10 }));
  follower.scan();
  assert.deepEqual(all(follower), []);
  assert.equal(follower.isDrained(A), true);
});

test('a folder that is gone is an error: nobody may take it for an empty one', (t) => {
  const folder = folderFor(t);
  const follower = createFollower(join(folder, 'gone'), () => null);
  assert.throws(() => follower.scan(), /ENOENT/);
});
