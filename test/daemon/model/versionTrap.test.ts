import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCalendarVersion, versionTrap } from '../../../daemon/model/versionTrap.ts';

const FILESYSTEM = '@modelcontextprotocol/server-filesystem';

test('a date version of a package that went back to small numbers is a trap, and both versions are named', () => {
  const words = versionTrap(FILESYSTEM, '2026.8.31', '^2026.1');
  assert.match(words ?? '', /2026\.8\.31.*2\.4\.0 is newer/);
  assert.equal(versionTrap(FILESYSTEM, '2.3.0', null), null);
  assert.equal(versionTrap(FILESYSTEM, null, '^2.0.0'), null);
  assert.equal(versionTrap('@modelcontextprotocol/server-memory', '2026.8.31', null), null);
});

test('the rule holds for any package of which a newer version of the other line is known', () => {
  assert.match(versionTrap('x', '2025.1.1', null, ['2025.2.1', '3.10.0', '3.9.0']) ?? '', /3\.10\.0 is newer/);
  assert.match(versionTrap(FILESYSTEM, null, 'latest', ['2.10.0']) ?? '', /2\.10\.0 is newer/);
  assert.equal(versionTrap('x', '2025.1.1', null, ['2025.2.1']), null);
  assert.deepEqual(['2026.8.31', '2026.11.18', '2.4.0', '2026'].map(isCalendarVersion), [true, true, false, false]);
});
