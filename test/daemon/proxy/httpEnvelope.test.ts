import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Envelope, EnvelopeScan, idKey, stringOf } from '../../../daemon/proxy/httpEnvelope.ts';

function scan(text: string, cuts: readonly number[] = []): readonly Envelope[] {
  const bytes = Buffer.from(text);
  const found = new EnvelopeScan();
  let from = 0;
  for (const cut of [...cuts].map((n) => n % (bytes.length + 1)).sort((a, b) => a - b)) {
    found.push(bytes.subarray(from, cut));
    from = cut;
  }
  found.push(bytes.subarray(from));
  return found.messages;
}

for (const [text, expected] of [
  ['{"jsonrpc":"2.0","id":1,"method":"ping"}', [{ id: '1', method: '"ping"' }]],
  ['{"result":{"id":9,"method":"x"},"jsonrpc":"2.0","id":"1"}', [{ hasResult: true, id: '"1"' }]],
  [' { "id" : 9007199254740993 , "error" : { "code": 1 } } ', [{ id: '9007199254740993', hasError: true }]],
  ['{"id":null,"error":{}}', [{ id: 'null', hasError: true }]],
  [
    '{"params":{"name":"a\\"}","arguments":{"name":"no","uri":"no"}},"method":"m"}',
    [{ name: '"a\\"}"', method: '"m"' }],
  ],
  ['{"params":[{"name":"no"}],"id":[1],"method":{"x":1}}', [{}]],
  ['{"params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}', [{ version: '"2026-07-28"' }]],
  ['{"result":{"protocolVersion":"2025-03-26"}}', [{ hasResult: true, settled: '"2025-03-26"' }]],
  [
    '[{"id":1,"method":"a"},{"id":"1","method":"b"},{"method":"c"}]',
    [{ id: '1', method: '"a"' }, { id: '"1"', method: '"b"' }, { method: '"c"' }],
  ],
  ['{"m\\u0065thod":"x","__proto__":{"id":1},"constructor":1}', [{ method: '"x"' }]],
  ['no json at all', []],
  ['{"id":1', [{}]],
  [`{"id":"${'x'.repeat(20_000)}","method":"m"}`, [{ method: '"m"' }]],
] as const) {
  test(`the envelope of ${text.slice(0, 60)}, whole and byte by byte`, () => {
    assert.deepEqual(scan(text), expected);
    assert.deepEqual(
      scan(
        text,
        Array.from({ length: text.length }, (_, n) => n),
      ),
      expected,
    );
  });
}

test('of any JSON, cut anywhere, the same members as JSON.parse gives', () => {
  const member = fc.constantFrom(
    'id',
    'method',
    'params',
    'result',
    'error',
    'name',
    'uri',
    '_meta',
    'requestId',
    'protocolVersion',
    'x\\"',
  );
  const tree = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.integer(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('a"b', '\\', '"', '\\"'),
      fc.boolean(),
      fc.constant(null),
      tie('list'),
      tie('object'),
    ),
    list: fc.array(tie('value'), { maxLength: 4 }),
    object: fc.dictionary(fc.oneof(member, fc.string()), tie('value'), { maxKeys: 5 }),
  }));
  fc.assert(
    fc.property(tree.object, fc.array(fc.nat(), { maxLength: 6 }), fc.boolean(), (value, cuts, spaced) => {
      const object = JSON.parse(JSON.stringify(value));
      const text = JSON.stringify(object, null, spaced ? 2 : undefined);
      const [found] = scan(text, cuts);
      assert.ok(found);
      const scalar = (inner: unknown) => (typeof inner === 'string' || typeof inner === 'number' ? inner : undefined);
      const seen = (inner: string | undefined) =>
        inner === undefined ? undefined : (stringOf(inner) ?? (/^-?\d/.test(inner) ? JSON.parse(inner) : undefined));
      const params =
        typeof object.params === 'object' && object.params !== null && !Array.isArray(object.params)
          ? object.params
          : {};
      assert.equal(seen(found.id), scalar(object.id));
      assert.equal(seen(found.method), scalar(object.method));
      assert.equal(seen(found.name), scalar(params.name));
      assert.equal(seen(found.requestId), scalar(params.requestId));
      assert.equal(found.hasResult ?? false, Object.hasOwn(object, 'result'));
    }),
    { numRuns: 500 },
  );
});

test('ids are told apart by kind and value', () => {
  assert.notEqual(idKey('1'), idKey('"1"'));
  assert.equal(idKey('"a"'), idKey('"\\u0061"'));
  assert.notEqual(idKey('9007199254740993'), idKey('9007199254740992'));
});
