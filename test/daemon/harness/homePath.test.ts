import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { foldersDownTo, homePaths, isIn, placeOf, portable } from '../../../daemon/harness/homePath.ts';
import { captureRequest } from '../../support/captureRequest.ts';

const asked = captureRequest('/f');
const withVariables = (plain: Readonly<Record<string, string>>) => ({
  ...asked,
  environment: { of: 'agent' as const, fingerprints: null, plain },
});

test('paths of tables: home, variables, editors, managed folders', () => {
  assert.deepEqual(homePaths('~/.claude/CLAUDE.md', asked), [
    { base: '/f/home', rest: '.claude/CLAUDE.md', within: '/f/home' },
  ]);
  assert.deepEqual(homePaths('{CODEX_HOME:~/.codex}/AGENTS.md', asked), [
    { base: '/f/home/.codex', rest: 'AGENTS.md', within: '/f/home' },
  ]);
  assert.deepEqual(homePaths('{CODEX_HOME:~/.codex}/AGENTS.md', withVariables({ CODEX_HOME: '/opt/codex' })), [
    { base: '/opt/codex', rest: 'AGENTS.md', within: '/opt/codex' },
  ]);
  assert.deepEqual(homePaths('{CODEX_HOME:~/.codex}/AGENTS.md', withVariables({ CODEX_HOME: 'relative' })), []);
  assert.deepEqual(homePaths('{NOT_SET}/x', asked), []);
  assert.deepEqual(homePaths('{managed:claude}/CLAUDE.md', asked), [
    { base: '/etc/claude-code', rest: 'CLAUDE.md', within: '/etc/claude-code' },
  ]);
  assert.equal(
    homePaths('{managed:claude}/CLAUDE.md', { ...asked, platform: 'darwin' })[0]?.base,
    '/Library/Application Support/ClaudeCode',
  );
  assert.ok(
    homePaths('{editor}/settings.json', asked).some(
      ({ base, rest }) => join(base, rest) === '/f/home/.config/Code/User/settings.json',
    ),
  );
});

test('places: the nearest one counts, what has none keeps its path', () => {
  const rows = [
    ['/f/home/work/repo/a/b.md', 'repository', 'a/b.md'],
    ['/f/home/.claude/CLAUDE.md', 'home', '.claude/CLAUDE.md'],
    ['/etc/claude-code/CLAUDE.md', 'managed', 'CLAUDE.md'],
    ['/srv/x.md', 'extra', '/srv/x.md'],
    ['/f/home/work/repository/x.md', 'home', 'work/repository/x.md'],
  ];
  for (const [path = '', place, shown] of rows) assert.deepEqual(placeOf(path, asked), { place, path: shown });
});

test('folders from the top', () => {
  assert.deepEqual(foldersDownTo('/a/b'), ['/', '/a', '/a/b']);
  assert.deepEqual(foldersDownTo('/'), ['/']);
  assert.ok(isIn('/a/b', '/a') && isIn('/a', '/a') && isIn('/a/..b', '/a'));
  assert.ok(!isIn('/ab', '/a') && !isIn('/', '/a'));
});

test('a text without the folders of this machine', () => {
  assert.equal(portable('/f/home/work/repo/x /f/home/y /f/homes', asked), './x ~/y /f/homes');
  assert.equal(portable('/x', { root: '/', home: '/' }), '/x');
  assert.equal(portable('/h/x', { root: '/h', home: '/h/me' }), './x');
});
