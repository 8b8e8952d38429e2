/** When the editor tells of denials: what is new, one message a session, then a rest. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { denialNotice, QUIET_MS } from '../../extension/denialNotice.ts';
import { statusText } from '../../extension/statusText.ts';
import { fakeHead } from '../support/fakeSessions.ts';

const head = (id: string, denied: number) => fakeHead(id, { denials: denied }, { denied_calls: denied });

test('denials from before the window are history, a hundred new ones are one message', () => {
  const notice = denialNotice();
  assert.deepEqual(notice.look([head('a', 5)], 0), []);
  assert.deepEqual(notice.look([head('a', 6), head('b', 0)], 10), [{ session_id: 'a', fresh: 1 }]);
  let told = 0;
  for (let n = 7; n < 107; n++) told += notice.look([head('a', n)], 10 + n).length;
  assert.equal(told, 0);
  assert.deepEqual(notice.look([head('a', 106)], 20 + QUIET_MS), [{ session_id: 'a', fresh: 100 }]);
  assert.deepEqual(notice.look([head('a', 106), head('b', 2)], 30 + QUIET_MS), [{ session_id: 'b', fresh: 2 }]);
});

test('what is only observed is no message', () => {
  const notice = denialNotice();
  notice.look([], 0);
  assert.deepEqual(notice.look([fakeHead('a', { denials: 4 }, { denied_calls: 0 })], 10), []);
});

test('the status bar shows denials, would-be denials and freezes', () => {
  const shown = fakeHead('s', { calls: 7, running_calls: 0, denials: 5 }, { failed_calls: 0, denied_calls: 3 });
  const frozen = [{ kind: 'server' as const, target: 'postgres' }];
  assert.equal(statusText('open', shown).text, '$(pulse) 7 $(circle-slash) 3 $(shield) 2');
  const said = statusText('open', shown, frozen);
  assert.equal(said.text, '$(pulse) 7 $(circle-slash) 3 $(shield) 2 $(lock) 1');
  assert.match(said.tooltip, /^Frozen: the server “postgres”$/m);
  assert.equal(statusText('open', null, frozen).text, '$(pulse) $(lock) 1');
  assert.equal(statusText('absent', null, frozen).text, '$(pulse)');
});
