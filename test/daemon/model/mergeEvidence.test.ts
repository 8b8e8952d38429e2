import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeEvidence } from '../../../daemon/model/mergeEvidence.ts';

test('groups are merged by member, everything else is replaced, and nothing appears by itself', () => {
  const before = {
    input_summary: { operation_class: 'write' as const },
    sources: { idempotent: 'annotation' as const },
    retry_safe: null,
    side_effects: ['file_created' as const],
  };
  const merged = mergeEvidence(before, {
    input_summary: { content_length: 4 },
    sources: { retry_safe: 'catalog' },
    retry_safe: false,
    side_effects: null,
  });
  assert.deepEqual(merged, {
    input_summary: { operation_class: 'write', content_length: 4 },
    sources: { idempotent: 'annotation', retry_safe: 'catalog' },
    retry_safe: false,
    side_effects: null,
  });
  assert.deepEqual(mergeEvidence(before, {}), before);
  assert.deepEqual(mergeEvidence({}, before), before);
});
