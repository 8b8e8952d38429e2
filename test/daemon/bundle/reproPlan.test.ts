import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReportCall } from '../../../daemon/bundle/callsWithFrames.ts';
import { reproPlan } from '../../../daemon/bundle/reproPlan.ts';
import type { CallFrameLine } from '../../../daemon/protocol/bundle.ts';
import { connectionTo, HANDSHAKE, storyOf, tool } from '../../support/reproStory.ts';

const CONNECTION = connectionTo(['node', 'server.mjs']);
const planOf = (story: readonly ReportCall[]) => {
  const last = story.at(-1);
  assert.ok(last);
  return reproPlan(last.call, story, CONNECTION);
};
const methods = (messages: readonly string[]) => messages.map((one) => JSON.parse(one).method);
const withFrames = (one: ReportCall, change: Partial<CallFrameLine>): ReportCall => ({
  ...one,
  frames: one.frames.map((frame) => ({ ...frame, ...change })),
});

test('handshake, what came before, the call; ids as they were', () => {
  const plan = planOf(storyOf([...HANDSHAKE, tool('a', {}), tool('b', {}), tool('c', { x: 1 })]));
  assert.ok(plan.kind === 'plan');
  assert.deepEqual(methods(plan.handshake), ['initialize', 'notifications/initialized']);
  assert.deepEqual(
    plan.earlier.map((one) => JSON.parse(one).params.name),
    ['a', 'b'],
  );
  assert.deepEqual([plan.id, JSON.parse(plan.failing).id], [5, 5]);
  assert.deepEqual(plan.expected, { kind: 'result', code: null, text: 'ok' });
  assert.equal(plan.missing, 0);
});

test('numbers keep their digits, and a message stays on one line', () => {
  const story = storyOf([tool('a', {})]);
  const long = '{"jsonrpc":"2.0","id":12345678901234567890,"method":"tools/call","params":{"name":"a"}}';
  const plan = planOf(story.map((one) => withFrames(one, { body: long })));
  assert.ok(plan.kind === 'plan');
  assert.equal(plan.failing, long);
  const spread = planOf(story.map((one) => withFrames(one, { body: JSON.stringify(JSON.parse(long), null, 2) })));
  assert.ok(spread.kind === 'plan' && !spread.failing.includes('\n'));
});

test('where the handshake is gone the plainest one stands for it, unless the revision has none', () => {
  const plan = planOf(storyOf([tool('a', {})]));
  assert.ok(plan.kind === 'plan');
  assert.equal(JSON.parse(plan.handshake[0] ?? '').params.protocolVersion, '2025-11-25');
  const meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };
  const modern = planOf(storyOf([{ ...tool('a', {}), params: { name: 'a', arguments: {}, _meta: meta } }]));
  assert.ok(modern.kind === 'plan');
  assert.deepEqual(modern.handshake, []);
});

test('messages that are not whole are left out and counted; without its own there is no plan', () => {
  const [first, second, third] = storyOf([tool('a', {}), tool('b', {}), tool('c', {})]);
  assert.ok(first && second && third);
  const plan = planOf([withFrames(first, { kept: 'head' }), second, third]);
  assert.ok(plan.kind === 'plan');
  assert.deepEqual([plan.earlier.length, plan.missing], [1, 1]);
  for (const change of [{ kept: 'head' }, { kept: 'gone', body: null }, { body: 'no json' }] as const) {
    const none = planOf([first, second, withFrames(third, change)]);
    assert.deepEqual(none, { kind: 'none', why: 'The call’s own message is not whole in the record.' });
  }
});

test('a refused call, one that runs, and one of the server have nothing to replay', () => {
  for (const [change, why] of [
    [{ outcome: 'denied' }, /Policy refused/],
    [{ outcome: 'running' }, /not ended/],
    [{ direction: 's2c' }, /server that asked/],
  ] as const) {
    const plan = planOf(storyOf([tool('a', {}, { change })]));
    assert.match(plan.kind === 'none' ? plan.why : '', why);
  }
});

test('how it is to end: by layer, code and words', () => {
  const failed = { layers: { transport: 'ok', rpc: 'error', tool: null }, outcome: 'error' } as const;
  const end = (rest: Parameters<typeof tool>[2]) => {
    const plan = planOf(storyOf([tool('a', {}, rest)]));
    return plan.kind === 'plan' ? plan.expected : null;
  };
  assert.deepEqual(end({ error: { code: -32602, message: 'Bad' }, change: failed }), {
    kind: 'rpc_error',
    code: -32602,
    text: 'Bad',
  });
  assert.deepEqual(end({ result: undefined, change: { ...failed, error_message: '-32000: gone' } }), {
    kind: 'rpc_error',
    code: -32000,
    text: 'gone',
  });
  assert.equal(end({ result: undefined, change: { outcome: 'timeout' } })?.kind, 'no_answer');
  assert.equal(end({ result: undefined, change: { outcome: 'lost' } })?.kind, 'no_answer');
});
