import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type Chunk,
  MAX_PIECES,
  newSplitState,
  type SplitFrame,
  splitChunk,
  splitEof,
  splitGap,
  splitSegmentStart,
} from '../../../daemon/record/splitFrames.ts';

/** A make-believe segment: chunks lie 100 bytes apart, as if head lines stood between them. */
function chunksOf(pieces: readonly Uint8Array[], direction: Chunk['direction'] = 'c2s'): Chunk[] {
  let offset = 100;
  return pieces.map((bytes, index) => {
    const chunk = { segment: 0, offset, ordinal: index + 1, direction, at: 1000 + index, mono: index, bytes };
    offset += bytes.length + 100;
    return chunk;
  });
}

/** The bytes of a frame, read from its spans as ingest would. */
function bytesOf(frame: SplitFrame, chunks: readonly Chunk[]): Buffer {
  return Buffer.concat(
    frame.ref.spans.map((span) => {
      const chunk = chunks.find(({ offset, bytes }) => span.offset >= offset && span.offset < offset + bytes.length)!;
      return chunk.bytes.subarray(span.offset - chunk.offset, span.offset - chunk.offset + span.length);
    }),
  );
}

function split(pieces: readonly string[]): { texts: string[]; keys: string[] } {
  const chunks = chunksOf(pieces.map((text) => Buffer.from(text, 'latin1')));
  const state = newSplitState();
  const frames = [...chunks.flatMap((chunk) => splitChunk(state, chunk)), ...splitEof(state, 'c2s', 1, 1)];
  for (const frame of frames) if (frame.bytes) assert.deepEqual(Buffer.from(frame.bytes), bytesOf(frame, chunks));
  for (const frame of frames) assert.equal(frame.ref.byteLength, bytesOf(frame, chunks).length);
  return {
    texts: frames.map((frame) => bytesOf(frame, chunks).toString('latin1')),
    keys: frames.map(({ ref }) => ref.key),
  };
}

test('lines are cut whatever the chunks', () => {
  const table: [pieces: string[], texts: string[], keys: string[]][] = [
    [['{}\n'], ['{}'], ['1']],
    [['a\nb\nc\n'], ['a', 'b', 'c'], ['1', '1.1', '1.2']],
    [['a\r\nb\r\n'], ['a', 'b'], ['1', '1.1']],
    [
      ['a\r', '\nb\n'],
      ['a', 'b'],
      ['1', '2'],
    ],
    [['a\rb', '\r\n'], ['a\rb'], ['1']],
    [['\n\r\n\n', 'a\n'], ['a'], ['2']],
    [['\r', '\n', 'a\n'], ['a'], ['3']],
    [
      ['a', 'b', 'c\nd'],
      ['abc', 'd'],
      ['1', '3'],
    ],
    [['no line end'], ['no line end'], ['1']],
    [['a\n', ''], ['a'], ['1']],
    [['x\xe2\x80\xa8y\n'], ['x\xe2\x80\xa8y'], ['1']],
    [['\xe2\x82', '\xac\n'], ['\xe2\x82\xac'], ['1']],
  ];
  for (const [pieces, texts, keys] of table) assert.deepEqual(split(pieces), { texts, keys }, JSON.stringify(pieces));
});

test('any cut into chunks gives the same frames, and every frame a key of its own', () => {
  const line = fc.string({ unit: fc.constantFrom('a', '{', '\r', ' ') });
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat(200)), (lines, cuts) => {
      const text = lines.map((one) => `${one}\n`).join('');
      const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
      const pieces = [0, ...places].map((from, index) => text.slice(from, places[index] ?? text.length));
      const expected = lines.map((one) => one.replace(/\r$/, '')).filter((one) => one !== '');
      const { texts, keys } = split(pieces);
      assert.deepEqual(texts, expected);
      assert.equal(new Set(keys).size, keys.length);
    }),
  );
});

test('the state survives JSON between any two chunks', () => {
  const chunks = chunksOf(['{"a":', '1}\r', '\n{}', '\n'].map((text) => Buffer.from(text)));
  let state = newSplitState();
  const keys: string[] = [];
  for (const chunk of chunks) {
    keys.push(...splitChunk(state, chunk).map(({ ref }) => ref.key));
    state = JSON.parse(JSON.stringify(state));
  }
  assert.deepEqual(keys, ['1', '3']);
});

test('directions do not mix', () => {
  const [one, two, three] = chunksOf(['a', 'b\n', 'c\n'].map((text) => Buffer.from(text)));
  const state = newSplitState();
  assert.deepEqual(splitChunk(state, one!), []);
  assert.deepEqual(
    splitChunk(state, { ...two!, direction: 's2c' }).map(({ ref }) => ref.key),
    ['2'],
  );
  assert.deepEqual(
    splitChunk(state, three!).map(({ ref }) => [ref.key, ref.byteLength]),
    [['1', 2]],
  );
});

const none = { c2s: false, s2c: false };

test('a segment that goes on with a line nobody saw begin gives its rest as broken', () => {
  const state = newSplitState();
  assert.deepEqual(
    splitSegmentStart(state, { segment: 3, next_ordinal: 9, mid_line: { c2s: true, s2c: false } }, 1, 1),
    [],
  );
  const [chunk] = chunksOf([Buffer.from('rest"}\n{}\n')]);
  const frames = splitChunk(state, { ...chunk!, ordinal: 9 });
  assert.deepEqual(
    frames.map(({ ref, broken }) => [ref.key, ref.byteLength, broken]),
    [
      ['9', 6, 'its start was lost'],
      ['9.1', 2, null],
    ],
  );
});

test('a segment that begins anew gives the unfinished line before it as broken', () => {
  const state = newSplitState();
  splitChunk(state, chunksOf([Buffer.from('{"torn')])[0]!);
  const frames = splitSegmentStart(state, { segment: 1, next_ordinal: 9, mid_line: none }, 1, 1);
  assert.deepEqual(
    frames.map(({ ref, broken }) => [ref.key, ref.byteLength, broken]),
    [['1', 6, 'its end was lost']],
  );
  assert.deepEqual(state, newSplitState());
});

test('a segment in the middle of a known line changes nothing', () => {
  const state = newSplitState();
  const chunks = chunksOf([Buffer.from('{"a"'), Buffer.from(':1}\n')]);
  splitChunk(state, chunks[0]!);
  assert.deepEqual(
    splitSegmentStart(state, { segment: 1, next_ordinal: 2, mid_line: { c2s: true, s2c: false } }, 1, 1),
    [],
  );
  assert.deepEqual(
    splitChunk(state, { ...chunks[1]!, segment: 1 }).map(({ ref, broken }) => [ref.spans.length, broken]),
    [[2, null]],
  );
});

test('a gap breaks the line that lost bytes, and the one whose start is lost', () => {
  const state = newSplitState();
  const chunks = chunksOf(['{"a', '":1}\n{}\n'].map((text) => Buffer.from(text)));
  splitChunk(state, chunks[0]!);
  const cut = splitGap(state, { lost_chunks: { c2s: 2, s2c: 0 }, mid_line: { c2s: true, s2c: false } }, 2, 1, 1);
  assert.deepEqual(
    cut.map(({ ref, broken }) => [ref.key, broken]),
    [['1', 'its end was lost']],
  );
  const after = splitChunk(state, { ...chunks[1]!, ordinal: 5 });
  assert.deepEqual(
    after.map(({ ref, broken }) => [ref.key, broken]),
    [
      ['5', 'its start was lost'],
      ['5.1', null],
    ],
  );
});

test('a gap in one direction leaves the other alone', () => {
  const state = newSplitState();
  splitChunk(state, { ...chunksOf([Buffer.from('{"a')])[0]!, direction: 's2c' });
  assert.deepEqual(splitGap(state, { lost_chunks: { c2s: 1, s2c: 0 }, mid_line: none }, 2, 1, 1), []);
  assert.equal(state.s2c?.length, 3);
});

test('a line in too many pieces is given back as broken, with its whole length', () => {
  const state = newSplitState();
  const byte = Buffer.from('x');
  const chunk = { segment: 0, offset: 0, ordinal: 0, direction: 's2c' as const, at: 0, mono: 0, bytes: byte };
  for (let ordinal = 1; ordinal <= MAX_PIECES + 10; ordinal++)
    splitChunk(state, { ...chunk, ordinal, offset: ordinal * 10 });
  const [frame] = splitChunk(state, { ...chunk, ordinal: 99_999, bytes: Buffer.from('\n') });
  assert.equal(frame?.ref.byteLength, MAX_PIECES + 10);
  assert.equal(frame?.ref.spans.length, MAX_PIECES);
  assert.match(frame?.broken ?? '', /pieces/);
});
