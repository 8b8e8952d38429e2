import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { missingPackages } from './checkTypes.ts';

test('what is named and not installed is missing', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'callgrove-types-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'package.json'), '{"dependencies":{"@a/b":"1","c":"1"}}');
  assert.deepEqual(missingPackages(folder), ['@a/b', 'c']);
  mkdirSync(join(folder, 'node_modules', '@a', 'b'), { recursive: true });
  assert.deepEqual(missingPackages(folder), ['@a/b', 'c'], 'a folder alone is a broken install');
  for (const name of ['@a/b', 'c']) {
    mkdirSync(join(folder, 'node_modules', name), { recursive: true });
    writeFileSync(join(folder, 'node_modules', name, 'package.json'), '{}');
  }
  assert.deepEqual(missingPackages(folder), []);
});
