import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ProgramSearch, resolveProgram } from '../../../daemon/harness/resolveProgram.ts';

const search = (platform: NodeJS.Platform, files: readonly string[], path: string, cwd: string): ProgramSearch => ({
  path,
  pathExt: '.COM;.EXE;.BAT;.CMD',
  cwd,
  platform,
  isProgram: (file) =>
    platform === 'win32' ? files.some((one) => one.toLowerCase() === file.toLowerCase()) : files.includes(file),
});

const POSIX: readonly (readonly [command: string, files: string[], found: string | null])[] = [
  ['npx', ['/usr/bin/npx', '/bin/npx'], '/usr/bin/npx'],
  ['npx', ['/ws/bin/npx'], null],
  ['./bin/x', ['/ws/bin/x'], '/ws/bin/x'],
  ['bin/x', ['/ws/bin/x'], '/ws/bin/x'],
  ['/opt/x', ['/opt/x'], '/opt/x'],
  ['/opt/x', [], null],
  ['own', ['/ws/own'], '/ws/own'],
  ['', ['/ws'], null],
];
for (const [command, files, found] of POSIX)
  test(`the first of PATH is found: ${command} among ${files.join(', ')}`, () =>
    assert.equal(resolveProgram(command, search('linux', files, '/usr/bin:/bin:', '/ws')), found));

const WINDOWS: readonly (readonly [command: string, files: string[], found: string | null])[] = [
  ['npx', ['C:\\nodejs\\npx', 'C:\\nodejs\\npx.cmd'], 'C:\\nodejs\\npx.CMD'],
  ['npx', ['C:\\tools\\npx.exe', 'C:\\nodejs\\npx.cmd'], 'C:\\nodejs\\npx.CMD'],
  ['npx.cmd', ['C:\\nodejs\\npx.cmd'], 'C:\\nodejs\\npx.cmd'],
  ['server', ['C:\\nodejs\\server.exe', 'C:\\nodejs\\server.com'], 'C:\\nodejs\\server.COM'],
  ['server', ['C:\\ws\\server.exe', 'C:\\nodejs\\server.exe'], 'C:\\ws\\server.EXE'],
  ['.\\dist\\server', ['C:\\ws\\dist\\server.exe'], 'C:\\ws\\dist\\server.EXE'],
  ['D:\\x\\server.bat', ['D:\\x\\server.bat'], 'D:\\x\\server.bat'],
  ['mcp.server', ['C:\\tools\\mcp.server.exe'], 'C:\\tools\\mcp.server.EXE'],
  ['nothing', ['C:\\nodejs\\nothing'], null],
];
for (const [command, files, found] of WINDOWS)
  test(`on Windows the extensions of PATHEXT count: ${command} among ${files.join(', ')}`, () =>
    assert.equal(resolveProgram(command, search('win32', files, 'C:\\nodejs\\;"C:\\tools"', 'C:\\ws')), found));
