import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noBrowserBecause } from '../../../daemon/cli/browser.ts';
import { describeTerminal } from '../../../daemon/cli/terminal.ts';

const facts = (env: Record<string, string>, isTTY = true, platform = 'linux') => ({
  env,
  platform,
  isTTY,
  columns: 100,
  rows: 40,
});

test('colour: FORCE_COLOR, then NO_COLOR, then the terminal', () => {
  const table: [env: Record<string, string>, isTTY: boolean, colour: boolean][] = [
    [{ TERM: 'xterm' }, true, true],
    [{ TERM: 'xterm' }, false, false],
    [{ TERM: 'dumb' }, true, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
  ];
  for (const [env, isTTY, colour] of table)
    assert.equal(describeTerminal(facts(env, isTTY)).colour, colour, JSON.stringify(env));
});

test('box characters only where the locale is UTF-8', () => {
  const table: [env: Record<string, string>, platform: string, unicode: boolean][] = [
    [{ LANG: 'en_GB.UTF-8' }, 'linux', true],
    [{ LANG: 'C.utf8' }, 'linux', true],
    [{ LC_ALL: 'C', LANG: 'en_GB.UTF-8' }, 'linux', false],
    [{}, 'linux', false],
    [{ LANG: 'en_GB.UTF-8', TERM: 'linux' }, 'linux', false],
    [{}, 'darwin', true],
    [{}, 'win32', false],
    [{ WT_SESSION: 'x' }, 'win32', true],
  ];
  for (const [env, platform, unicode] of table)
    assert.equal(describeTerminal(facts(env, true, platform)).unicode, unicode, JSON.stringify(env));
});

test('a pipe has no width; a terminal that says none has 80', () => {
  assert.equal(describeTerminal(facts({}, false)).columns, Number.POSITIVE_INFINITY);
  assert.equal(describeTerminal({ ...facts({}), columns: 0 }).columns, 80);
  assert.equal(describeTerminal(facts({ TERM: 'dumb' })).live, false);
});

test('a browser is opened only where somebody sees it', () => {
  const table: [env: Record<string, string>, platform: string, interactive: boolean, opens: boolean][] = [
    [{ DISPLAY: ':0' }, 'linux', true, true],
    [{ WAYLAND_DISPLAY: 'wayland-0' }, 'linux', true, true],
    [{ WSL_DISTRO_NAME: 'Debian' }, 'linux', true, true],
    [{}, 'linux', true, false],
    [{}, 'darwin', true, true],
    [{}, 'win32', true, true],
    [{ SSH_CONNECTION: '1 2 3 4', DISPLAY: ':10' }, 'linux', true, false],
    [{ CI: 'true' }, 'darwin', true, false],
    [{ CI: 'false' }, 'darwin', true, true],
    [{ DISPLAY: ':0' }, 'linux', false, false],
  ];
  for (const [env, platform, interactive, opens] of table) {
    assert.equal(
      noBrowserBecause({ env, platform, interactive }) === null,
      opens,
      JSON.stringify({ env, platform, interactive }),
    );
  }
});
