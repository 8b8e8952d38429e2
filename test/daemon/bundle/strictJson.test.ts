/** What is read is what JSON.parse reads, but for what two readers could read differently. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseStrict } from '../../../daemon/bundle/strictJson.ts';

test('every value is read', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      if (/e[+-]?\d{3}/.test(text)) return;
      assert.deepEqual(parseStrict(text, 'it'), JSON.parse(text));
    }),
  );
});

test('a name that stands in one object twice is refused, however it is spelled and wherever it stands', () => {
  const member = '"a:\\"{b":1';
  for (const second of [member, '"\\u0061:\\"{b":2'])
    for (const text of [
      `{${member},${second}}`,
      `{"x":[{"y":{${member},"z":[],${second}}}]}`,
      `{"__proto__":1,"x":{"__proto__":1,"__proto__":2}}`,
    ])
      assert.throws(() => parseStrict(text, 'it'), /a name twice/, text);
  assert.deepEqual(parseStrict('{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}', 'it'), {
    a: { a: { a: 1 } },
    b: [{ a: 1 }, { a: 2 }],
  });
});

test('numbers without bounds, deep nesting and what is no JSON are refused', () => {
  for (const [text, reason] of [
    ['{"n":1e999}', /number that is too large/],
    [`[${'9'.repeat(41)}]`, /number that is too large/],
    [`${'['.repeat(300)}${']'.repeat(300)}`, /nested too deeply/],
    ['['.repeat(100_000), /nested too deeply/],
    ['{"a":1', /no JSON/],
    ['{"a" "b"}', /no JSON/],
    ['', /no JSON/],
  ] as const)
    assert.throws(() => parseStrict(text, 'it'), reason, text.slice(0, 40));
});
