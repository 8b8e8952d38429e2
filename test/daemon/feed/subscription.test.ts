import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { SourceError } from '../../../daemon/feed/source.ts';
import { openSubscription, type Unnumbered } from '../../../daemon/feed/subscription.ts';
import type { Subscribe } from '../../../daemon/protocol/feed.ts';
import { callRow, scriptedSource } from './scriptedSource.ts';

beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
afterEach(() => mock.timers.reset());

/** Lets promises settle; time stands still. */
const settle = () => new Promise((resolve) => setImmediate(resolve));
/** Lets the pause after a query pass. Queries take next to no time here. */
const pause = async (ms = 200) => {
  mock.timers.tick(ms);
  await settle();
};

const asked: Subscribe = {
  type: 'subscribe',
  id: 7,
  session_id: 'ses_a',
  filter: '',
  everything: false,
  collapsed: [],
  follow: true,
  from: 0,
  count: 10,
};

function playbook() {
  const source = scriptedSource();
  source.rows.set('ses_a', [callRow('a', 1)]);
  const said: Unnumbered[] = [];
  const failures: unknown[] = [];
  const state = { ready: true };
  const open = (what: Partial<Subscribe> = {}) =>
    openSubscription(
      { ...asked, ...what },
      {
        source,
        emit: (message) => said.push(message),
        ready: () => state.ready,
        onFailure: (error) => failures.push(error),
      },
    );
  /** What was said since the last look, in short. */
  const heard = () =>
    said.splice(0).map((message) => {
      if (message.type === 'window') return `window ${message.rows.length}`;
      if (message.type === 'delta') return `delta ${message.changed.length} of ${message.order.length}`;
      return message.type === 'error' ? `error ${message.code}` : message.type;
    });
  return { source, open, heard, state, failures };
}

test('window, then deltas, and nothing when nothing differs', async () => {
  const { source, open, heard } = playbook();
  const subscription = open();
  await settle();
  assert.deepEqual(heard(), ['window 1']);
  source.rows.get('ses_a')!.push(callRow('b', 2));
  subscription.touch();
  await pause();
  assert.deepEqual(heard(), ['delta 1 of 2']);
  subscription.touch();
  await pause();
  assert.deepEqual(heard(), []);
  subscription.dispose();
});

test('one query at a time, and many changes are one', async () => {
  const { source, open, heard } = playbook();
  source.hold = true;
  const subscription = open();
  for (let i = 0; i < 100; i++) subscription.touch();
  await pause();
  assert.deepEqual(source.asked, ['window ses_a']);
  source.let();
  await settle();
  assert.equal(source.asked.length, 1, 'the pause is kept');
  await pause();
  assert.equal(source.asked.length, 2);
  source.let();
  await settle();
  await pause();
  assert.equal(source.asked.length, 2);
  assert.deepEqual(heard(), ['window 1']);
  subscription.dispose();
});

test('nothing is asked while nothing can be sent; then the window comes anew', async () => {
  const { source, open, heard, state } = playbook();
  const subscription = open();
  await settle();
  heard();
  state.ready = false;
  subscription.touch();
  await pause();
  assert.equal(source.asked.length, 1);
  state.ready = true;
  subscription.restart();
  await pause();
  assert.deepEqual(heard(), ['window 1']);
  subscription.dispose();
});

test('an answer that comes when nothing can be sent is not lost', async () => {
  const { source, open, heard, state } = playbook();
  source.hold = true;
  const subscription = open();
  await settle();
  state.ready = false;
  source.hold = false;
  source.let();
  await pause();
  assert.deepEqual(heard(), []);
  state.ready = true;
  subscription.restart();
  await pause();
  assert.deepEqual(heard(), ['window 1']);
  subscription.dispose();
});

test('a window that is thrown away while its news are asked for comes whole', async () => {
  const { source, open, heard } = playbook();
  const subscription = open();
  await settle();
  heard();
  await pause();
  source.rows.set('ses_a', [callRow('a', 1), callRow('b', 2)]);
  source.hold = true;
  subscription.touch();
  await settle();
  subscription.restart();
  source.hold = false;
  source.let();
  await settle();
  await pause();
  assert.deepEqual(heard(), ['window 2']);
  subscription.dispose();
});

test('replacing throws the answer under way away and asks at once', async () => {
  const { source, open, heard } = playbook();
  source.rows.set('ses_b', [callRow('x', 1), callRow('y', 1)]);
  source.hold = true;
  const subscription = open();
  await settle();
  for (let i = 0; i < 50; i++) subscription.replace({ ...asked, session_id: 'ses_b', from: i });
  assert.deepEqual(source.asked, ['window ses_a']);
  source.hold = false;
  source.let();
  await settle();
  assert.deepEqual(source.asked, ['window ses_a', 'window ses_b']);
  assert.deepEqual(heard(), ['window 2']);
  assert.equal(subscription.sessionId, 'ses_b');
  subscription.replace(asked);
  await settle();
  assert.deepEqual(heard(), ['window 1'], 'without the pause');
  subscription.dispose();
});

test('trouble is told once, tried again, and followed by the whole window', async () => {
  const { source, open, heard, failures } = playbook();
  source.failure = new SourceError('too_slow', 'more than 2 s');
  const subscription = open();
  await settle();
  assert.deepEqual(heard(), ['error too_slow']);
  await pause(1_000);
  assert.deepEqual(heard(), []);
  assert.equal(source.asked.length, 2);
  source.failure = null;
  await pause(1_000);
  assert.deepEqual(heard(), ['window 1']);
  assert.equal(failures.length, 2);
  source.failure = new TypeError('a bug, with details that stay here');
  subscription.touch();
  await pause();
  assert.deepEqual(heard(), ['error failed']);
  subscription.dispose();
});

test('a bad filter is not tried again until another comes; a session that is gone may return', async () => {
  const { source, open, heard } = playbook();
  source.failure = new SourceError('bad_filter', 'is:what');
  const subscription = open({ filter: 'is:what' });
  await settle();
  subscription.touch();
  await pause(60_000);
  assert.deepEqual(heard(), ['error bad_filter']);
  assert.equal(source.asked.length, 1);
  source.failure = new SourceError('not_found', 'gone');
  subscription.replace(asked);
  await settle();
  assert.deepEqual(heard(), ['error not_found']);
  source.failure = null;
  await pause(60_000);
  assert.deepEqual(heard(), []);
  subscription.touch();
  await pause();
  assert.deepEqual(heard(), ['window 1']);
  subscription.dispose();
});

test('a source that throws at once is no different', async () => {
  const { open, heard, source } = playbook();
  source.window = () => {
    throw new Error('at once');
  };
  open().dispose();
  open();
  await settle();
  assert.deepEqual(heard(), ['error failed']);
});

test('after its end it says and asks nothing', async () => {
  const { source, open, heard } = playbook();
  source.hold = true;
  const subscription = open();
  await settle();
  subscription.dispose();
  source.let();
  subscription.touch();
  subscription.restart();
  await pause(60_000);
  assert.deepEqual(heard(), []);
  assert.equal(source.asked.length, 1);
});
