import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { MAX_BATCH, parseFrame, skimFrame } from '../../../daemon/record/parseFrame.ts';

const bytes = (text: string) => Buffer.from(text, 'utf8');

test('ids beyond 2^53 keep every digit, whichever way a frame is read', () => {
  for (const read of [parseFrame, skimFrame]) {
    const [one] = read(bytes('{"jsonrpc":"2.0","id":9007199254740993,"method":"x"}')).messages;
    assert.equal(one && 'id' in one && one.id, 'n:9007199254740993');
    const [two] = read(
      bytes('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":12345678901234567890}}'),
    ).messages;
    assert.equal(two && 'cancels' in two && two.cancels, 'n:12345678901234567890');
  }
});

test('noise and malformed messages are told apart', () => {
  const table: [text: string, kind: string][] = [
    ['Server listening', 'noise'],
    ['[INFO] {"x":1}', 'noise'],
    ['42', 'noise'],
    ['{"level":30,"method":"GET"}', 'noise'],
    ['\u0000\u0001', 'noise'],
    ['{"jsonrpc":"2.0","id":1,', 'malformed'],
    ['[{"jsonrpc":"2.0"', 'malformed'],
    ['[]', 'malformed'],
    ['{"jsonrpc":"1.0","id":1,"method":"x"}', 'malformed'],
    ['{"jsonrpc":"2.0","id":null,"method":"x"}', 'malformed'],
    ['{"jsonrpc":"2.0","id":{},"method":"x"}', 'malformed'],
    ['{"jsonrpc":"2.0","id":1}', 'malformed'],
    ['{"jsonrpc":"2.0","result":{}}', 'malformed'],
    ['{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"x"}}', 'error'],
  ];
  for (const [text, kind] of table)
    assert.deepEqual(
      parseFrame(bytes(text)).messages.map((message) => message.kind),
      [kind],
      text,
    );
});

test('deep nesting in a small frame is no reason to lose the message', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const meta = '{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}';
  const text = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","_meta":${meta},"arguments":${deep}}}`;
  const [message] = parseFrame(bytes(text)).messages;
  assert.ok(message?.kind === 'request');
  assert.deepEqual([message.name, message.retry?.input], ['a', null]);
});

test('a batch is read up to a bound, and says so', () => {
  const batch = JSON.stringify(Array.from({ length: MAX_BATCH + 5 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'x' })));
  for (const read of [parseFrame, skimFrame]) {
    const { messages } = read(bytes(batch));
    assert.equal(messages.length, MAX_BATCH + 1);
    assert.equal(messages.at(-1)?.kind, 'malformed');
  }
});
