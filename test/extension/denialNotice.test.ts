/** When the editor tells of denials: what is new, one message about all of it, then a rest. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { denialNotice, QUIET_MS } from '../../extension/denialNotice.ts';
import { statusText } from '../../extension/statusText.ts';
import { fakeHead } from '../support/fakeSessions.ts';

const head = (id: string, denied: number) => fakeHead(id, { denials: denied }, { denied_calls: denied });

test('denials from before the window are history, a hundred new ones are one message', () => {
  const notice = denialNotice();
  assert.deepEqual(notice.look([head('a', 5)], 0), null);
  assert.deepEqual(notice.look([head('a', 6), head('b', 0)], 10), { session_id: 'a', fresh: 1, sessions: 1 });
  let told = 0;
  for (let n = 7; n < 107; n++) told += notice.look([head('a', n)], 10 + n) ? 1 : 0;
  assert.equal(told, 0);
  assert.deepEqual(notice.look([head('a', 106)], 10 + QUIET_MS), { session_id: 'a', fresh: 100, sessions: 1 });
});

test('many sessions at once are one message, and what is denied in the rest is counted by the next', () => {
  const notice = denialNotice();
  notice.look([], 0);
  const many = Array.from({ length: 30 }, (_, at) => head(`s${at}`, at));
  assert.deepEqual(notice.look(many, 10), { session_id: 's29', fresh: 435, sessions: 29 });
  assert.equal(notice.look([...many, head('late', 2)], 20), null);
  assert.deepEqual(notice.look([...many, head('late', 2)], 10 + QUIET_MS), {
    session_id: 'late',
    fresh: 2,
    sessions: 1,
  });
});

test('what is only observed is no message', () => {
  const notice = denialNotice();
  notice.look([], 0);
  assert.deepEqual(notice.look([fakeHead('a', { denials: 4 }, { denied_calls: 0 })], 10), null);
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
