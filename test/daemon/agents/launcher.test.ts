/** Which entries are launched, by table; what the launcher then does is in installLauncher.test.ts and launch.test.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLauncher, launchedWords, launcherCommand } from '../../../daemon/agents/launcher.ts';

const HOME = '/home/u/.local/state/callgrove';
const WINDOWS = 'C:\\Users\\u\\AppData\\Local\\callgrove';

test('what an entry names: the program, on Windows the runtime and the loader', () => {
  assert.deepEqual(launcherCommand({ bin: `${HOME}/bin` }, 'linux'), { command: `${HOME}/bin/callgrove`, args: [] });
  const mac = '/Users/u/Library/Application Support/callgrove/bin';
  assert.deepEqual(launcherCommand({ bin: mac }, 'darwin'), { command: `${mac}/callgrove`, args: [] });
  const node = 'C:\\Program Files\\nodejs\\node.exe';
  assert.deepEqual(launcherCommand({ bin: `${WINDOWS}\\bin` }, 'win32', node), {
    command: node,
    args: [`${WINDOWS}\\bin\\launch.cjs`],
  });
});

test('a launched entry is known by its content', () => {
  const rest = ['--name', 's', '--', 'npx', '-y', 'server'];
  const launched: [string, string[]][] = [
    [`${HOME}/bin/callgrove`, ['run', ...rest]],
    ['/elsewhere/bin/callgrove', ['run', ...rest]],
    [`\${HOME}/.local/state/callgrove/bin/callgrove`, ['run', ...rest]],
    ['C:\\Program Files\\nodejs\\node.exe', [`${WINDOWS}\\bin\\launch.cjs`, 'run', ...rest]],
    ['node', [`${WINDOWS}/bin/launch.cjs`, 'run', ...rest]],
  ];
  for (const [command, args] of launched) assert.deepEqual(launchedWords(command, args), rest, command);
  for (const platform of ['linux', 'darwin', 'win32']) {
    const { command, args } = launcherCommand(
      { bin: platform === 'win32' ? `${WINDOWS}\\bin` : `${HOME}/bin` },
      platform,
    );
    assert.equal(isLauncher(command, [...args, 'run', ...rest]), true, platform);
  }
});

test('everything else is not', () => {
  const plain: [string, string[]][] = [
    ['npx', ['-y', 'callgrove']],
    ['callgrove', ['run', '--', 'x']],
    ['bin/callgrove', ['run', '--', 'x']],
    [`${HOME}/bin/callgrove`, ['tail']],
    [`${HOME}/bin/callgrove`, []],
    ['/opt/callgrove', ['run']],
    ['/opt/bin/callgrove-server', ['run']],
    ['node', ['/opt/app/launch.cjs', 'run']],
    ['node', ['/srv/callgrove/bin/server.js', 'run']],
    ['', []],
  ];
  for (const [command, args] of plain) assert.equal(isLauncher(command, args), false, `${command} ${args.join(' ')}`);
});
