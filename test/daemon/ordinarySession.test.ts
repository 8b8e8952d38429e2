/** No false alarms: an ordinary session with the real server, and docs/policy.md argues everything policy has against it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { ordinaryPlace } from '../support/ordinaryPlace.ts';
import { ordinarySession } from '../support/ordinarySession.ts';

const docs = readFileSync(resolve(import.meta.dirname, '../../docs/policy.md'), 'utf8');

test('of an ordinary session policy speaks against nothing but what the documentation argues', async (t) => {
  const place = ordinaryPlace();
  t.after(() => place.remove());
  const { calls } = await ordinarySession(place, 90);
  for (const { tool, arguments: args, expected, decision, failed } of calls) {
    const what = `${tool} ${JSON.stringify(args)}`;
    assert.equal(failed, null, what);
    assert.equal(decision?.reason ?? null, expected, what);
    assert.equal(decision?.decision ?? 'allow', expected === null ? 'allow' : 'would_deny', what);
  }
  const told = calls.filter(({ expected }) => expected !== null);
  assert.equal(told.length, 10);
  for (const { expected, decision } of told) {
    const path = decision?.paths.find(({ reason }) => reason !== null)?.requested ?? '';
    const shown = path.replace(place.shop, 'shop').replace(place.home, '~');
    assert.ok(docs.includes(`| \`${shown}\` | \`${expected}\` |`), `docs/policy.md argues ${shown}`);
  }
});
