import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FreshCaptures, freshGroups, putBackOrder } from '../../../daemon/model/freshGroups.ts';
import type { IgnoredEntry, Workbench } from '../../../daemon/protocol/workbench.ts';
import { blobOf, digestOf, EMPTY_GIT, fakeCapture, instruction } from '../../support/fakeCapture.ts';

const ignored = (path: string, role: IgnoredEntry['role']): IgnoredEntry => ({
  path,
  kind: path.endsWith('/') ? 'folder' : 'file',
  role,
  bytes: 5,
  fingerprint: null,
});
const installed = (state: 'agrees' | 'differs' | 'absent', differing: Workbench['installed'][number]['differing']) => ({
  installed: [
    {
      manager: 'npm',
      lockfile: 'package-lock.json',
      state,
      differing,
      differing_total: differing.length,
      compared: 1,
    },
  ],
});
const bare = fakeCapture({}, { fingerprints: { PATH: '1' }, ...installed('absent', []) });

function groups(given: FreshCaptures): string {
  const { rebuilt, not_prepared, hidden } = freshGroups(given);
  const names = (items: { item: string }[]) => items.map(({ item }) => item).join(' ');
  return `${names(rebuilt)} | ${names(not_prepared)} | ${names(hidden)}`;
}

const modules = { ignored_present: [ignored('node_modules/', 'dependencies')], ignored_total: 1 };
const prepared = fakeCapture({}, { ...modules, ...installed('agrees', []) });
const stale = installed('differs', [{ name: 'left-pad', locked: '1.3.0', installed: '1.1.0' }]);

const cases: readonly [name: string, captures: FreshCaptures, shown: string][] = [
  ['nothing', { warm: bare, bare, prepared: null }, ' |  | '],
  [
    'installed packages, set-up not run: never called hidden',
    { warm: fakeCapture({}, { ...modules, ...installed('agrees', []) }), bare, prepared: null },
    ' | node_modules/ | ',
  ],
  [
    'installed packages, set-up run',
    { warm: fakeCapture({}, { ...modules, ...installed('agrees', []) }), bare, prepared },
    'node_modules/ |  | ',
  ],
  [
    'a stale package is hidden, set-up or not',
    { warm: fakeCapture({}, { ...modules, ...stale }), bare, prepared: null },
    ' | node_modules/ | left-pad',
  ],
  ['and after it', { warm: fakeCapture({}, { ...modules, ...stale }), bare, prepared }, 'node_modules/ |  | left-pad'],
  [
    'an ignored .env, an untracked file, an uncommitted fix',
    {
      warm: fakeCapture(
        {},
        {
          ignored_present: [ignored('.env', 'environment')],
          untracked: [{ path: 'notes.txt', blob: blobOf('x'), bytes: 1 }],
          git: { ...EMPTY_GIT, dirty: [{ path: 'a.ts', status: ' M', from: null, blob: blobOf('y') }], dirty_total: 1 },
        },
      ),
      bare,
      prepared: null,
    },
    ' |  | .env a.ts notes.txt',
  ],
  [
    'a variable that something names, and one that nothing names',
    {
      warm: fakeCapture(
        { environment: { tools: [], variables: [{ name: 'API_KEY', set: true, named_by: ['x'] }] } },
        { fingerprints: { API_KEY: '1', OTHER: '2' } },
      ),
      bare,
      prepared: null,
    },
    ' |  | API_KEY',
  ],
  [
    "the home folder's instructions",
    {
      warm: fakeCapture({ instruction_source: [instruction('.claude/CLAUDE.md', 'x', { place: 'home' })] }),
      bare,
      prepared: null,
    },
    ' |  | ~/.claude/CLAUDE.md',
  ],
  [
    'build output that set-up does not make; caches are not told',
    {
      warm: fakeCapture({}, { ignored_present: [ignored('dist/', 'build'), ignored('.cache/', 'cache')] }),
      bare,
      prepared: bare,
    },
    ' |  | dist/',
  ],
  [
    'a lockfile that is not committed',
    {
      warm: fakeCapture(
        { dependencies: [{ manager: 'npm', lockfile: 'package-lock.json', sha256: digestOf('2') }] },
        { git: { ...EMPTY_GIT, dirty: [{ path: 'package-lock.json', status: ' M', from: null, blob: blobOf('2') }] } },
      ),
      bare: fakeCapture({ dependencies: [{ manager: 'npm', lockfile: 'package-lock.json', sha256: digestOf('1') }] }),
      prepared: null,
    },
    ' |  | package-lock.json',
  ],
  [
    'another commit was asked for',
    {
      warm: fakeCapture(),
      bare: fakeCapture({}, { git: { ...EMPTY_GIT, branch: null, head: '2'.repeat(40) } }),
      prepared: null,
    },
    ' |  | ',
  ],
];
for (const [name, captures, shown] of cases) test(`fresh: ${name}`, () => assert.equal(groups(captures), shown));

test('what the failure names is put back first', () => {
  const items = ['.env', 'config/local.json'].map((item) => ({ group: 'ignored' as const, item, detail: '' }));
  const order = (output: string) => putBackOrder(items, output).map(({ item }) => item);
  assert.deepEqual(order("ENOENT: open 'config/local.json'"), ['config/local.json', '.env']);
  assert.deepEqual(order('failed'), ['.env', 'config/local.json']);
});
