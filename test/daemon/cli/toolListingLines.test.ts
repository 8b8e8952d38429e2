import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePaint } from '../../../daemon/cli/paint.ts';
import { toolListingLines } from '../../../daemon/cli/toolListingLines.ts';
import type { ToolListing } from '../../../daemon/protocol/toolListing.ts';

const DIGEST = `sha256:${'0'.repeat(64)}`;
const definition = (tool: string, tokens: number | null) => ({
  tool,
  bytes: 1200,
  tokens,
  tokenizer: tokens === null ? null : 'o200k_base',
});
const plain = makePaint({ colour: false });
const lines = (more: Partial<ToolListing>) =>
  toolListingLines({ server: 'fs', contract: DIGEST, definitions: [], before: null, ...more }, plain);

test('definitions with what each puts into context', () => {
  assert.deepEqual(lines({ definitions: [definition('read', 1000), definition('write_all', 234)] }), [
    '\nTools  2 definitions, 1,234 tokens (o200k_base)',
    '  read       1,000 tokens, 1.2 kB',
    '  write_all  234 tokens, 1.2 kB',
  ]);
  // A sum of what was not all counted is none.
  assert.equal(
    lines({ definitions: [definition('read', 1000), definition('huge', null)] })[0],
    '\nTools  2 definitions',
  );
});

test('what changed, in words and as a diff', () => {
  const text_diff =
    '--- a/read\n+++ b/read\n@@ -1,2 +1,2 @@\n name: read\n-description: old\n+description: new\u001b[31m\n';
  const differences: NonNullable<ToolListing['before']>['differences'] = [
    { tool: 'read', change: 'changed', changes: ['its description changed'], text_diff },
    { tool: 'rm', change: 'added', changes: [], text_diff: '+++ b/rm\n+name: rm\n' },
  ];
  const shown = lines({ before: { contract: DIGEST, at: '2026-09-14T09:26:00.000Z', differences } }).slice(1);
  assert.deepEqual(shown.slice(0, 3), ['\nChanged  since the list before', '  read', '    its description changed']);
  assert.equal(shown[3]?.trim(), 'name: read');
  assert.equal(shown[4]?.trim(), '-description: old');
  assert.ok(!shown.join('').includes('\u001b'), 'what a server wrote does not move the cursor');
  assert.equal(shown.at(-1), '  rm added');
});
