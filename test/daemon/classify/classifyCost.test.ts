import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classifyCost } from '../../../daemon/classify/classifyCost.ts';
import type { Json } from '../../../daemon/model/json.ts';
import type { Prices } from '../../../daemon/protocol/settings.ts';
import { callFacts } from '../../support/callFacts.ts';

const PRICES: Prices = {
  server: {
    mcp_server_cost_info: { default_cost_per_query: 0.01, tool_name_to_cost_per_query: { send_email: 0.05, free: 0 } },
    price_date: '2026-11-01',
  },
};
const spendOf = (facts: Parameters<typeof callFacts>[0], prices = PRICES) => classifyCost(callFacts(facts), prices);

test('the user’s prices, by tool and by server', () => {
  assert.deepEqual(spendOf({ tool: 'search' }), {
    spend: { estimated_usd: 0.01, source: 'prices', price_date: '2026-11-01' },
    sources: { estimated_usd: 'user' },
  });
  assert.equal(spendOf({ tool: 'send_email' }).spend?.estimated_usd, 0.05);
  assert.equal(spendOf({ tool: 'free' }).spend?.estimated_usd, 0);
  assert.deepEqual(spendOf({ tool: 'toString' }, { server: { mcp_server_cost_info: {} } }), {});
  assert.deepEqual(spendOf({ tool: 'search' }, {}), {});
  // Whether one that failed, or never came there, was charged for nobody says.
  for (const outcome of ['error', 'denied', 'cancelled', 'timeout', 'lost', 'running'] as const)
    assert.deepEqual(spendOf({ outcome }), {}, outcome);
  assert.deepEqual(spendOf({ event: 'request', method: 'tools/list', tool: null }), {});
});

test('what an answer says that it cost', () => {
  const texts = (value: Json) => ({ content: [{ type: 'text', text: JSON.stringify(value) }] });
  const table: [Json, number | undefined, string | undefined][] = [
    [
      texts({ requestId: 'r', results: [], costDollars: { total: 0.007, search: { neural: 0.007 } } }),
      0.007,
      'exa.costDollars',
    ],
    [{ content: [], structuredContent: { usage: { total_tokens: 9, cost: 0.95 } } }, 0.95, 'openrouter.usage.cost'],
    [
      { content: [], structuredContent: { usage: { total_tokens: 9, cost: { total_cost: 0.006 } } } },
      0.006,
      'perplexity.usage.cost',
    ],
    [texts({ tasks_count: 1, status_code: 20000, cost: 0.0006 }), 0.0006, 'dataforseo.cost'],
    [
      { content: [], structuredContent: { usage: { total_tokens: 1, cost_in_usd_ticks: 25_000_000 } } },
      0.0025,
      'xai.cost_in_usd_ticks',
    ],
    [{ content: [], _meta: { 'com.acme/usage': { cost_usd: '0.02' } } }, 0.02, '_meta.com.acme/usage'],
    [{ content: [], _meta: { cost: { amount: 0.5, currency: 'USD' } } }, 0.5, '_meta.cost'],
    // Another currency, another's costs, no amount.
    [{ content: [], _meta: { cost: { amount: 0.5, currency: 'EUR' } } }, undefined, undefined],
    [texts({ orders: [{ cost: 12 }], cost: 12 }), undefined, undefined],
    [{ content: [], structuredContent: { usage: { total_tokens: 9 } } }, undefined, undefined],
    [{ content: [], _meta: { cost: { usd: -1 } } }, undefined, undefined],
    [{ content: [], _meta: { cost: { usd: 1e9 } } }, undefined, undefined],
  ];
  for (const [result, usd, source] of table) {
    const { spend, sources } = spendOf({ result }, {});
    assert.deepEqual([spend?.actual_usd, spend?.source], [usd, source], JSON.stringify(result));
    if (usd !== undefined) assert.deepEqual([spend?.price_date, sources?.actual_usd], ['2026-09-21', 'observed']);
  }
});

const ASSET = '0x036CbD53842c5426634e7929541eC2318f3dCF7e';
const accepted = {
  scheme: 'exact',
  network: 'eip155:84532',
  amount: '10000',
  asset: ASSET,
  payTo: '0x1',
  maxTimeoutSeconds: 60,
};
const payment = { x402Version: 2, accepted, payload: { signature: '0xsecret', authorization: { from: '0x2' } } };
const receipt = { success: true, transaction: '0xabc', network: 'eip155:84532', payer: '0x2' };

test('receipts of payments', () => {
  const paid = (said: Json, sent: Json = payment) =>
    spendOf({
      params: { name: 'analyse', arguments: {}, _meta: { 'x402/payment': sent } },
      result: { content: [], _meta: { 'x402/payment-response': said } },
    });
  const settled = paid(receipt);
  assert.equal(settled.receipt_id, '0xabc');
  assert.deepEqual(settled.spend, {
    estimated_usd: 0.01,
    actual_usd: 0.01,
    source: 'x402:eip155:84532',
    price_date: '2026-09-21',
  });
  // The receipt's own amount counts before what was agreed to.
  assert.equal(paid({ ...receipt, amount: '2500' }).spend?.actual_usd, 0.0025);
  // A coin that is not known is no dollar; a payment that failed is none.
  assert.equal(paid(receipt, { ...payment, accepted: { ...accepted, asset: '0xother' } }).spend?.actual_usd, undefined);
  assert.equal(paid(receipt, { ...payment, accepted: { ...accepted, network: 'eip155:1' } }).spend?.actual_usd, 0.01);
  assert.equal(paid({ ...receipt, success: false }).receipt_id, undefined);
  assert.ok(!JSON.stringify(settled).includes('secret'));
});

test('a demand for payment costs nothing', () => {
  const demand = { x402Version: 2, error: 'Payment required', accepts: [accepted] };
  assert.deepEqual(spendOf({ result: { isError: true, content: [], structuredContent: demand } }), {});
  assert.deepEqual(spendOf({ result: { resultType: 'payment_required', paymentRequired: demand } }), {});
});
