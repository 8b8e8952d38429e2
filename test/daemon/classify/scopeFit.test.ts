import assert from 'node:assert/strict';
import { test } from 'node:test';
import { saidScopes, scopeFit } from '../../../daemon/classify/scopeFit.ts';

test('fits, more, less, not known', () => {
  assert.equal(scopeFit(['repo'], ['repo']), 'fits');
  assert.equal(scopeFit(['repo', 'admin'], ['repo']), 'broader');
  assert.equal(scopeFit(['read'], ['repo']), 'insufficient');
  assert.equal(scopeFit(null, ['repo']), 'unknown');
  assert.equal(scopeFit(['repo'], null), 'unknown');
  assert.equal(scopeFit(['repo'], []), 'unknown');
});

test('what refusals say of scopes', () => {
  const insufficient = (held: string[] | null, needed: string[] | null) => ({ fit: 'insufficient', held, needed });
  const table: [string, object | null][] = [
    [
      '{"ok":false,"error":"missing_scope","needed":"chat:write","provided":"channels:read,users:read"}',
      insufficient(['channels:read', 'users:read'], ['chat:write']),
    ],
    [
      "Your token has not been granted the required scopes to execute this query. The 'login' field requires one of the following scopes: ['read:org'], but your token has only been granted the: ['repo', 'gist'] scopes.",
      insufficient(['repo', 'gist'], ['read:org']),
    ],
    ['Resource not accessible by personal access token', insufficient(null, null)],
    ['Request had insufficient authentication scopes.', insufficient(null, null)],
    [
      'Bearer error="insufficient_scope", scope="files.read files.write"',
      insufficient(null, ['files.read', 'files.write']),
    ],
    ['the scope of the variable is not defined', null],
    ['not found', null],
  ];
  for (const [text, expected] of table) assert.deepEqual(saidScopes([text]), expected, text);
});
