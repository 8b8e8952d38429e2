import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonTokens, prettyJson } from '../../webview/jsonTokens.ts';

test('the pieces joined are the text, whatever it is', () => {
  for (const text of [
    '',
    'plain words',
    '{"a": [1, -2.5e3, true, null, "x\\"y"]}',
    '{"cut": "of',
    '[1,',
    '<b>{"a":1}</b>',
    `[${'"x",'.repeat(9000)}]`,
  ]) {
    assert.equal(
      jsonTokens(text)
        .map((token) => token.text)
        .join(''),
      text,
    );
  }
});

test('keys, strings, numbers and words are told apart', () => {
  const kinds = jsonTokens('{"a": "b", "c": 1, "d": false}').filter((token) => token.kind !== 'plain');
  assert.deepEqual(
    kinds.map(({ kind, text }) => `${kind} ${text}`),
    ['key "a"', 'string "b"', 'key "c"', 'number 1', 'key "d"', 'word false'],
  );
});

test('JSON is indented where it parses, other text stays', () => {
  assert.equal(prettyJson('{"a":1}'), '{\n  "a": 1\n}');
  assert.equal(prettyJson('{"a":'), '{"a":');
  assert.equal(prettyJson('hello'), 'hello');
});
