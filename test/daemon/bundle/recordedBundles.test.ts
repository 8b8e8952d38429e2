/** Bundles as earlier versions wrote them are read for good; one of a later version is refused by its name. */
import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { readBundle } from '../../../daemon/bundle/readBundle.ts';
import { verifyBundle } from '../../../daemon/bundle/verifyBundle.ts';
import { bundleScan } from '../../../daemon/bundleScan.ts';
import { BUNDLE_VERSION } from '../../../daemon/protocol/bundle.ts';

const folder = resolve(import.meta.dirname, '../../fixtures/bundles');

test('there is a recorded bundle of each format', () => {
  const versions = globSync('version-*.callgrove.zip', { cwd: folder }).map((name) => Number(/\d+/.exec(name)?.[0]));
  assert.deepEqual(
    versions.sort((a, b) => a - b),
    Array.from({ length: BUNDLE_VERSION }, (_, n) => n + 1),
  );
});

for (const name of globSync('version-*.callgrove.zip', { cwd: folder }))
  test(`${name} is read and whole`, async (t) => {
    const bundle = await readBundle(join(folder, name));
    t.after(() => bundle.dispose());
    const { problems, calls, frames } = await verifyBundle(bundle, bundleScan(null, []));
    assert.deepEqual([problems, calls, frames], [[], 6, name === 'version-1.callgrove.zip' ? 12 : 15]);
    const outcomes: string[] = [];
    for await (const call of bundle.calls()) outcomes.push(call.outcome);
    assert.deepEqual(outcomes, ['success', 'success', 'success', 'success', 'error', 'success']);
    assert.equal((await bundle.session()).session.tool_calls, 5);
  });

test('one from the future', async () => {
  await assert.rejects(readBundle(join(folder, 'from-the-future.callgrove.zip')), {
    code: 'newer',
    message: /by Callgrove "9\.0\.0" in bundle format 99, and this Callgrove reads formats up to 2: update Callgrove/,
  });
});
