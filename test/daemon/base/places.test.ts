import assert from 'node:assert/strict';
import { posix, win32 } from 'node:path';
import { test } from 'node:test';
import { placesOf } from '../../../daemon/base/places.ts';

test('places are what the platform makes of folder and name, however the folder is spelled', () => {
  const folders = {
    posix: ['/home/ada/.local/state/callgrove', '/a//b/../c/', '/'],
    win32: ['C:\\Users\\ada/x', 'C:\\'],
  };
  for (const { join, homes } of [
    { join: posix.join, homes: folders.posix },
    { join: win32.join, homes: folders.win32 },
  ])
    for (const home of homes) {
      const places = placesOf(home, join);
      assert.equal(places.home, home);
      assert.equal(places.journal, join(home, 'journal'));
      assert.equal(places.database, join(home, 'callgrove.db'));
      assert.equal(places.control, join(home, 'control'));
      assert.equal(places.machineKey, join(home, 'control', 'machine.key'));
      assert.equal(places.verifiedPaths, join(home, 'control', 'verified-paths.json'));
    }
});
