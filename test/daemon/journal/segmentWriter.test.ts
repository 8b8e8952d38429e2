/** The writer against a scripted file system: each call can fail, be cut short, or lose its file. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SegmentFiles } from '../../../daemon/journal/segmentFiles.ts';
import { SegmentReader } from '../../../daemon/journal/segmentReader.ts';
import { SegmentWriter } from '../../../daemon/journal/segmentWriter.ts';
import { GapRecord } from '../../../daemon/protocol/journal.ts';

const CONNECTION = 'con_00000000000000000000000000';

type Answer = 'ok' | 'short' | 'ENOSPC' | 'EROFS';

/** A disk in memory. `answer` decides what becomes of each create and write. */
function disk() {
  const files = new Map<string, Buffer[]>();
  const names: string[] = [];
  const gone = new Set<number>();
  const state = { answer: 'ok' as Answer, writes: 0 };
  const refuse = () => {
    if (state.answer !== 'ok' && state.answer !== 'short') throw Object.assign(new Error('no'), { code: state.answer });
  };
  const put = (fd: number, bytes: Buffer) => {
    state.writes++;
    refuse();
    const taken = state.answer === 'short' ? bytes.subarray(0, bytes.length >> 1) : bytes;
    files.get(names[fd]!)?.push(Buffer.from(taken));
    return taken.length;
  };
  const scripted: SegmentFiles = {
    create(_folder, name) {
      if (state.answer === 'EROFS') refuse();
      if (files.has(name)) throw Object.assign(new Error('taken'), { code: 'EEXIST' });
      files.set(name, []);
      return names.push(name) - 1;
    },
    write: (fd, buffer, length) => put(fd, Buffer.from(buffer.subarray(0, length))),
    gather: (fd, first, second) => put(fd, Buffer.concat([first, second])),
    hasName: (fd) => !gone.has(fd),
    close() {},
    remove: (_folder, name) => void files.delete(name),
  };
  const read = () =>
    [...files].sort().map(([name, parts]) => {
      const reader = new SegmentReader();
      const records = reader
        .push(Buffer.concat(parts))
        .map(({ head, payload }) => ({ ...head, text: Buffer.from(payload).toString() }));
      assert.equal(reader.damage, null);
      return { name, header: reader.header, records };
    });
  return { scripted, state, gone, names, read };
}

function writerOn(files: SegmentFiles, segmentBytes?: number) {
  const time = { ms: 1_763_640_000_000 };
  const trouble: string[] = [];
  const writer = new SegmentWriter({
    folder: '/journal',
    connectionId: CONNECTION,
    onTrouble: (reason) => trouble.push(reason),
    files,
    clock: { now: () => time.ms, monotonic: () => time.ms - 1_763_640_000_000 },
    ...(segmentBytes && { segmentBytes }),
  });
  const say = (text: string, direction: 'c2s' | 's2c' | 'stderr' = 'c2s') => writer.chunk(direction, Buffer.from(text));
  return { writer, time, trouble, say };
}

test('records follow the header, each with one system call, small or large', () => {
  const { scripted, state, read } = disk();
  const { writer, say } = writerOn(scripted);
  writer.fact('open', { connection_id: CONNECTION });
  say('small\n');
  const before = state.writes;
  say('x'.repeat(50_000), 's2c');
  assert.equal(state.writes - before, 1);
  writer.fact('eof', null, 'c2s');
  writer.close();
  const [segment] = read();
  assert.equal(segment?.header?.next_ordinal, 0);
  assert.deepEqual(
    segment?.records.map(({ k, o, d, n }) => [k, o, d, n]),
    [
      ['open', 0, undefined, 50],
      ['chunk', 1, 'c2s', 6],
      ['chunk', 2, 's2c', 50_000],
      ['eof', 3, 'c2s', 0],
    ],
  );
});

test('a full segment is closed, and the next one says where lines are open', () => {
  const { scripted, read } = disk();
  const { writer, say } = writerOn(scripted, 1000);
  say('{"begun', 's2c');
  say('whole\n');
  for (let i = 0; i < 4; i++) say(`${'z'.repeat(300)}\n`);
  writer.close();
  const segments = read();
  assert.deepEqual(
    segments.map(({ name }) => name.slice(-8)),
    ['0000.cgj', '0001.cgj', '0002.cgj', '0003.cgj'].slice(0, segments.length),
  );
  assert.ok(segments.length >= 3);
  assert.deepEqual(segments[1]?.header?.mid_line, { c2s: false, s2c: true });
  assert.equal(segments[1]?.header?.next_ordinal, segments[1]?.records[0]?.o);
  assert.deepEqual(
    segments.flatMap(({ records }) => records.map(({ o }) => o)),
    [0, 1, 2, 3, 4, 5],
  );
});

for (const answer of ['short', 'ENOSPC', 'EROFS'] as const) {
  test(`after ${answer}: lost chunks are counted per direction, and said first thing in a new segment`, () => {
    const { scripted, state, read } = disk();
    const { writer, time, trouble, say } = writerOn(scripted);
    say('kept\n');
    state.answer = answer;
    say('lost half a li');
    say('lost\n', 's2c');
    say('noise', 'stderr');
    time.ms += 300;
    say('lost again');
    state.answer = 'ok';
    say('too soon');
    time.ms += 300;
    say('ne, then kept\n');
    writer.close();
    const segments = read();
    assert.deepEqual(trouble, [answer === 'short' ? 'short_write' : answer]);
    assert.deepEqual(
      segments.map(({ name }) => name.slice(-8)),
      ['0000.cgj', '0001.cgj'],
    );
    assert.deepEqual(
      segments[0]?.records.map(({ text }) => text),
      ['kept\n'],
    );
    const [gap, kept] = segments[1]?.records ?? [];
    assert.equal(gap?.k, 'gap');
    const parsed = GapRecord.parse(JSON.parse(gap?.text ?? ''));
    assert.deepEqual(parsed.lost_chunks, { c2s: 3, s2c: 1, stderr: 1 });
    assert.equal(
      parsed.bytes,
      'lost half a li'.length + 'lost\n'.length + 'noise'.length + 'lost again'.length + 'too soon'.length,
    );
    assert.equal(parsed.since, '2025-11-20T12:00:00.000Z');
    assert.deepEqual(parsed.mid_line, { c2s: true, s2c: false });
    assert.deepEqual([gap?.o, kept?.o, kept?.text], [1, 2, 'ne, then kept\n']);
  });
}

const ordinals = (segments: ReturnType<ReturnType<typeof disk>['read']>) =>
  segments.flatMap(({ records }) => records.map(({ k, o, text }) => [k, o, text]));

test('what is said of a held chunk is on file with it, by one call and behind it', () => {
  const { scripted, state, read } = disk();
  const { writer, say } = writerOn(scripted);
  say('first\n');
  const before = state.writes;
  assert.equal(writer.hold('c2s', Buffer.from('held\n')), 1);
  writer.factSoon('decision', { of: 1 });
  assert.equal(state.writes, before, 'not before it is released');
  writer.release();
  assert.equal(state.writes, before + 1);
  writer.release();
  assert.equal(state.writes, before + 1, 'nothing is left');
  say('next\n');
  assert.deepEqual(ordinals(read()), [
    ['chunk', 0, 'first\n'],
    ['chunk', 1, 'held\n'],
    ['decision', 2, '{"of":1}'],
    ['chunk', 3, 'next\n'],
  ]);
  writer.close();
});

test('whatever is recorded while a chunk is held stands behind it, what came before stays before; a large one is not held', () => {
  const { scripted, read } = disk();
  const { writer, say } = writerOn(scripted);
  writer.factSoon('decision', { of: 'earlier' });
  writer.factSoon('decision', { of: 'later' });
  assert.equal(writer.hold('c2s', Buffer.from('one')), 2);
  say('answer', 's2c');
  writer.hold('c2s', Buffer.from('two'));
  writer.fact('altered', {});
  writer.hold('c2s', Buffer.from('three'));
  assert.equal(writer.hold('c2s', Buffer.alloc(50_000, 'x')), 7);
  writer.hold('c2s', Buffer.from('four'));
  writer.close();
  assert.deepEqual(
    ordinals(read()).map(([kind, ordinal, text]) => [kind, ordinal, String(text).slice(0, 6)]),
    [
      ['decision', 0, '{"of":'],
      ['decision', 1, '{"of":'],
      ['chunk', 2, 'one'],
      ['chunk', 3, 'answer'],
      ['chunk', 4, 'two'],
      ['altered', 5, '{}'],
      ['chunk', 6, 'three'],
      ['chunk', 7, 'xxxxxx'],
      ['chunk', 8, 'four'],
    ],
  );
});

for (const [what, answer, chunk, fact, lost, next] of [
  ['no space', 'ENOSPC', 'held half', 'd', 1, 1],
  ['a write that ends within the chunk', 'short', 'held half'.repeat(100), '', 1, 2],
  ['a write that ends within what is said of it', 'short', 'held half', 'd'.repeat(2000), 0, 3],
] as const)
  test(`a held chunk, ${what}: it is on file or counted as lost, and numbers go on`, () => {
    const { scripted, state, read } = disk();
    const { writer, time } = writerOn(scripted);
    writer.chunk('c2s', Buffer.from('kept\n'));
    state.answer = answer;
    writer.factSoon('decision', {});
    assert.equal(writer.hold('c2s', Buffer.from(chunk)), 2);
    if (fact) writer.factSoon('decision', { fact });
    writer.release();
    state.answer = 'ok';
    time.ms += 300;
    writer.chunk('s2c', Buffer.from('after\n'));
    writer.close();
    const [first, second] = read();
    assert.deepEqual(
      first?.records.map(({ o, text }) => [o, text]),
      [
        [0, 'kept\n'],
        [1, '{}'],
        [2, chunk],
      ].slice(0, next),
    );
    assert.equal(second?.header?.next_ordinal, next);
    assert.deepEqual(
      second?.records.map(({ o }) => o),
      Array.from(second?.records ?? [], (_, at) => next + at),
    );
    assert.deepEqual(second?.header?.mid_line, { c2s: true, s2c: false });
    const gap = second?.records.find(({ k }) => k === 'gap');
    assert.equal(gap === undefined ? 0 : GapRecord.parse(JSON.parse(gap.text)).lost_chunks.c2s, lost);
  });

test('a held chunk that a segment has no room for goes into the next one, and lost ones are numbered by nobody', () => {
  const { scripted, state, read } = disk();
  const { writer } = writerOn(scripted, 20_000);
  for (let at = 0; at < 40; at++) {
    writer.hold('c2s', Buffer.alloc(1000, 'x'));
    writer.factSoon('decision', { at });
    writer.release();
  }
  const segments = read();
  assert.ok(segments.length > 2);
  assert.deepEqual(
    segments.flatMap(({ records }) => records.map(({ o }) => o)),
    Array.from({ length: 80 }, (_, at) => at),
  );
  state.answer = 'EROFS';
  for (let at = 0; at < 40; at++) {
    const ordinal = writer.hold('c2s', Buffer.alloc(1000, 'x'));
    if (at > 1) assert.equal(ordinal, -1);
    writer.release();
  }
});

test('while writing fails, it is tried at most every 250 ms', () => {
  const { scripted, state, names } = disk();
  const { say, time } = writerOn(scripted);
  state.answer = 'ENOSPC';
  for (let i = 0; i < 1000; i++) {
    say('x');
    time.ms += 1;
  }
  assert.ok(names.length <= 5, `${names.length} attempts in a second`);
});

test('a gap is said without further traffic, by the retry or at the latest by the close', async () => {
  for (const end of ['retry', 'close'] as const) {
    const { scripted, state, names, read } = disk();
    const { writer, say, time } = writerOn(scripted);
    const kinds = () => read().flatMap(({ records }) => records.map(({ k }) => k));
    state.answer = 'ENOSPC';
    say('lost\n');
    if (end === 'retry') {
      // It goes on until it can be said.
      const before = names.length;
      time.ms += 300;
      for (let i = 0; i < 500 && names.length === before; i++) await sleep(10);
      state.answer = 'ok';
      time.ms += 300;
      for (let i = 0; i < 500 && kinds().length === 0; i++) await sleep(10);
    } else {
      state.answer = 'ok';
      time.ms += 1;
      writer.close();
    }
    assert.deepEqual(kinds(), ['gap'], end);
    writer.close();
  }
});

test('a fact does not wait for the next try: an end right after a failure is on record', () => {
  const { scripted, state, read } = disk();
  const { writer, say } = writerOn(scripted);
  state.answer = 'ENOSPC';
  say('lost\n');
  state.answer = 'ok';
  writer.fact('exit', { code: 0, signal: null, error: null });
  assert.deepEqual(
    read().flatMap(({ records }) => records.map(({ k }) => k)),
    ['gap', 'exit'],
  );
});

test('a file that was removed is noticed within a second; what went into it is counted', () => {
  const { scripted, gone, read, names } = disk();
  const { writer, say, time } = writerOn(scripted);
  say('one\n');
  gone.add(0);
  say('two\n', 's2c');
  scripted.remove('/journal', names[0]!);
  time.ms += 1001;
  say('three\n');
  writer.close();
  const [gap, kept] = read().at(-1)?.records ?? [];
  const parsed = GapRecord.parse(JSON.parse(gap?.text ?? ''));
  assert.deepEqual(parsed.lost_chunks, { c2s: 1, s2c: 1, stderr: 0 });
  assert.equal(parsed.reason, 'ENOENT');
  assert.equal(kept?.text, 'three\n');
});

test("a name that is taken is stepped over: nobody else's file is appended to", () => {
  const { scripted, read } = disk();
  const taken = scripted.create('/journal', `${CONNECTION}.0000.cgj`);
  assert.equal(taken, 0);
  const { writer, say, time } = writerOn(scripted);
  say('lost\n');
  time.ms += 300;
  say('kept\n');
  writer.close();
  assert.deepEqual(
    read().map(({ name, records }) => [name.slice(-8), records.length]),
    [
      ['0000.cgj', 0],
      ['0001.cgj', 2],
    ],
  );
});
