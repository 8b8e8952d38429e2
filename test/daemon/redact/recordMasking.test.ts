/** Records masked member by member are what they would be masked whole, and what is found in them is counted as often. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type BundleRedactor, createBundleRedactor } from '../../../daemon/redact/bundleRedactor.ts';
import { createRedactor } from '../../../daemon/redact/redactor.ts';

const TOKEN = `ghp_${'aB3dE5gH7jK9mN2pQ4rS6tU8vW0xY1zAc4Ef'}`;
const redactor = (): BundleRedactor =>
  createBundleRedactor({
    machineKey: new Uint8Array(32).fill(7),
    identity: { homes: ['/home/ada'], users: ['ada'], hosts: [] },
    rules: [],
    environment: [],
    commands: [],
  });

function same(records: readonly object[]): void {
  const [whole, each] = [redactor(), redactor()];
  for (const record of records) {
    const wanted = whole.json(record, 'calls.ndjson');
    const { value, json } = each.record(record, 'calls.ndjson');
    assert.deepEqual(value, wanted);
    assert.equal(json, JSON.stringify(wanted));
  }
  assert.deepEqual(each.found(), whole.found());
}

test('what is said again is masked and counted again', () => {
  const principal = { user: 'ada', agent: { name: 'x' } };
  same([
    { a: 1, principal, note: `token ${TOKEN}`, password: 'hunter2hunter2' },
    { a: 1, principal: structuredClone(principal), note: `token ${TOKEN}`, password: 'hunter2hunter2' },
    { a: 2, principal, note: null, password: null },
    { a: '1', principal, note: '{"a":1}', password: { a: 1 } },
    { note: `token ${TOKEN}`, [TOKEN]: 1 },
    // What stands beside a name is judged by it.
    { name: 'API_KEY', value: 'abcdefgh12345678' },
    { a: undefined, b: ['/home/ada/x', '/home/ada/x'] },
  ]);
});

test('a member that never says anything twice, and one that does so late', () => {
  const records = Array.from({ length: 400 }, (_, n) => ({
    id: `call_${n}`,
    user: n % 3 === 0 ? 'ada' : `other${n}`,
    path: `/home/ada/${n}`,
    password: n,
    state: n < 200 ? `s${n}` : 'always',
    sizes: { bytes: n, token: `token-${n}-abcdefgh` },
  }));
  same(records);
});

test('alike and not the same: order, length, kind', () => {
  same([
    { at: { a: 1, b: [1, { c: 'x' }] } },
    { at: { a: 1, b: [1, { c: 'x' }] } },
    { at: { b: [1, { c: 'x' }], a: 1 } },
    { at: { a: 1, b: [1, { c: 'y' }] } },
    { at: { a: 1, b: [1] } },
    { at: { a: 1, b: { 0: 1 } } },
    { at: { a: 1, b: [1], c: null } },
    { at: { a: 1, b: [1], c: '1' } },
    { at: { a: 1, b: [1], c: 1 } },
    { at: [] },
    { at: {} },
    { at: null },
  ]);
});

test('as JSON alone, by the rules of what stays on the machine', async () => {
  const redactor = await createRedactor({ machineKey: new Uint8Array(32).fill(7) });
  const masked = redactor.records();
  for (const record of [
    { note: `token ${TOKEN}`, password: 'hunter2hunter2', list: [1, null, 'x'] },
    { note: `token ${TOKEN}`, password: 'hunter2hunter2', list: [1, null, 'y'] },
    { name: 'API_KEY', value: 'abcdefgh12345678' },
  ]) {
    const { value } = await redactor.redactJson(record);
    assert.equal(masked(record), JSON.stringify(value));
  }
});

test('texts of any kind', () => {
  const text = fc.constantFrom('ada', '/home/ada/w', TOKEN, 'plain', '{"a":1}', '1', 'ada@example.org');
  const value = fc.oneof(
    text,
    fc.jsonValue(),
    fc.record({ token: text, list: fc.array(text) }, { noNullPrototype: true }),
  );
  const record = fc.record(
    { user: value, cwd: value, password: value, rounds: value },
    { requiredKeys: [], noNullPrototype: true },
  );
  fc.assert(fc.property(fc.array(record, { maxLength: 8 }), same));
});
