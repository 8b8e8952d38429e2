import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../../../daemon/model/json.ts';
import { createRedactor } from '../../../daemon/redact/redactor.ts';
import { KNOWN_FORMATS } from './plantedSecrets.ts';

const redactor = await createRedactor({ machineKey: new Uint8Array(32).fill(7) });

/** `*` stands for any placeholder. */
const CASES: readonly (readonly [value: Json, shown: Json])[] = [
  [
    { password: 'a b c', user: 'jane' },
    { password: '*', user: 'jane' },
  ],
  [
    { Authorization: 'Bearer abc', Cookie: 'a=b', 'Mcp-Session-Id': '1', 'X-Payment': 'e30=' },
    { Authorization: 'Bearer *', Cookie: '*', 'Mcp-Session-Id': '*', 'X-Payment': '*' },
  ],
  [
    { requestState: 'opaque', api_key: 'k', 'set-cookie': ['a=b', 'c=d'] },
    { requestState: '*', api_key: '*', 'set-cookie': ['*', '*'] },
  ],
  [
    {
      env: [
        { name: 'MY_TOKEN', value: 'abc' },
        { name: 'LANG', value: 'C' },
      ],
    },
    {
      env: [
        { name: 'MY_TOKEN', value: '*' },
        { name: 'LANG', value: 'C' },
      ],
    },
  ],
  [
    { properties: { password: { type: 'string' }, token: { type: 'string' } } },
    { properties: { password: { type: 'string' }, token: { type: 'string' } } },
  ],
  [{ text: '{"password":"a b c","user":"jane"}' }, { text: '{"password":"*","user":"jane"}' }],
  [
    { text: JSON.stringify({ inner: JSON.stringify({ token: 'abc"def' }) }) },
    { text: '{"inner":"{\\"token\\":\\"*\\"}"}' },
  ],
  [
    { pin: 1234, password: 1234, tokens: 12, token: null, secret: true },
    { pin: 1234, password: '*', tokens: 12, token: null, secret: true },
  ],
  [{ [KNOWN_FORMATS.github!]: 1 }, { '*': 1 }],
  // A signed payment is as good as money; who pays how much to whom is not.
  [
    {
      _meta: {
        'x402/payment': { accepted: { amount: '10' }, payload: { signature: '0xabc', authorization: { to: 'b' } } },
      },
    },
    {
      _meta: {
        'x402/payment': { accepted: { amount: '10' }, payload: { signature: '*', authorization: { to: 'b' } } },
      },
    },
  ],
  [
    ['a', 1, null, { progressToken: 'abc' }],
    ['a', 1, null, { progressToken: 'abc' }],
  ],
];

function stars(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replace(/<secret:[\w-]+#[0-9a-f]{8}>/g, '*'));
}

test('members with a credential name are masked whole, strings by the rules for text', async () => {
  for (const [value, expected] of CASES) {
    const first = await redactor.redactJson(value);
    assert.deepEqual(stars(first.value), expected);
    const again = await redactor.redactJson(first.value);
    assert.deepEqual(again.value, first.value, 'twice is once');
    assert.equal(first.count > 0, JSON.stringify(first.value) !== JSON.stringify(value));
  }
});

test('a member called __proto__ stays a member, and depth has an end', async () => {
  const hostile: Json = JSON.parse('{"__proto__":{"password":"abc"}}');
  const { value } = await redactor.redactJson(hostile);
  assert.match(JSON.stringify(value), /^\{"__proto__":\{"password":"<secret:password#/);
  let deep: Json = 'x';
  for (let i = 0; i < 5000; i++) deep = [deep];
  assert.ok(JSON.stringify((await redactor.redactJson(deep)).value).includes('nested too deeply'));
});
