/** The forms for shared files, started for real: through Callgrove where it is, by the plain command where it is not. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { sharedLaunch } from '../../../daemon/agents/sharedLaunch.ts';
import { readLaunched } from '../../../daemon/model/launched.ts';

const home = mkdtempSync(join(tmpdir(), 'callgrove-shared-'));
after(() => rmSync(home, { recursive: true, force: true }));
const SHOW = 'process.stdout.write(JSON.stringify(process.argv.slice(1)));process.exit(7)';

for (const program of ['node', 'uvx']) {
  const { command, args, everywhere } = sharedLaunch(program);
  const plain = [process.execPath, '-e', SHOW, '--', 'a b', '"q" $HOME %PATH%', ''];
  const words = [command, ...args, 'run', '--name', 'n', '--', ...plain];
  const start = (folder: string) =>
    spawnSync(command, words.slice(1), {
      encoding: 'utf8',
      env: { PATH: `${dirname(process.execPath)}:${process.env.PATH}`, HOME: folder },
    });

  test(`${command}: without Callgrove the plain server runs, with its words and its exit code`, () => {
    const { stdout, status } = start(join(home, 'nobody'));
    assert.deepEqual([JSON.parse(stdout), status], [['a b', '"q" $HOME %PATH%', ''], 7]);
  });

  test(`${command}: with Callgrove it gets the same words as from any wrapped entry`, () => {
    const folder = join(home, command);
    const launcher = join(
      folder,
      process.platform === 'darwin' ? 'Library/Application Support' : '.local/state',
      'callgrove/bin/callgrove',
    );
    mkdirSync(dirname(launcher), { recursive: true });
    writeFileSync(launcher, '#!/bin/sh\nfor word; do printf "%s\\n" "$word"; done\n');
    chmodSync(launcher, 0o755);
    assert.deepEqual(start(folder).stdout.split('\n').slice(0, 5), ['run', '--name', 'n', '--', process.execPath]);
  });

  test(`${command}: is known again, and holds nothing that an agent would replace`, () => {
    assert.equal(readLaunched(words)?.name, 'n');
    assert.equal(everywhere, command === 'node');
    for (const word of args) assert.doesNotMatch(word, /\$\{|\$[A-Za-z_]|%\w+%|\{(?:env|file):/);
  });
}
