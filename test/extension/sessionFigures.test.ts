import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figuresText, isHere, runningSession, shortTitle, stateFace } from '../../extension/sessionFigures.ts';
import { statusText } from '../../extension/statusText.ts';
import { fakeHead } from '../support/fakeSessions.ts';

test('figures name what is not zero', () => {
  assert.equal(
    figuresText(fakeHead('s', { calls: 1, running_calls: 0, gaps: 0 }, { failed_calls: 0, denied_calls: 0 })),
    '1 call',
  );
  const busy = fakeHead('s', { calls: 12, running_calls: 2, gaps: 1 }, { failed_calls: 3, denied_calls: 1 });
  assert.equal(figuresText(busy), '12 calls, 2 running, 3 failed, 1 denied, 1 gap');
  assert.equal(stateFace(busy).icon, 'loading~spin');
  const foreign = fakeHead(
    's',
    { calls: 2, running_calls: 0, gaps: 0 },
    { failed_calls: 0, denied_calls: 0, source: 'imported' },
  );
  assert.equal(figuresText(foreign), 'imported, 2 calls');
});

test('a session is here when its folder and the window’s lie one in the other', () => {
  const at = (workspace: string | null) => fakeHead('s', {}, { workspace });
  for (const [workspace, here] of [
    ['/a/shop', true],
    ['/a/shop/web', true],
    ['/a', true],
    ['/a/shopping', false],
    ['/b', false],
    [null, false],
  ] as const)
    assert.equal(isHere(at(workspace), ['/a/shop']), here, String(workspace));
  assert.equal(isHere(at('/a'), []), false);
});

test('the running session is the newest that is still connected here', () => {
  const head = (id: string, open_connections: number, last_at: number, workspace = '/a') =>
    fakeHead(id, { open_connections, running_calls: 0, last_at }, { workspace });
  const heads = [head('ended', 0, 9), head('old', 1, 1), head('new', 1, 2), head('elsewhere', 1, 8, '/b')];
  assert.equal(runningSession(heads, ['/a'])?.session.session_id, 'new');
  assert.equal(runningSession(heads, ['/c']), null);
});

test('a title is cut to leave room for figures', () => {
  assert.equal(shortTitle('claude · shop · read_file', '/a/shop'), 'claude · read_file');
  assert.equal(shortTitle('x'.repeat(40), null).length, 26);
});

test('the status bar says calls, errors and denials, and nothing of a session that is not shown', () => {
  const head = fakeHead('s', { calls: 7, running_calls: 2 }, { failed_calls: 1, denied_calls: 3 });
  assert.equal(statusText('open', head).text, '$(pulse) $(loading~spin) 2 $(error) 1 $(circle-slash) 3');
  assert.equal(statusText('open', head).alarming, true);
  assert.equal(statusText('absent', head).text, '$(pulse)');
  assert.match(statusText('absent', null).tooltip, /recorded all the same/);
});

test('the status bar’s tooltip says what changed since last time, where that is known', () => {
  const head = fakeHead('s', { workbench: '1 change: CLAUDE.md edited' });
  assert.match(statusText('open', head).tooltip, /^Since last time: 1 change: CLAUDE.md edited$/m);
  assert.doesNotMatch(statusText('open', fakeHead('s', { workbench: null })).tooltip, /Since last time/);
});
