import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callLabel } from '../../../daemon/model/callLabel.ts';
import { outcomeText, terminalStateText } from '../../../daemon/model/outcomeText.ts';

test('an error says whose it is', () => {
  assert.equal(outcomeText('success', { transport: 'ok', rpc: 'ok', tool: 'ok' }), 'ok');
  assert.equal(outcomeText('error', { transport: 'ok', rpc: 'ok', tool: 'error' }), 'tool error');
  assert.equal(outcomeText('error', { transport: 'ok', rpc: 'error', tool: null }), 'protocol error');
  assert.equal(outcomeText('error', { transport: 'error', rpc: null, tool: null }), 'error');
  assert.equal(outcomeText('lost', { transport: 'error', rpc: null, tool: null }), 'lost');
  assert.equal(terminalStateText('partial_success'), 'partly succeeded');
});

test('a call is named by its tool, else by its method', () => {
  assert.equal(callLabel({ event: 'tool_call', method: 'tools/call', tool: 'read_file' }), 'read_file');
  assert.equal(callLabel({ event: 'tool_call', method: 'tools/call', tool: null }), 'tools/call');
  assert.equal(callLabel({ event: 'request', method: 'prompts/get', tool: 'review' }), 'prompts/get review');
  assert.equal(callLabel({ event: 'request', method: 'tools/list', tool: null }), 'tools/list');
});
