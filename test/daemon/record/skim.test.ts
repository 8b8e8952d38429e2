import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseFrame, skimFrame } from '../../../daemon/record/parseFrame.ts';
import { MAX_DEPTH, skim } from '../../../daemon/record/skim.ts';

const bytes = (text: string) => Buffer.from(text, 'utf8');
/** Both readings of a frame, without the digest of a request's input, which a large frame does not have. */
const strip = (frame: unknown) => JSON.parse(JSON.stringify(frame, (key, value) => (key === 'input' ? null : value)));
const same = (text: string) =>
  assert.deepEqual(strip(skimFrame(bytes(text))), strip(parseFrame(bytes(text))), text.slice(0, 500));

const scalar = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.string({ minLength: 150, maxLength: 300 }),
);
const anything = fc.oneof({ weight: 3, arbitrary: scalar }, { weight: 1, arbitrary: fc.jsonValue() });
const record = (names: readonly string[]) =>
  fc.dictionary(
    fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: fc.string() }),
    anything,
    { maxKeys: 8 },
  );
const implementation = record(['name', 'version']);
const meta = fc
  .record({
    known: record([
      'progressToken',
      'io.modelcontextprotocol/subscriptionId',
      'io.modelcontextprotocol/protocolVersion',
      'traceparent',
      'vscode.requestId',
      'x-codex-turn-metadata',
    ]),
    client: fc.option(implementation),
    task: fc.option(record(['taskId'])),
  })
  .map(({ known, client, task }) => ({
    ...known,
    ...(client && { 'io.modelcontextprotocol/clientInfo': client }),
    ...(task && { 'io.modelcontextprotocol/related-task': task }),
  }));
const members = [
  'name',
  'uri',
  'protocolVersion',
  'progress',
  'total',
  'message',
  'level',
  'requestId',
  'taskId',
  'status',
  'requestState',
  'resultType',
  'isError',
  'progressToken',
  'task',
  'arguments',
  'content',
  'error',
  'result',
];
const body = fc
  .record({
    known: record(members),
    _meta: fc.oneof(meta, anything),
    inputResponses: fc.option(record(['a'])),
    inputRequests: fc.option(record(['a'])),
    content: fc.option(fc.array(record(['text', 'type']))),
    task: fc.option(record(['taskId', 'status'])),
  })
  .map(({ known, ...rest }) => ({
    ...known,
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null)),
  }));
const method = fc.constantFrom(
  'tools/call',
  'prompts/get',
  'initialize',
  'notifications/progress',
  'notifications/cancelled',
  'notifications/message',
  'tasks/get',
  'x',
);
const id = fc.oneof(fc.integer(), fc.string(), fc.double());
const message = fc.oneof(
  fc.record(
    { jsonrpc: fc.constant('2.0'), id, method, params: fc.oneof(body, anything) },
    { requiredKeys: ['jsonrpc', 'method'] },
  ),
  fc.record({ jsonrpc: fc.constant('2.0'), id, result: fc.oneof(body, anything) }),
  fc.record({ jsonrpc: fc.constant('2.0'), id, error: fc.oneof(record(['code', 'message']), anything) }),
  record(['jsonrpc', 'id', 'method', 'result', 'error', 'params']),
  anything,
);

test('skimming reads the same envelope as parsing, for any message', () => {
  fc.assert(
    fc.property(fc.oneof(message, fc.array(message)), fc.constantFrom(undefined, 1, '\t'), (value, indent) =>
      same(JSON.stringify(value, null, indent)),
    ),
    { numRuns: 2000 },
  );
});

test('skimming and parsing agree on what is odd but JSON', () => {
  const table = [
    '{"jsonrpc":"2.0","id":1,"method":"a","method":"b"}',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","_meta":{"progressToken":1}},"params":{"name":"b"}}',
    '{"jsonrpc":"2.0","\\u0069d":7,"m\\u0065thod":"x"}',
    '{"jsonrpc":"2.0","id":"\\ud83d\\ude00 \\" \\\\","method":"x"}',
    '{"jsonrpc":"2.0","id":"\\ud83d","method":"\\u0000"}',
    ' \t{"jsonrpc" : "2.0" ,\r"id" : 1.0 , "result" : { } } ',
    '{"jsonrpc":"2.0","id":1e2,"result":{"content":[{"text":"[]{}\\"","x":[[],{},[{}]]}],"isError":true}}',
    '{"jsonrpc":"2.0","id":-0,"error":{"code":-32601,"message":"no"}}',
    '{"__proto__":{"method":"x"},"jsonrpc":"2.0","id":1,"result":{"__proto__":{"isError":true},"constructor":1}}',
    '[]',
    '[1,2]',
    `{"jsonrpc":"2.0","id":1,"result":{"isError":true,"content":[{"text":"${'\\u00e4\\n'.repeat(10_000)}"}]}}`,
    `{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"${'€😀'.repeat(10_000)}"}}`,
    `{"jsonrpc":"2.0","id":"${'x'.repeat(100_000)}","method":"x"}`,
  ];
  for (const text of table) same(text);
});

test('what is no JSON is told, not thrown', () => {
  const broken = [
    '',
    '{',
    '{"a"',
    '{"a":',
    '{"a":1',
    '{"a":1,',
    '{"a":1}}',
    '[1',
    '[1,',
    '{"a":tru}',
    '{a:1}',
    '{"a":"',
    '{"a":"\\',
    '{"x":[1}',
    '{"x":{]}',
    '{"id":01}',
    '{"method":"\\x"}',
    'nul',
    '{"a":1}{"b":2}',
    '{"x":[{},]}',
  ];
  for (const text of broken) assert.equal(skim(bytes(text)).kind, 'broken', text);
});

test('deep nesting is stepped over, up to a bound', () => {
  const deep = (levels: number) =>
    bytes(`{"jsonrpc":"2.0","id":1,"result":{"x":${'['.repeat(levels)}${']'.repeat(levels)}}}`);
  const [message] = skimFrame(deep(300_000)).messages;
  assert.equal(message?.kind, 'result');
  assert.equal(skim(deep(MAX_DEPTH + 2)).kind, 'broken');
});

test('a large frame keeps its envelope', () => {
  const text = JSON.stringify({
    jsonrpc: '2.0',
    id: 'big',
    result: { content: [{ type: 'text', text: 'x"\\'.repeat(200_000) }], isError: false },
  });
  const [message] = parseFrame(bytes(text)).messages;
  assert.ok(message && 'is_error' in message);
  const [small] = parseFrame(bytes('{"jsonrpc":"2.0","id":"big","method":"x"}')).messages;
  assert.ok(small && 'id' in small);
  assert.deepEqual([message.id, message.is_error], [small.id, false]);
});
