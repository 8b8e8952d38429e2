/** Which program an entry names on each platform, and where its server's own command stands. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launcherCommand, originalCommand } from '../../../daemon/agents/launcher.ts';
import { launchWords, readLaunched } from '../../../daemon/model/launched.ts';

const NODE = 'C:\\Program Files\\nodejs\\node.exe';
const PLATFORMS = [
  ['linux', '/home/u/.local/state/callgrove/bin', ['/home/u/.local/state/callgrove/bin/callgrove']],
  [
    'darwin',
    '/Users/u/Library/Application Support/callgrove/bin',
    ['/Users/u/Library/Application Support/callgrove/bin/callgrove'],
  ],
  [
    'win32',
    'C:\\Users\\u\\AppData\\Local\\callgrove\\bin',
    [NODE, 'C:\\Users\\u\\AppData\\Local\\callgrove\\bin\\launch.cjs'],
  ],
] as const;

for (const [platform, bin, words] of PLATFORMS) {
  test(`on ${platform} the entry names what can be started there, and is known again`, () => {
    const { command, args } = launcherCommand({ bin }, platform, NODE);
    assert.deepEqual([command, ...args], words);
    const entry = launchWords({ name: 's', home: null, was: [], headers: [] });
    assert.equal(readLaunched([command, ...args, ...entry, '--', 'npx', 'server'])?.name, 's');
  });
}

test("the server's own command is everything behind the first --", () => {
  assert.deepEqual(originalCommand(['--name', 's', '--', 'npx', '-y', '--', 'x']), ['npx', '-y', '--', 'x']);
  assert.deepEqual(originalCommand(['--of-a-later-version', 'v', '--', 'x']), ['x']);
  for (const none of [[], ['--'], ['--url', 'http://h/'], ['npx', 'x']]) assert.equal(originalCommand(none), null);
});
