import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSettings } from '../../daemon/model/readSettings.ts';
import { Settings, settingsJsonSchema } from '../../daemon/protocol/settings.ts';
import { createUserPrices } from '../../daemon/userPrices.ts';

const PRICES = '{ "prices": { "exa": { "mcp_server_cost_info": { "default_cost_per_query": 0.005 } } } } // mine';

test('prices are read anew when the file has changed, and at most once a second', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'callgrove-prices-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'callgrove.jsonc');
  let now = 0;
  const prices = createUserPrices(file, () => now);
  assert.deepEqual(prices(), {});
  writeFileSync(file, PRICES);
  assert.deepEqual(prices(), {});
  now += 1000;
  assert.deepEqual(prices(), { exa: { mcp_server_cost_info: { default_cost_per_query: 0.005 } } });
  writeFileSync(file, '{ "prices": { "exa": { "cost": 1 } } }');
  now += 1000;
  assert.deepEqual(prices(), {});
  rmSync(file);
  now += 1000;
  assert.deepEqual(prices(), {});
});

test('a mistake in prices has its place, and costs the policy nothing', () => {
  const read = readSettings(
    '{\n  "policy": { "mode": "enforce" },\n  "prices": { "exa": { "mcp_server_cost_info": { "default_cost_per_qery": 1 } } }\n}',
  );
  assert.ok(read.kind === 'read');
  assert.deepEqual(read.policy, { mode: 'enforce' });
  assert.deepEqual(read.prices, {});
  assert.match(read.mistakes[0]?.sentence ?? '', /did you mean "default_cost_per_query"\? \(line 3, column \d+\)/);
  assert.equal(read.mistakes[0]?.member, 'prices');
});

test('LiteLLM’s table is taken as it stands, and editors complete it', () => {
  const table = { default_cost_per_query: 0.01, tool_name_to_cost_per_query: { send_email: 0.05 } };
  assert.ok(Settings.safeParse({ prices: { zapier: { mcp_server_cost_info: table } } }).success);
  for (const wrong of [-1, '0.01', 1e9])
    assert.ok(
      !Settings.safeParse({ prices: { zapier: { mcp_server_cost_info: { default_cost_per_query: wrong } } } }).success,
    );
  assert.match(JSON.stringify(settingsJsonSchema()), /tool_name_to_cost_per_query/);
});
