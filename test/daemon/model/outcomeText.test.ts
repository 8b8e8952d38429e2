import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outcomeText, terminalStateText } from '../../../daemon/model/outcomeText.ts';

test('an error says whose it is', () => {
  assert.equal(outcomeText('success', { transport: 'ok', rpc: 'ok', tool: 'ok' }), 'ok');
  assert.equal(outcomeText('error', { transport: 'ok', rpc: 'ok', tool: 'error' }), 'tool error');
  assert.equal(outcomeText('error', { transport: 'ok', rpc: 'error', tool: null }), 'protocol error');
  assert.equal(outcomeText('error', { transport: 'error', rpc: null, tool: null }), 'error');
  assert.equal(outcomeText('lost', { transport: 'error', rpc: null, tool: null }), 'lost');
  assert.equal(terminalStateText('partial_success'), 'partly succeeded');
});
