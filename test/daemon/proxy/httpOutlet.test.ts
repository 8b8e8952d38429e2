/** Lines on their way to the agent: in order, recorded before they are written, in pieces of a bounded number and size. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ByteSink } from '../../../daemon/proxy/byteSink.ts';
import { Outlet } from '../../../daemon/proxy/httpOutlet.ts';

/** A sink that holds each piece until it is told, or takes everything; the order of what happens is written down. */
function place(holds: boolean) {
  const recorded: Buffer[] = [];
  const written: Buffer[] = [];
  let held: Uint8Array | null = null;
  const sink: ByteSink = {
    write(bytes) {
      assert.equal(held, null, 'nothing is written while the sink holds a piece');
      assert.deepEqual(Buffer.from(bytes), recorded.at(-1), 'what is written was recorded just before');
      if (holds) held = bytes;
      else written.push(Buffer.from(bytes));
      return !holds;
    },
    onFree: () => {},
    onBroken: () => {},
    get busy() {
      return held !== null;
    },
    end: (done) => done(),
  };
  const record = (bytes: Uint8Array) => {
    recorded.push(Buffer.from(bytes));
    return bytes;
  };
  const outlet = new Outlet({ sink, record });
  /** The agent reads one piece. */
  const free = () => {
    if (!held) return false;
    // Looked at now only: until the sink is free, nobody may have written over it.
    written.push(Buffer.from(held));
    held = null;
    sink.onFree();
    return true;
  };
  return { outlet, recorded, written, free, text: () => Buffer.concat(written).toString() };
}

const parts = (text: string, size: number) =>
  Array.from({ length: Math.ceil(text.length / size) }, (_, n) => Buffer.from(text.slice(n * size, (n + 1) * size)));

for (const holds of [false, true])
  test(`a line in many small parts is few pieces, where the agent ${holds ? 'is slow' : 'takes all'}`, () => {
    const { outlet, recorded, free, text } = place(holds);
    const line = `${'0123456789'.repeat(50_000)}\n`;
    let begun = 0;
    outlet.lineOf(parts(line, 7), () => void begun++);
    outlet.line(Buffer.from('next\n'));
    while (free());
    assert.equal(text(), `${line}next\n`);
    assert.equal(begun, 1, 'called before its first piece only');
    assert.ok(recorded.length < 8, `${recorded.length} pieces`);
    assert.equal(Buffer.concat(recorded).toString(), text());
    assert.ok(outlet.idle && !outlet.isFull);
  });

test('lines keep their order around one that comes in parts', () => {
  const { outlet, text, free } = place(true);
  outlet.line(Buffer.from('a\n'));
  const long = outlet.long();
  outlet.lineOf([Buffer.from('c'), Buffer.from('c\n')]);
  long.part(Buffer.from('b'));
  while (free());
  assert.equal(text(), 'a\nb', 'the line waits for the end of the one before it');
  long.part(Buffer.from('b'));
  long.end();
  while (free());
  assert.equal(text(), 'a\nbb\ncc\n');
});
