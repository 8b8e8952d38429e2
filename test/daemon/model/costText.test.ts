import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  amountText,
  measureOf,
  omittedText,
  sessionSpendText,
  spendText,
  tokensText,
  usdText,
} from '../../../daemon/model/costText.ts';
import type { Call } from '../../../daemon/protocol/record.ts';
import type { Share } from '../../../daemon/protocol/summary.ts';

test('amounts are never rounded to nothing', () => {
  const table: [number, string][] = [
    [0, '$0'],
    [1234.5, '$1234.50'],
    [1, '$1.00'],
    [0.042, '$0.042'],
    [0.05, '$0.05'],
    [0.005, '$0.005'],
    [0.0006, '$0.0006'],
    [0.00000123, '$0.0000012'],
  ];
  for (const [usd, expected] of table) assert.equal(usdText(usd), expected);
});

test('what a call cost', () => {
  const nothing: Call['spend'] = { estimated_usd: null, actual_usd: null, source: null, price_date: null };
  const say = (spend: Partial<Call['spend']>, receipt_id: string | null = null) =>
    spendText({ spend: { ...nothing, ...spend }, receipt_id });
  assert.equal(say({}), null);
  assert.equal(
    say({ estimated_usd: 0.005, source: 'prices', price_date: '2026-11-01' }),
    '$0.005, estimated by your price of 2026-11-01',
  );
  assert.equal(
    say({ actual_usd: 0.007, source: 'exa.costDollars', estimated_usd: 0.005 }),
    '$0.007, by the server’s own word (exa.costDollars); your price is $0.005',
  );
  assert.equal(
    say({ actual_usd: 0.01, source: 'x402:eip155:8453' }, '0xabc'),
    '$0.01, settled over x402 on eip155:8453, receipt 0xabc',
  );
  assert.equal(say({ source: 'x402:eip155:8453' }, '0xabc'), 'paid, amount not known, receipt 0xabc');
});

test('what an answer holds and leaves out', () => {
  const nothing: Call['output'] = {
    returned_bytes: 10,
    tokens: null,
    tokenizer: null,
    response_ceiling: null,
    omitted_bytes: null,
    omitted_count: null,
    summary_mode: 'full',
    artifact: null,
    redaction_class: null,
    refill_route: null,
  };
  const of = (output: Partial<Call['output']>) => ({ output: { ...nothing, ...output } });
  assert.equal(tokensText(of({})), null);
  assert.equal(tokensText(of({ tokens: 12_345, tokenizer: 'o200k_base' })), '12,345 (o200k_base)');
  assert.equal(omittedText(of({})), null);
  assert.equal(omittedText(of({ summary_mode: 'none' })), 'empty');
  assert.equal(
    omittedText(of({ summary_mode: 'truncated', omitted_count: 2295, refill_route: 'nextCursor' })),
    'not all there is, 2,295 left out, the rest by nextCursor',
  );
});

test('what a session cost, the most first', () => {
  const spend_by = { server: { a: 0.01, b: 0.03 }, tool: {}, lane: {}, agent: {}, user: {} };
  const effects = { files_created: 0, files_modified: 0, files_deleted: 0, api_calls_made: null, messages_sent: null };
  assert.equal(
    sessionSpendText({ spend_by, side_effects_summary: { ...effects, spend_incurred_usd: 0.04 } }),
    '$0.04: b $0.03, a $0.01',
  );
  assert.equal(sessionSpendText({ spend_by, side_effects_summary: { ...effects, spend_incurred_usd: null } }), null);
});

test('what a context took is told in tokens, and in bytes what nobody counted', () => {
  const share = (of: Partial<Share>): Share => ({
    name: 'read_text_file',
    calls: 6,
    failed: 0,
    tokens: null,
    bytes: null,
    uncounted_bytes: null,
    usd: null,
    ...of,
  });
  const counted = share({ tokens: 1, bytes: 6, uncounted_bytes: 0 });
  const some = share({ tokens: 12_400, bytes: 4_150_000, uncounted_bytes: 4_100_000 });
  const none = share({ bytes: 2000, uncounted_bytes: 2000 });
  // As a bundle from before has it, that does not know what was left out.
  const older = share({ tokens: 5, bytes: 30 });
  assert.deepEqual(
    [counted, some, none, older, share({})].map((one) => amountText(one)),
    ['1 token', '12,400 tokens + 4.1 MB', '2.0 kB', '5 tokens', null],
  );
  assert.equal(measureOf([counted, older]), 'tokens');
  for (const list of [[counted, some], [counted, none], [none], []]) assert.equal(measureOf(list), 'bytes');
});
