import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toolFacts } from '../../../daemon/model/toolFacts.ts';
import { ToolFacts } from '../../../daemon/protocol/toolFacts.ts';

test('what a server did not say is null, whatever stands in its place', () => {
  const said = toolFacts(
    'write',
    {
      annotations: { readOnlyHint: false, destructiveHint: 'yes' },
      inputSchema: { type: 'object', properties: { path: { type: 'string' }, content: {} } },
      outputSchema: { type: 'object' },
    },
    120,
  );
  assert.deepEqual(said, {
    name: 'write',
    hints: { readOnlyHint: false, destructiveHint: null, idempotentHint: null, openWorldHint: null },
    arguments: ['path', 'content'],
    declares_output: true,
    definition_bytes: 120,
  });
  for (const odd of [null, 'x', [], { annotations: [], inputSchema: { properties: 4 } }])
    assert.deepEqual(ToolFacts.parse(toolFacts('t', odd, 1)).arguments, []);
});

test('what a tool says that a credential has to allow', () => {
  const scopesOf = (tool: object) => toolFacts('t', { name: 't', ...tool }, 1).scopes;
  assert.deepEqual(scopesOf({ securitySchemes: [{ type: 'oauth2', scopes: ['repo', 7] }] }), ['repo']);
  assert.deepEqual(scopesOf({ _meta: { securitySchemes: [{ type: 'oauth2', scopes: [] }] } }), []);
  // One of several is enough: which counts is not known.
  assert.equal(scopesOf({ securitySchemes: [{ scopes: ['a'] }, { scopes: ['b'] }] }), undefined);
  assert.equal(scopesOf({ securitySchemes: 'oauth2' }), undefined);
});
