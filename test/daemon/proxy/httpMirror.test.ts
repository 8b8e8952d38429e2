import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EnvelopeScan } from '../../../daemon/proxy/httpEnvelope.ts';
import { encodeValue, mirroredTools, mirrorHeaders, paramHeaders } from '../../../daemon/proxy/httpMirror.ts';

const envelope = (value: object) => {
  const scan = new EnvelopeScan();
  scan.push(Buffer.from(JSON.stringify(value)));
  return scan.messages[0]!;
};

for (const [value, encoded] of [
  ['read_file', 'read_file'],
  ['with space inside', 'with space inside'],
  [' padded', '=?base64?IHBhZGRlZA==?='],
  ['', '=?base64??='],
  ['grün', '=?base64?Z3LDvG4=?='],
  ['a\r\nX-Evil: 1', '=?base64?YQ0KWC1FdmlsOiAx?='],
  ['=?base64?YQ==?=', '=?base64?PT9iYXNlNjQ/WVE9PT89?='],
  ['=?base64?open', '=?base64?open'],
] as const) {
  test(`${JSON.stringify(value)} travels as ${encoded}`, () => assert.equal(encodeValue(value), encoded));
}

const meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };
for (const [method, params, name] of [
  ['tools/call', { name: 'shout' }, 'shout'],
  ['prompts/get', { name: 'p' }, 'p'],
  ['resources/read', { uri: 'grove://blatt/ü' }, '=?base64?Z3JvdmU6Ly9ibGF0dC/DvA==?='],
  ['tasks/get', { taskId: 't1' }, 't1'],
  ['tools/list', { name: 'no' }, undefined],
  ['tools/call', { name: 7 }, undefined],
  ['constructor', { name: 'no' }, undefined],
] as const) {
  test(`${method} ${JSON.stringify(params)}`, () => {
    assert.deepEqual(mirrorHeaders(envelope({ id: 1, method, params: { ...params, _meta: meta } })), {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(name === undefined ? {} : { 'mcp-name': name }),
    });
  });
}

const listed = (inputSchema: unknown) => mirroredTools({ result: { tools: [{ name: 't', inputSchema }] } }).get('t');
const marked = (type: string, header: unknown = 'Region') => ({ type, 'x-mcp-header': header });

test('marked properties are found at any depth', () => {
  const schema = {
    type: 'object',
    properties: { region: marked('string'), deep: { properties: { n: marked('integer', 'N') } } },
  };
  assert.deepEqual(listed(schema), [
    { header: 'Region', path: ['region'] },
    { header: 'N', path: ['deep', 'n'] },
  ]);
});

for (const [why, schema] of [
  ['a number', { properties: { a: marked('number') } }],
  ['an object', { properties: { a: marked('object') } }],
  ['a name that is none', { properties: { a: marked('string', 'a b') } }],
  ['a name with a line end', { properties: { a: marked('string', 'a\r\nb') } }],
  ['a name twice', { properties: { a: marked('string', 'X'), b: marked('string', 'x') } }],
  ['the root', marked('string')],
  ['nothing', { properties: { a: { type: 'string' } } }],
  ['no schema', null],
] as const) {
  test(`a mark on ${why} mirrors nothing`, () => assert.equal(listed(schema), undefined));
}

test('values of calls become headers; what is absent, null or structured does not', () => {
  const params = ['s', 'n', 'b', 'x', 'o', 'big'].map((name) => ({ header: `H-${name}`, path: [name] }));
  const args = { s: 'ü', n: 42, b: false, x: null, o: { a: 1 }, big: 2 ** 60 };
  assert.deepEqual(paramHeaders(params, args), {
    'mcp-param-h-s': '=?base64?w7w=?=',
    'mcp-param-h-n': '42',
    'mcp-param-h-b': 'false',
  });
  assert.deepEqual(paramHeaders(params, null), {});
  assert.deepEqual(paramHeaders([{ header: 'P', path: ['__proto__', 'toString'] }], {}), {});
});
