import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SseParser } from '../../../daemon/proxy/sseParser.ts';

interface Event {
  readonly type: string;
  readonly id: string | null;
  readonly data: string | null;
}

function parse(bytes: Buffer, cuts: readonly number[] = []): { events: Event[]; retries: number[]; inEvent: boolean } {
  const events: Event[] = [];
  const retries: number[] = [];
  let data: Buffer[] = [];
  const parser = new SseParser({
    data: (piece) => void data.push(Buffer.from(piece)),
    end(type, id, hasData) {
      events.push({ type, id, data: hasData ? Buffer.concat(data).toString() : null });
      data = [];
    },
    retry: (ms) => void retries.push(ms),
  });
  let from = 0;
  for (const cut of [...cuts].map((n) => n % (bytes.length + 1)).sort((a, b) => a - b)) {
    parser.push(bytes.subarray(from, cut));
    from = cut;
  }
  parser.push(bytes.subarray(from));
  return {
    events: events.filter(({ data: text, id }) => text !== null || id !== null),
    retries,
    inEvent: parser.inEvent,
  };
}

const event = (data: string | null, type = '', id: string | null = null): Event => ({ type, id, data });

for (const [text, events] of [
  ['data: {"a":1}\n\n', [event('{"a":1}')]],
  ['data:{"a":1}\r\n\r\n', [event('{"a":1}')]],
  ['data: {"a":1}\r\rdata: 2\r\r', [event('{"a":1}'), event('2')]],
  ['data:  two spaces\n\n', [event(' two spaces')]],
  ['data: {"a":\ndata: 1}\n\n', [event('{"a": 1}')]],
  ['data\n\n', [event('')]],
  ['event: message\nid: 7\ndata: x\n\n', [event('x', 'message', '7')]],
  ['id: 1\ndata:\n\n', [event('', '', '1')]],
  ['id: 1\n\n', [event(null, '', '1')]],
  [': keep-alive\n\n:\n\ndata: x\n: in between\ndata: y\n\n', [event('x y')]],
  ['\ufeffdata: x\n\n', [event('x')]],
  ['data: x\n', []],
  ['dat: x\ndatax: y\nunknown-field-of-length: z\n\n', []],
  ['id: a\0b\ndata: x\n\n', [event('x')]],
  ['data: grün ✓ \u2028\n\n', [event('grün ✓ \u2028')]],
] as const) {
  test(`${JSON.stringify(text)}, whole and cut anywhere`, () => {
    const bytes = Buffer.from(text);
    assert.deepEqual(parse(bytes).events, events);
    assert.deepEqual(parse(bytes, [...bytes.keys()]).events, events);
    for (const cut of bytes.keys()) assert.deepEqual(parse(bytes, [cut]).events, events, `cut at ${cut}`);
  });
}

test('retry counts where it is a number', () => {
  assert.deepEqual(parse(Buffer.from('retry: 50\nretry: x\nretry:\nretry: -1\n\n')).retries, [50]);
});

test('the end in the middle of an event is known', () => {
  assert.equal(parse(Buffer.from('data: x')).inEvent, true);
  assert.equal(parse(Buffer.from('data: x\n')).inEvent, true);
  assert.equal(parse(Buffer.from('data: x\n\n')).inEvent, false);
});

test('events survive any line ends and any cuts', () => {
  const message = fc.record({
    id: fc.option(fc.stringMatching(/^[a-z0-9]{1,9}$/), { nil: null }),
    data: fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
  });
  const script = fc.array(fc.tuple(message, fc.constantFrom('\n', '\r\n', '\r')), { maxLength: 5 });
  fc.assert(
    fc.property(script, fc.array(fc.nat(), { maxLength: 8 }), (list, cuts) => {
      const text = list
        .map(([{ id, data }, eol]) => `${id === null ? '' : `id: ${id}${eol}`}data: ${data}${eol}${eol}`)
        .join('');
      assert.deepEqual(
        parse(Buffer.from(text), cuts).events,
        list.map(([{ id, data }]) => event(Buffer.from(data).toString(), '', id)),
      );
    }),
    { numRuns: 300 },
  );
});
