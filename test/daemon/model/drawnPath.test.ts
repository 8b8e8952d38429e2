/** Where a drawn path leaves its root, and that what is drawn is all of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawCanonical, drawRequested, visible } from '../../../daemon/model/drawnPath.ts';

const marked = (pieces: readonly { text: string; part: string }[]) =>
  pieces.map(({ text, part }) => (part === 'shared' ? text : `<${part} ${text}>`)).join('');

test('a path shows where it parts from the root', () => {
  for (const [path, root, drawn] of [
    ['/w/shop/.env', '/w/shop', '<root /w/shop/><inside .env>'],
    ['/w/shop', '/w/shop', '<root /w/shop>'],
    ['/w/shop-api/src/a', '/w/shop', '/w/<leaves shop-api/><beyond src/a>'],
    ['/etc/passwd', '/w/shop', '/<leaves etc/><beyond passwd>'],
    ['/w', '/w/shop', '/<leaves w>'],
    ['/', '/w/shop', '/'],
    ['/etc/passwd', null, '/etc/passwd'],
    ['C:\\other\\a', 'C:\\ws', 'C:\\<leaves other\\><beyond a>'],
  ] as const)
    assert.equal(marked(drawCanonical(path, root)), drawn, path);
});

test('what was asked for shows its links and the step that climbs out', () => {
  const at = { cwd: '/w/shop', root: '/w/shop', symlinks: ['/w/shop/lib/current'] };
  for (const [path, drawn] of [
    ['../../etc/passwd', '<leaves ../>../etc/passwd'],
    ['src/../../x', 'src/../<leaves ../>x'],
    ['lib/current/a.ts', 'lib/<link current/>a.ts'],
    ['/w/shop/lib/current', '/w/shop/lib/<link current>'],
    ['', ''],
  ] as const)
    assert.equal(marked(drawRequested(path, at)), drawn, path);
});

test('every character is drawn, and none that turns text round is drawn as it is', () => {
  for (const path of ['/a//b/./c/', 'a\u202Eb', '/w/\u0000x', 'file:///w/a%20b', '~/x']) {
    const text = drawRequested(path, { cwd: null, root: null, symlinks: [] })
      .map((piece) => piece.text)
      .join('');
    assert.equal(text, visible(path));
    assert.doesNotMatch(text, /[\p{Cc}\p{Cf}]/u);
  }
});
