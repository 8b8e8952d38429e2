import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classifyOperation } from '../../../daemon/classify/classifyOperation.ts';
import { callFacts, hints } from '../../support/callFacts.ts';

const FILESYSTEM = ['npx', '-y', '@modelcontextprotocol/server-filesystem', '/w'];

test('catalog, then the name, then an annotation, else unknown', () => {
  const cases = [
    [{ tool: 'edit_file', argv: FILESYSTEM }, 'patch', 'catalog'],
    [{ tool: 'edit_file', listed: hints({ readOnlyHint: true }) }, 'patch', 'inferred'],
    [{ tool: 'peruse', listed: hints({ readOnlyHint: true }) }, 'read', 'annotation'],
    [{ tool: 'peruse', listed: hints({ readOnlyHint: false }) }, 'unknown', undefined],
    [{ tool: 'peruse' }, 'unknown', undefined],
  ] as const;
  for (const [over, operation, source] of cases) {
    const found = classifyOperation(callFacts(over));
    assert.equal(found.input_summary?.operation_class, operation, JSON.stringify(over));
    assert.equal(found.sources?.operation_class, source, JSON.stringify(over));
  }
  assert.deepEqual(classifyOperation(callFacts({ event: 'request', tool: null })), {});
});

test('the one address that a call aims at, where it is no content and the summary has room for it', () => {
  const url = 'https://a.example/b';
  const found = (tool: string, over = {}) => classifyOperation(callFacts({ tool, args: { url }, ...over }));
  assert.equal(found('fetch').input_summary?.requested_url, url);
  assert.equal(found('fetch').sources?.requested_url, 'observed');
  assert.equal(found('peruse').input_summary?.requested_url, url);
  for (const tool of ['create_bookmark', 'send_message', 'write_note'])
    assert.deepEqual(
      [found(tool).input_summary?.requested_url, found(tool).sources?.requested_url],
      [undefined, undefined],
      tool,
    );
  const decision = { input_summary: { requested_path: 'x'.repeat(1840) } };
  assert.equal(found('fetch', { decision }).input_summary?.requested_url, undefined);
});

test('content is counted in bytes, as it is written', () => {
  for (const content of ['', 'abc', 'fünf €', '𝄞 clef', '\ud800'])
    assert.equal(
      classifyOperation(callFacts({ args: { path: 'a', content } })).input_summary?.content_length,
      Buffer.byteLength(content),
    );
  assert.equal(classifyOperation(callFacts({ args: { path: 'a' } })).input_summary?.content_length, null);
  assert.equal(classifyOperation(callFacts({ args: ['content'] })).input_summary?.content_length, null);
});
