/** Win32 spellings against Node's own: what it resolves to a place outside is never called inside. */
import assert from 'node:assert/strict';
import { win32 } from 'node:path';
import { test } from 'node:test';
import { judgePath } from '../../../daemon/policy/judgePath.ts';
import { readWindows } from '../../../daemon/policy/windowsPath.ts';
import { inventedWorld, testPolicy } from '../../support/policyWorld.ts';
import { seededRandom } from '../../support/seededRandom.ts';

const STARTS = [
  '',
  'C:\\',
  'c:/',
  'C:\\ws\\',
  'c:/WS/',
  'C:',
  'D:\\',
  'D:',
  '\\',
  '/',
  '/c/',
  '\\\\host\\share\\',
  '\\\\?\\C:\\ws\\',
  '\\\\.\\',
  '\\\\?\\UNC\\h\\s\\',
  '\\??\\C:\\',
  'file:///C:/ws/',
];
const NAMES = [
  '..',
  '..',
  '.',
  '',
  'a',
  'WS',
  'ws',
  'ws.',
  'ws ',
  '...',
  '.. ',
  '..\\',
  'a:b',
  'x::$DATA',
  'NUL',
  'con.txt',
  'A~1',
  '..:x',
  ' ..',
  '%2e%2e',
];

test('plain texts are resolved as Node resolves them', () => {
  for (let seed = 1; seed <= 3000; seed++) {
    const { pick, below } = seededRandom(seed);
    const text = `C:\\${Array.from({ length: below(7) }, () => pick(['..', '.', '', 'a', 'b c', 'é'])).join(pick(['\\', '/']))}`;
    const read = readWindows(text);
    assert.equal(read.kind, 'absolute');
    if (read.kind === 'absolute') assert.equal(read.path, win32.resolve(text), text);
  }
});

test('what a server in Node opens outside is never called inside', () => {
  const world = inventedWorld(
    ['C:\\ws\\a\\b', 'C:\\ws-evil\\x'],
    { paths: 'win32', platform: 'win32', cwd: 'C:\\ws', home: 'C:\\Users\\a', tempFolders: [] },
    true,
  );
  const { paths } = testPolicy(world, ['C:\\ws']);
  const bases = [{ path: 'C:\\ws', sure: true }];
  let outside = 0;
  for (let seed = 1; seed <= 20_000; seed++) {
    const { pick, below } = seededRandom(seed);
    const requested = `${pick(STARTS)}${Array.from({ length: below(6) }, () => pick(NAMES)).join(pick(['\\', '/']))}`;
    const { faults } = judgePath(
      { requested, access: 'write', bases, expandsHome: false, isCheckout: false },
      paths,
      world,
    );
    for (const text of [requested, requested.replace(/^file:\/\/\//, ''), requested.trim()]) {
      // As the system takes it: names without dots and spaces at their ends, streams apart.
      const whole = win32.resolve('C:\\ws', text).replace(/^\\\\\?\\/, '');
      const opened = whole
        .split('\\')
        .map((name, at) => (at === 0 ? name : name.replace(/:.*$/, '').replace(/[. ]+$/, '')))
        .filter((name, at) => at === 0 || name !== '');
      const isInside = /^c:\\ws(?:\\|$)/i.test(opened.join('\\'));
      if (isInside) continue;
      outside++;
      assert.notEqual(faults.length, 0, `seed ${seed}: ${requested} opens ${opened.join('\\')}`);
    }
  }
  assert.ok(outside > 10_000, `${outside} led outside`);
});
