import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fenced, inlineCode, plainText } from '../../../daemon/model/markdown.ts';

test('nothing in a block ends it', () => {
  assert.equal(fenced('a'), '```\na\n```');
  assert.equal(fenced('```\n# out\n````x', 'json'), '`````json\n```\n# out\n````x\n`````');
});

test('code in a line: longer fences, and what cannot be seen is spelled', () => {
  assert.equal(inlineCode('a`b'), '``a`b``');
  assert.equal(inlineCode('`a'), '`` `a ``');
  assert.equal(inlineCode('a\u202eb\nc'), '`a\\u{202e}b\\u{a}c`');
});

test('plain words make no mark, link, mention, tag or number of an issue', () => {
  assert.equal(plainText('**b** <img> [x](y) #1 a_b'), '\\*\\*b\\*\\* \\<img\\> \\[x\\]\\(y\\) \\#1 a\\_b');
  assert.doesNotMatch(plainText('ask @ada'), /@ada/);
  assert.doesNotMatch(plainText('see https://evil.example'), /https:\/\//);
});
