import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conductOf } from '../../../daemon/classify/conductOf.ts';
import { callFacts, hints } from '../../support/callFacts.ts';

const FILESYSTEM = ['npx', '-y', '@modelcontextprotocol/server-filesystem', '/w'];
const GITHUB = ['npx', '-y', '@modelcontextprotocol/server-github'];

test('each value comes from the most trusted source that says it', () => {
  const all = { readOnlyHint: false, destructiveHint: false, idempotentHint: true };
  const said = conductOf(
    callFacts({
      tool: 'edit_file',
      argv: FILESYSTEM,
      listed: hints(all),
      settings: { reversibility: 'permanent' },
    }),
    'patch',
  );
  assert.deepEqual([said.reversibility, said.sources.reversibility], ['permanent', 'user']);
  // The catalog knows better than what the server says of itself.
  assert.deepEqual([said.idempotent, said.sources.idempotent], [false, 'catalog']);
  const unknown = conductOf(callFacts({ tool: 'edit_thing', listed: hints(all) }), 'patch');
  assert.deepEqual([unknown.idempotent, unknown.sources.idempotent], [true, 'annotation']);
  assert.deepEqual([unknown.reversibility, unknown.sources.reversibility], ['reversible', 'annotation']);
  assert.deepEqual([unknown.effects, unknown.sources.effects], [['record_modified'], 'inferred']);
});

test('a default that nobody said counts less than the name, and only where something was said', () => {
  const half = hints({ destructiveHint: true });
  const named = conductOf(callFacts({ tool: 'send_mail', listed: half }), 'message');
  assert.deepEqual([named.retry_safe, named.sources.retry_safe], [false, 'inferred']);
  const unnamed = conductOf(callFacts({ tool: 'frobnicate', listed: half }), 'unknown');
  assert.deepEqual([unnamed.idempotent, unnamed.sources.idempotent], [false, 'inferred']);
  const silent = conductOf(callFacts({ tool: 'frobnicate', listed: hints({}) }), 'unknown');
  assert.deepEqual([silent.idempotent, silent.sources.idempotent], [null, undefined]);
  const said = conductOf(callFacts({ tool: 'frobnicate', listed: hints({ idempotentHint: false }) }), 'unknown');
  assert.deepEqual([said.retry_safe, said.sources.retry_safe], [false, 'annotation']);
});

test('what only reads changes nothing, and what is far away is a call of its API', () => {
  const reads = conductOf(callFacts({ tool: 'frobnicate', listed: hints({ readOnlyHint: true }) }), 'read');
  assert.deepEqual([reads.effects, reads.retry_safe, reads.reversibility], [[], true, 'no_effect']);
  const far = conductOf(callFacts({ tool: 'create_issue', argv: GITHUB }), 'create');
  assert.deepEqual([far.effects, far.retry_safe], [['api_call', 'record_created'], false]);
  assert.deepEqual(conductOf(callFacts({ tool: 'get_issue', argv: GITHUB }), 'read').effects, ['api_call']);
  const hosted = callFacts({ tool: 'add_row', argv: [], url: 'https://mcp.example.com/mcp' });
  assert.deepEqual(conductOf(hosted, 'create').effects, ['api_call', 'record_created']);
});

test('a dry run changes nothing; a query is what its text is', () => {
  const dry = callFacts({ tool: 'edit_file', argv: FILESYSTEM, args: { path: 'a', dryRun: true } });
  assert.deepEqual(conductOf(dry, 'patch').effects, []);
  assert.deepEqual(conductOf({ ...dry, args: { path: 'a', dryRun: false } }, 'patch').effects, ['file_modified']);
  const query = (sql: string) => conductOf(callFacts({ tool: 'query', args: { sql } }), 'query').effects;
  assert.deepEqual(query('SELECT 1'), []);
  assert.deepEqual(query('DROP TABLE a'), ['unknown_change']);
});
