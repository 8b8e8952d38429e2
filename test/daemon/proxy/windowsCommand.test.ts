import assert from 'node:assert/strict';
import { test } from 'node:test';
import { windowsLaunch, windowsWorld } from '../../../daemon/proxy/windowsCommand.ts';

const FILES = new Set(
  ['C:\\node\\node.exe', 'C:\\node\\npx.cmd', 'C:\\node\\npx', 'C:\\w\\run.bat', 'D:\\my tools\\serve.cmd'].map(
    (file) => file.toLowerCase(),
  ),
);
const world = windowsWorld(
  { Path: 'C:\\node;"D:\\my tools"', pathext: '.EXE;.CMD;.BAT', ComSpec: 'C:\\Windows\\system32\\cmd.exe' },
  'C:\\w',
  (file) => FILES.has(file.toLowerCase()),
);

for (const [command, file] of [
  ['node', 'C:\\node\\node.EXE'],
  ['node.exe', 'C:\\node\\node.exe'],
  ['C:\\node\\node.exe', 'C:\\node\\node.exe'],
  ['missing', 'missing'],
] as const) {
  test(`${command} is started as ${file}, without a shell`, () => {
    assert.deepEqual(windowsLaunch(command, ['a b'], world), { file, args: ['a b'], verbatim: false });
  });
}

// What cmd.exe makes of ^x is x; a batch file's %* reads the arguments once more.
for (const [command, args, line] of [
  ['npx', ['-y', 'server'], '^"C:\\node\\npx.CMD^" ^^^"-y^^^" ^^^"server^^^"'],
  ['npx.cmd', [], '^"C:\\node\\npx.cmd^"'],
  ['run', [''], '^"C:\\w\\run.BAT^" ^^^"^^^"'],
  ['serve', ['a b'], '^"D:\\my^ tools\\serve.CMD^" ^^^"a^^^ b^^^"'],
  ['npx', ['%PATH%'], '^"C:\\node\\npx.CMD^" ^^^"^^^%PATH^^^%^^^"'],
  ['npx', ['x&calc'], '^"C:\\node\\npx.CMD^" ^^^"x^^^&calc^^^"'],
  ['npx', ['say "hi"'], '^"C:\\node\\npx.CMD^" ^^^"say^^^ \\^^^"hi\\^^^"^^^"'],
  ['npx', ['C:\\dir\\'], '^"C:\\node\\npx.CMD^" ^^^"C:\\dir\\\\^^^"'],
] as const) {
  test(`${command} ${JSON.stringify(args)} goes through cmd.exe with nothing left to interpret`, () => {
    assert.deepEqual(windowsLaunch(command, args, world), {
      file: 'C:\\Windows\\system32\\cmd.exe',
      args: ['/d', '/s', '/c', `"${line}"`],
      verbatim: true,
    });
  });
}
