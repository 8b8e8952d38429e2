import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
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
