import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSettings } from '../../daemon/model/readSettings.ts';
import { Settings, settingsJsonSchema } from '../../daemon/protocol/settings.ts';
import { createUserSettings } from '../../daemon/userSettings.ts';

test('the file is read when it has changed, and a part with a mistake in it says nothing', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'callgrove-settings-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'callgrove.jsonc');
  let at = 0;
  const settings = createUserSettings(file, () => at);
  assert.deepEqual(settings(), { prices: {}, servers: {} });
  const price = { mcp_server_cost_info: { default_cost_per_query: 0.01 } };
  const tools = { '*': { idempotent: true }, send: { retry_safe: false } };
  writeFileSync(file, JSON.stringify({ prices: { a: price }, servers: { a: { tools } } }));
  assert.deepEqual(settings(), { prices: {}, servers: {} }, 'not looked at again so soon');
  at += 1000;
  assert.deepEqual(settings(), { prices: { a: price }, servers: { a: { tools } } });
  writeFileSync(file, JSON.stringify({ prices: { a: price }, servers: { a: { tools: { send: { retry_save: 1 } } } } }));
  at += 1000;
  assert.deepEqual(settings(), { prices: { a: price }, servers: {} });
  rmSync(file);
  at += 1000;
  assert.deepEqual(settings(), { prices: {}, servers: {} });
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

test('so has one in what tools do', () => {
  const read = readSettings(
    '{\n  "policy": { "mode": "enforce" },\n  "servers": { "a": { "tools": { "b": { "retry_save": false } } } }\n}',
  );
  assert.ok(read.kind === 'read');
  assert.deepEqual([read.policy, read.servers], [{ mode: 'enforce' }, {}]);
  assert.match(read.mistakes[0]?.sentence ?? '', /did you mean "retry_safe"\? \(line 3, column \d+\)/);
  assert.match(JSON.stringify(settingsJsonSchema()), /retry_safe/);
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
