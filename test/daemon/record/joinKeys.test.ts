import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinKeysOf, traceOf } from '../../../daemon/record/joinKeys.ts';

test('each host names conversation and turn in its own way', () => {
  const codex = { session_id: 'S', thread_id: 'T', turn_id: 'U', cwd: '/secret' };
  const table: [meta: Record<string, unknown>, conversation: string | null, turn: string | null][] = [
    [{ 'vscode.conversationId': 'c', 'vscode.requestId': 'r' }, 'c', 'r'],
    [{ 'x-codex-turn-metadata': codex }, 'S', 'U'],
    [{ 'x-codex-turn-metadata': JSON.stringify(codex) }, 'S', 'U'],
    [{ 'x-codex-turn-metadata': { thread_id: 'T' } }, 'T', null],
    [{ 'x-codex-turn-metadata': '{"broken' }, null, null],
    [{ 'ai.opencode/sessionID': 'o' }, 'o', null],
    [{ 'claudecode/toolUseId': 'toolu_1' }, null, null],
    [{ progressToken: 'p' }, null, null],
    [{ 'vscode.conversationId': 7, 'vscode.requestId': 'x'.repeat(201) }, null, null],
    [{ 'vscode.conversationId': '' }, null, null],
  ];
  for (const [meta, conversation, turn] of table) {
    const keys = joinKeysOf(meta);
    assert.deepEqual([keys.conversation_id, keys.turn_id], [conversation, turn], JSON.stringify(meta));
    assert.doesNotMatch(JSON.stringify(keys), /secret|progressToken/);
  }
  assert.deepEqual(joinKeysOf({ 'claudecode/toolUseId': 'toolu_1' }).raw, { 'claudecode/toolUseId': 'toolu_1' });
});

test('a traceparent is believed when it has the form that W3C gives it', () => {
  const trace = '0af7651916cd43dd8448eb211c80319c';
  const span = 'b7ad6b7169203331';
  const good = [`00-${trace}-${span}-01`, `cc-${trace}-${span}-01-what-may-come`];
  for (const text of good) assert.deepEqual(traceOf(text), { trace_id: trace, span_id: span }, text);
  const bad = [
    undefined,
    '',
    `ff-${trace}-${span}-01`,
    `00-${trace}-${span}-01-x`,
    `00-${'0'.repeat(32)}-${span}-01`,
    `00-${trace}-${'0'.repeat(16)}-01`,
    `00-${trace.toUpperCase()}-${span}-01`,
    `00-${trace}-${span}`,
  ];
  for (const text of bad) assert.equal(traceOf(text), null, text);
});
