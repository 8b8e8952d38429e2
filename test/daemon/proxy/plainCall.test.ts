import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { NO_LONG_TEXTS } from '../../../daemon/model/longTexts.ts';
import { contentLength } from '../../../daemon/policy/inputSummary.ts';
import { isIdleChunk } from '../../../daemon/proxy/idleChunk.ts';
import { plainCall } from '../../../daemon/proxy/plainCall.ts';

const read = (line: string) => plainCall(Buffer.from(line));
const call = (members: string) => `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{${members}}}\n`;

test('the forms that clients write are read', () => {
  const expected = { id: '1', tool: 'echo', contentLength: 5 };
  for (const line of [
    call('"name":"echo","arguments":{"text":"hello"}'),
    '{"method":"tools/call","params":{"name":"echo","arguments":{"text":"hello"}},"jsonrpc":"2.0","id":1}\n',
    '{"method":"tools/call","params":{"name":"echo","_meta":{"progressToken":1},"arguments":{"n":-1.5e3,"text":"hello","b":true,"z":null}},"jsonrpc":"2.0","id":1}\r\n',
  ])
    assert.deepEqual(read(line), expected, line);
  assert.deepEqual(read(call('"name":"echo"').replace('1,', '"a-1",')), {
    id: '"a-1"',
    tool: 'echo',
    contentLength: null,
  });
  assert.equal(read(call('"name":"echo","arguments":{"text":"hé","code":""}'))?.contentLength, 3);
});

test('what is written is counted as it is read, not as it stands there', () => {
  const long = 'x'.repeat(2000);
  const escaped = `twenty characters of it ${'"\\\n'.repeat(10)}`;
  const line = Buffer.from(
    `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'w', arguments: { text: long, code: escaped } } })}\n`,
  );
  assert.equal(isIdleChunk(line), true);
  assert.equal(plainCall(line)?.contentLength, long.length + escaped.length);
  // A byte that is no UTF-8 is read as three.
  const broken = Buffer.from(call('"name":"w","arguments":{"text":"x"}'));
  broken[broken.indexOf('"x"') + 1] = 0xff;
  assert.equal(plainCall(broken)?.contentLength, 3);
});

test('what could mean something else is left to others', () => {
  const args = '"name":"echo","arguments":{}';
  for (const line of [
    `[${call(args).trimEnd()}]\n`,
    call(args).trimEnd(),
    `${call(args)}${call(args)}`,
    `${call(args).trimEnd()} \n`,
    call(args).replace(',', ', '),
    call(args).replace('2.0"', '2.0","jsonrpc":"2.0"'),
    call(args).replace('tools/call', 'ping'),
    call(args).replace('"id":1,', ''),
    ...['null', '1.0', '01', '-1', '1e3', '"\\u0031"', '12345678901234567890', '{}', '[]', '"é"'].map((id) =>
      call(args).replace('"id":1', `"id":${id}`),
    ),
    ...[
      '"arguments":{}',
      '"name":"echo","name":"evil"',
      '"name":"echo","arguments":{},"arguments":{}',
      '"name":"ech\\u006f"',
      '"name":"échö"',
      '"name":{"name":"echo"}',
      '"name":"echo","task":{}',
      '"name":"echo","arguments":{"text":["a"]}',
      '"name":"echo","arguments":{"a":{"text":"b"}}',
      '"name":"echo","arguments":[]',
      '"name":"echo","_meta":{"a":{}}',
      '"name":"echo","arguments":{"a" :1}',
      '"name":"echo","arguments":{"a":1,}',
      '"name":"echo","arguments":{"a":}',
      '"name":"echo","arguments":{"a":"b"',
    ].map(call),
  ])
    assert.equal(read(line), null, line);
});

/** The same by parsing. */
function parsed(line: string): ReturnType<typeof plainCall> {
  const { id, params } = JSON.parse(line);
  return { id: JSON.stringify(id), tool: params.name, contentLength: contentLength(params.arguments, NO_LONG_TEXTS) };
}

test('what is read of a call is what parsing says of it', () => {
  const text = fc
    .tuple(
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      fc.constantFrom('', 'é"\n', 'x', '\\', '\ud83d\ude00', '\ud83d'),
      fc.nat(1500),
    )
    .map(([head, filler, times]) => head + filler.repeat(times));
  const value = fc.oneof(
    text,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(text, { maxLength: 1 }),
  );
  const name = fc.oneof(
    fc.constantFrom('text', 'content', 'newText', 'new_string', 'file_text', 'code', 'x', 'query', '__proto__'),
    fc.string({ maxLength: 6 }),
  );
  const id = fc.oneof(fc.nat(), fc.integer(), fc.double({ noNaN: true }), fc.string(), fc.uuid());
  let count = 0;
  fc.assert(
    fc.property(
      id,
      fc.constantFrom('echo', 'a.b-c', 'é', 'x"y'),
      fc.dictionary(name, value, { maxKeys: 4 }),
      fc.shuffledSubarray(['jsonrpc', 'id', 'method', 'params'], { minLength: 4 }),
      (given, tool, args, order) => {
        const request: Record<string, unknown> = {
          jsonrpc: '2.0',
          id: given,
          method: 'tools/call',
          params: { name: tool, arguments: args },
        };
        const line = `${JSON.stringify(Object.fromEntries(order.map((one) => [one, request[one]])))}\n`;
        if (!isIdleChunk(Buffer.from(line))) return;
        const found = read(line);
        if (found === null) return;
        count++;
        assert.deepEqual(found, parsed(line), line.slice(0, 300));
      },
    ),
    { seed: 9, numRuns: 6000 },
  );
  assert.ok(count > 500, `${count} calls were read`);
});

test('whatever stands in a line, what is read of it is what parsing says, or it is no JSON', () => {
  const piece = fc.constantFrom(
    ...[
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '1',
      'null',
      ' ',
      '\n',
      '"name":"evil"',
      '"id":2',
      ',"params":{}',
      '"method":"ping"',
    ],
    ...['"name":', '"arguments":{', '"text":"a"', '"x":1', '}}', '"', 'a', '"_meta":{}'],
  );
  const base = call('"name":"echo","arguments":{"text":"hello","n":1},"_meta":{"t":"x"}');
  let whole = 0;
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(base.length), fc.nat(12), piece), { minLength: 1, maxLength: 3 }), (edits) => {
      let line = base;
      for (const [at, cut, put] of edits) line = line.slice(0, at) + put + line.slice(at + cut);
      if (!isIdleChunk(Buffer.from(line))) return;
      const found = read(line);
      if (found === null) return;
      let expected: ReturnType<typeof plainCall>;
      try {
        expected = parsed(line);
      } catch {
        return;
      }
      whole++;
      assert.equal(JSON.parse(line).method, 'tools/call');
      assert.deepEqual([found.id, found.tool], [expected?.id, expected?.tool], line);
    }),
    { seed: 10, numRuns: 60_000 },
  );
  assert.ok(whole > 300, `${whole} lines were read`);
});
