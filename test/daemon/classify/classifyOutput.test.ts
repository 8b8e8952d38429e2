import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classifyOutput, truncationOf } from '../../../daemon/classify/classifyOutput.ts';
import { createTokenCounter } from '../../../daemon/classify/tokenCounter.ts';
import type { Json } from '../../../daemon/model/json.ts';
import { callFacts } from '../../support/callFacts.ts';

const tokens = createTokenCounter();
await tokens.load();
const outputOf = (result: Json, method = 'tools/call') => classifyOutput(callFacts({ method, result }), tokens).output;
const text = (...texts: string[]) => ({ content: texts.map((one) => ({ type: 'text', text: one })) });

test('tokens of what goes into context', () => {
  assert.deepEqual(outputOf(text('hello world', 'hello')), { tokens: 3, tokenizer: 'o200k_base' });
  // What a host shows where there is no text: the structured answer.
  assert.equal(outputOf({ content: [], structuredContent: { a: 1 } })?.tokens, 5);
  assert.equal(outputOf({ structuredContent: { a: 1 } })?.tokens, 5);
  assert.equal(outputOf({ content: [{ type: 'resource', resource: { uri: 'x:1', text: 'hello' } }] })?.tokens, 1);
  assert.equal(outputOf({ contents: [{ uri: 'x:1', text: 'hello' }] }, 'resources/read')?.tokens, 1);
  assert.equal(
    outputOf({ messages: [{ role: 'user', content: { type: 'text', text: 'hello' } }] }, 'prompts/get')?.tokens,
    1,
  );
  const listed = {
    tools: [{ name: 'a', description: 'b', inputSchema: { type: 'object' }, annotations: { title: 'left out' } }],
  };
  assert.equal(outputOf(listed, 'tools/list')?.tokens, 16);
});

test('what is not text is not counted', () => {
  const picture = { type: 'image', data: 'AAAA', mimeType: 'image/png' };
  assert.deepEqual(outputOf({ content: [{ type: 'text', text: 'hello' }, picture] }), {});
  assert.deepEqual(outputOf(text('a'.repeat(5000))), {});
  assert.deepEqual(outputOf({ x: 1 }, 'completion/complete'), {});
});

test('an answer that is not all there is', () => {
  const table: [Json, object][] = [
    [{ content: [] }, { summary_mode: 'none' }],
    [
      { content: [{ type: 'resource_link', name: 'log', uri: 'file:///w/log' }] },
      { summary_mode: 'artifact', refill_route: 'file:///w/log' },
    ],
    [
      { content: [{ type: 'text', text: 'x' }], nextCursor: 'abc' },
      { summary_mode: 'truncated', refill_route: 'nextCursor' },
    ],
    [
      { content: [{ type: 'text', text: 'x' }], structuredContent: { pageInfo: { hasNextPage: true } } },
      { summary_mode: 'truncated', refill_route: 'hasNextPage' },
    ],
    [{ content: [{ type: 'text', text: 'x' }], structuredContent: { hasNextPage: false } }, {}],
    [
      text(
        'page',
        '<error>Content truncated. Call the fetch tool with a start_index of 5000 to get more content.</error>',
      ),
      { summary_mode: 'truncated', refill_route: 'start_index=5000' },
    ],
  ];
  for (const [result, expected] of table) {
    const { tokens: _count, tokenizer: _by, ...rest } = outputOf(result) ?? {};
    assert.deepEqual(rest, expected, JSON.stringify(result));
  }
});

test('notes of servers about what they left out', () => {
  const table: [string, object | null][] = [
    [
      '[Reading 1000 lines from start (total: 5000 lines, 4000 remaining)]\na\nb',
      { summary_mode: 'truncated', omitted_count: 4000, refill_route: 'offset' },
    ],
    ['a\n[1,234 bytes truncated]', { summary_mode: 'truncated', omitted_bytes: 1234 }],
    ['a\n... (20 more lines)', { summary_mode: 'truncated', omitted_count: 20 }],
    ['a\n… and 7 more', { summary_mode: 'truncated', omitted_count: 7 }],
    ['Showing 50 of 2,345 results', { summary_mode: 'truncated', omitted_count: 2295 }],
    ['a ... [4702 characters truncated] ... b', { summary_mode: 'truncated' }],
    ['a\n[truncated]', { summary_mode: 'truncated' }],
    ['a\nOutput truncated.', { summary_mode: 'truncated' }],
    ['Output was summarized: all fine', { summary_mode: 'summarized' }],
    // What only speaks of such things.
    ['TRUNCATE TABLE users', null],
    ['function truncate(text) { return text.slice(0, 5) }', null],
    ['one more thing', null],
    ['12 more', null],
    ['the remaining work', null],
  ];
  for (const [said, expected] of table) assert.deepEqual(truncationOf(said), expected, said);
  // Notes stand at the ends: what a file in the middle says is the file's.
  assert.equal(truncationOf(`${'x '.repeat(2000)}[truncated]${' x'.repeat(2000)}`), null);
});

test('an answer that the proxy gave in the server’s place is not the server’s', () => {
  assert.deepEqual(classifyOutput(callFacts({ outcome: 'denied', result: text('no') }), tokens), {});
});
