import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callLabel } from '../../../daemon/model/callLabel.ts';

test('a call is named by its tool, else by its method', () => {
  assert.equal(callLabel({ event: 'tool_call', method: 'tools/call', tool: 'read_file' }), 'read_file');
  assert.equal(callLabel({ event: 'tool_call', method: 'tools/call', tool: null }), 'tools/call');
  assert.equal(callLabel({ event: 'request', method: 'prompts/get', tool: 'review' }), 'prompts/get review');
  assert.equal(callLabel({ event: 'request', method: 'tools/list', tool: null }), 'tools/list');
});
