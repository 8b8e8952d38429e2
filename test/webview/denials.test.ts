/** Denials and changes of policy by playbook: what is read and when anew, where keys lead, what is asked before anything is done. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { originText, ruleOrigin } from '../../daemon/model/ruleOrigin.ts';
import type { Denial } from '../../daemon/protocol/denial.ts';
import { DenialReason } from '../../daemon/protocol/policy.ts';
import { formatAddress, parseAddress } from '../../webview/address.ts';
import { answerOf } from '../../webview/bridge.ts';
import { denialAt, denialKey, shownDenials, shownPolicy, wouldBeRefused } from '../../webview/denialList.ts';
import type { Document, Wish } from '../../webview/documents.ts';
import {
  allowCommand,
  askAllow,
  askFreeze,
  askMode,
  askThaw,
  canBeAllowed,
  withReason,
} from '../../webview/policyAsk.ts';
import { type PageEvent, reduce } from '../../webview/reduce.ts';
import { initialState, type State } from '../../webview/state.ts';
import { newAsks } from '../../webview/wants.ts';
import { fullDenials, fullLanes, fullPolicy } from '../support/fakeDenials.ts';
import { fakeHead } from '../support/fakeSessions.ts';

const SESSION = 'ses_000000000000aaaa';
const head = (denials: number) => fakeHead(SESSION, { denials, rev: denials });
const hello: PageEvent = {
  type: 'host',
  message: {
    type: 'feed',
    message: { type: 'hello', feed: 1, callgrove: '1', epoch: 'e', seq: 1, sessions: [head(7)], total_sessions: 1 },
  },
};
const played = (state: State, ...events: PageEvent[]) => events.reduce(reduce, state);
const brought = (wish: Wish, document: Document): PageEvent => ({
  type: 'host',
  message: { type: 'document', wish, document },
});
const LIST: Wish = { what: 'denials', id: SESSION };
const LANES: Wish = { what: 'lanes', id: SESSION };
const list = fullDenials(SESSION);
const opened = () =>
  played(initialState({ session: null, call: null }), hello, {
    type: 'view.chosen',
    view: { view: 'denials', call: null },
  });
const read = () =>
  played(
    opened(),
    brought(LIST, { what: 'denials', value: list }),
    brought({ what: 'policy' }, { what: 'policy', value: fullPolicy() }),
    brought(LANES, { what: 'lanes', value: fullLanes() }),
  );
const asked = (before: State, after: State) =>
  newAsks(before, after).flatMap((ask) => (ask.ask === 'document' ? [ask.wish] : []));

test('the list and the policy are read with the view, the list anew with every new denial and once its texts are there', () => {
  const before = played(initialState({ session: null, call: null }), hello);
  assert.deepEqual(asked(before, opened()), [LIST, { what: 'policy' }, LANES]);
  const ready = read();
  const told = (message: Extract<PageEvent, { type: 'host' }>['message']) => played(ready, { type: 'host', message });
  const more = told({ type: 'feed', message: { type: 'sessions', seq: 2, sessions: [head(8)], removed: [] } });
  assert.deepEqual(asked(ready, more), [LIST]);
  assert.equal(shownDenials(more).length, 7);
  // Texts come with the second stage: until then every news of the session is a reason to look again.
  const [newest, ...rest] = list.denials.toReversed();
  assert.ok(newest);
  const bare = { ...newest, policy_bundle: null, rule: null, paths: [] };
  const without = played(
    more,
    brought(LIST, { what: 'denials', value: { denials: [...rest.toReversed(), bare], total: 7, once: [] } }),
  );
  assert.deepEqual(asked(more, without), [LIST]);
  // One at a time: what comes meanwhile is looked at after the answer.
  const news = { type: 'sessions' as const, seq: 4, sessions: [head(9)], removed: [] };
  const waiting = played(without, { type: 'host', message: { type: 'feed', message: news } });
  assert.deepEqual(asked(without, waiting), []);
  const again = played(waiting, brought(LIST, { what: 'denials', value: list }));
  assert.deepEqual(asked(waiting, again), [LIST]);
  const done = played(again, brought(LIST, { what: 'denials', value: list }));
  assert.deepEqual(asked(again, done), []);
  // What was done may have changed it.
  const acted = told({ type: 'acted', session: null, sentence: 'files is frozen' });
  assert.deepEqual(asked(ready, acted), [LIST, { what: 'policy' }]);
  assert.equal(acted.done, 'files is frozen');
});

test('credentials are read anew when a connection of the session opens or ends', () => {
  const ready = read();
  const news = { ...head(7), rev: 9, open_connections: head(7).open_connections + 1 };
  const message = { type: 'sessions' as const, seq: 2, sessions: [news], removed: [] };
  const more = played(ready, { type: 'host', message: { type: 'feed', message } });
  assert.deepEqual(asked(ready, more), [LANES]);
});

test('the newest stands first; keys move the cursor, Enter opens the call, and the address names the denial', () => {
  let state = read();
  const order = shownDenials(state).map(({ reason }) => reason);
  assert.deepEqual([order[0], order.at(-1)], ['symlink_escape', 'read_outside_root']);
  const press = (key: string) => {
    state = reduce(state, { type: 'denials.key', key, pageRows: 4 });
    return denialAt(state, shownDenials(state));
  };
  assert.deepEqual(
    ['ArrowUp', 'ArrowDown', 'PageDown', 'PageDown', 'PageDown', 'Home', 'End'].map(press),
    [0, 1, 4, 6, 6, 0, 6],
  );
  const call = list.denials[0]?.call_id ?? '';
  const shown = { session: SESSION, call: null, view: state.view };
  assert.equal(formatAddress(shown), `session=${SESSION}&view=denials&denial=${call}`);
  assert.deepEqual(parseAddress(formatAddress(shown)).view, { view: 'denials', call });
  assert.deepEqual(denialKey('Enter', 6, shownDenials(state), 4), {
    type: 'call.shown',
    session_id: SESSION,
    call_id: call,
  });
  assert.equal(denialKey('Enter', 0, [], 4), null);
  press('Enter');
  assert.deepEqual([state.view.view, state.selection], ['calls', { kind: 'call', call_id: call }]);
});

test('nothing is done before it was asked, and no answer leaves nothing behind', () => {
  const freeze = askFreeze({ kind: 'server', target: 'files' });
  const asking = played(read(), { type: 'policy.asked', ask: freeze }, { type: 'policy.reason', text: ' odd ' });
  assert.equal(asking.policyReason, ' odd ');
  assert.deepEqual(withReason(freeze.action, asking.policyReason), {
    act: 'freeze',
    kind: 'server',
    target: 'files',
    reason: 'odd',
  });
  assert.deepEqual(newAsks(read(), asking), []);
  const left = played(asking, { type: 'policy.asked', ask: null });
  assert.deepEqual([left.policyAsk, left.policyReason], [null, '']);
});

test('each question says what will happen and how the command line does it', () => {
  const denial = list.denials.at(-1) as Denial;
  const allow = askAllow(denial, '/home/ada/.config/callgrove.jsonc');
  assert.match(allow.says.join(' '), /callgrove\.jsonc.* to write \/srv\/deployments.*“filesystem”.*not repeated/);
  assert.equal(allow.command, `callgrove policy allow ${denial.call_id}`);
  assert.equal(askThaw({ kind: 'session', target: 'ses_1' }).command, 'callgrove thaw session ses_1');
  assert.equal(askFreeze({ kind: 'server', target: "a'b c" }).command, `callgrove freeze server 'a'\\''b c'`);
  const enforce = askMode('enforce', { server: null, rule: null }, wouldBeRefused(list.denials, null));
  assert.match(enforce.says.join(' '), /for every server.*Of this session 3 calls would have been refused.*sandbox/);
  assert.deepEqual(enforce.action, { act: 'mode', mode: 'enforce', server: null, rule: null });
  for (const reason of DenialReason.options) {
    const one = { ...denial, reason };
    assert.equal(allowCommand(one).startsWith('callgrove policy allow'), canBeAllowed(one), reason);
  }
});

test('a rule’s origin is the closest that says something', () => {
  const { policy } = fullPolicy();
  const of = (server: string, reason: DenialReason) => {
    const { pointer, origin } = ruleOrigin(policy, { server, agent: 'claude-code', root: '/home/ada/shop' }, reason);
    return `${pointer} ${originText(origin)}`;
  };
  assert.match(of('github', 'symlink_escape'), /^\/servers\/github\/mode your settings, .*callgrove\.jsonc, line 8$/);
  assert.match(of('filesystem', 'symlink_escape'), /^\/rules\/symlink_escape .*line 5$/);
  assert.match(of('filesystem', 'credential_file'), /^\/mode .*line 4$/);
  assert.equal(of('github', 'server_frozen'), ' Callgrove’s default');
});

test('an answer that is none is told as such; one without a sentence leaves none', () => {
  const ask = { ask: 'document' as const, wish: LIST };
  assert.equal(answerOf(ask, 200, { denials: 'x' }).type, 'failed');
  const acted = answerOf({ ask: 'act', action: askThaw({ kind: 'server', target: 'x' }).action }, 200, {
    ok: true,
    session: null,
    prune: null,
  });
  assert.deepEqual(acted, { type: 'acted', session: null });
  assert.equal(shownPolicy(opened()), null);
});
