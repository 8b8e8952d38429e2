import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classifyDataUse } from '../../../daemon/classify/classifyDataUse.ts';
import type { DecisionRecord } from '../../../daemon/protocol/policy.ts';
import { callFacts } from '../../support/callFacts.ts';

const decision = (over: Partial<DecisionRecord['paths'][number]>): DecisionRecord => ({
  frame: '1',
  request_id: '1',
  method: 'tools/call',
  tool: 'read_file',
  decision: 'allow',
  mode: 'observe',
  reason: null,
  rule: null,
  bundle: 'sha256:1',
  requested_capability: null,
  remedy: null,
  input_summary: {},
  paths: [
    {
      argument: 'path',
      requested: 'a',
      canonical: '/w/a',
      access: 'read',
      symlinks: [],
      flags: [],
      reason: null,
      ...over,
    },
  ],
  surface: null,
  surface_hidden: null,
  took_us: 1,
});
const network = { input_summary: { operation_class: 'network' as const } };

test('the user’s word, then places, then addresses of the open net, else unknown', () => {
  const of = (over: Parameters<typeof callFacts>[0], before = {}) =>
    classifyDataUse(callFacts(over), before).data_use_class;
  assert.equal(of({ settings: { data_use_class: 'public' }, decision: decision({}) }), 'public');
  assert.equal(of({ decision: decision({ reason: 'credential_file' }) }), 'secret');
  assert.equal(of({ decision: decision({}) }), 'internal');
  assert.equal(of({ decision: decision({ canonical: null }) }), 'unknown');
  assert.equal(of({ args: { url: 'https://example.com/a' } }, network), 'public');
  for (const url of [
    'http://localhost/',
    'http://10.0.0.1/',
    'https://u:p@example.com/',
    'http://db.internal/x',
    'ftp://a.com',
  ])
    assert.equal(of({ args: { url } }, network), 'unknown', url);
});
