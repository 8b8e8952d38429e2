import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareVersions } from '../../../daemon/base/compareVersions.ts';

test('versions in order', () => {
  const ordered = ['nonsense', '0.0.0-dev', '0.0.9', '0.1.0-alpha', '0.1.0-beta', '0.1.0', '0.2.0', '0.10.0', '1.0.0'];
  for (const [i, a] of ordered.entries()) {
    for (const [j, b] of ordered.entries()) {
      assert.equal(Math.sign(compareVersions(a, b)), Math.sign(i - j), `${a} ${b}`);
    }
  }
});
