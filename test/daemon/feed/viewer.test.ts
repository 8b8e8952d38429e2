import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { openViewer, type Wire } from '../../../daemon/feed/viewer.ts';
import { ServerMessage } from '../../../daemon/protocol/feed.ts';
import { callRow, scriptedSource, sessionHead } from './scriptedSource.ts';

beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
afterEach(() => mock.timers.reset());

const settle = () => new Promise((resolve) => setImmediate(resolve));
const pause = async () => {
  mock.timers.tick(200);
  await settle();
};

/** A wire whose reader reads only when told. */
function slowWire() {
  const unread: { text: string; written: () => void }[] = [];
  const state = { reading: true, closed: null as number | null };
  const got: ServerMessage[] = [];
  const read = () => {
    for (const { text, written } of unread.splice(0)) {
      got.push(ServerMessage.parse(JSON.parse(text)));
      queueMicrotask(written);
    }
  };
  const wire: Wire = {
    send(text, written) {
      unread.push({ text, written });
      if (state.reading) queueMicrotask(read);
    },
    get waiting() {
      return unread.reduce((sum, { text }) => sum + text.length, 0);
    },
    close(code) {
      state.closed = code;
    },
  };
  return { wire, state, got, read, types: () => got.splice(0).map(({ type }) => type) };
}

function playbook() {
  const source = scriptedSource();
  source.heads.set('ses_a', sessionHead('ses_a', 1));
  source.rows.set('ses_a', [callRow('a', 1)]);
  const slow = slowWire();
  const asks: [readonly string[], readonly string[]][] = [];
  const failures: unknown[] = [];
  const open = () =>
    openViewer(slow.wire, {
      source,
      ask: (ids, removed) => asks.push([ids, removed]),
      onFailure: (error) => failures.push(error),
    });
  const subscribe = (id: number, change: object = {}) =>
    JSON.stringify({
      type: 'subscribe',
      id,
      session_id: 'ses_a',
      filter: '',
      everything: false,
      collapsed: [],
      follow: true,
      from: 0,
      count: 500,
      ...change,
    });
  return { source, asks, failures, open, subscribe, ...slow };
}

test('hello comes first, whatever was asked before it, and numbers rise', async () => {
  const { source, open, subscribe, got, asks } = playbook();
  source.hold = true;
  const viewer = open();
  viewer.receive(subscribe(1));
  viewer.sessions([sessionHead('ses_b', 2)], ['ses_c']);
  viewer.lag({ journal_bytes: 9, second_stage_calls: 0 });
  await pause();
  assert.deepEqual(got, []);
  source.hold = false;
  source.let();
  await pause();
  assert.deepEqual(
    got.map(({ type }) => type),
    ['hello', 'lag', 'window'],
  );
  assert.deepEqual(
    got.map(({ seq }) => seq),
    [1, 2, 3],
  );
  assert.deepEqual(asks, [[['ses_b'], ['ses_c']]], 'what came before hello is asked for after it');
  viewer.dispose();
  assert.equal(viewer.subscriptions, 0);
});

test('messages that are none get an error, and the viewer goes on', async () => {
  const { open, subscribe, got } = playbook();
  const viewer = open();
  await pause();
  got.length = 0;
  const bad = [null, '', '{', '[]', '{"type":"x"}', subscribe(1, { count: 501 }), subscribe(1, { count: 0 })];
  bad.push(subscribe(1, { filter: 'x'.repeat(501) }), subscribe(1, { from: -1 }), '{"type":"unsubscribe"}');
  for (const text of bad) viewer.receive(text);
  await pause();
  assert.deepEqual(
    got.map((message) => (message.type === 'error' ? message.code : message.type)),
    bad.map(() => 'bad_message'),
  );
  got.length = 0;
  viewer.receive(subscribe(1));
  await pause();
  assert.deepEqual(
    got.map(({ type }) => type),
    ['window'],
  );
  viewer.receive('{"type":"unsubscribe","id":1}');
  viewer.receive('{"type":"unsubscribe","id":99}');
  assert.equal(viewer.subscriptions, 0);
  viewer.dispose();
});

test('sixteen subscriptions; an id that is used again replaces', async () => {
  const { open, subscribe, got } = playbook();
  const viewer = open();
  for (let id = 0; id < 17; id++) viewer.receive(subscribe(id));
  viewer.receive(subscribe(3));
  assert.equal(viewer.subscriptions, 16);
  await pause();
  const errors = got.filter((message) => message.type === 'error');
  assert.deepEqual(
    errors.map(({ id, code }) => [id, code]),
    [[16, 'too_many_subscriptions']],
  );
  viewer.dispose();
  assert.equal(viewer.subscriptions, 0);
});

test('changes touch the subscriptions of their session', async () => {
  const { source, open, subscribe } = playbook();
  source.rows.set('ses_b', []);
  const viewer = open();
  viewer.receive(subscribe(1));
  viewer.receive(subscribe(2, { session_id: 'ses_b' }));
  await pause();
  source.asked.length = 0;
  viewer.changed({ rev: 2, session_ids: ['ses_b', 'ses_x'], removed_session_ids: [] });
  await pause();
  assert.deepEqual(source.asked, ['window ses_b']);
  viewer.changed({ rev: 3, session_ids: [], removed_session_ids: ['ses_a'] });
  await pause();
  assert.deepEqual(source.asked, ['window ses_b', 'window ses_a']);
  viewer.dispose();
});

test('who does not read gets nothing more, then the present', async () => {
  const { source, open, subscribe, state, read, types, wire, asks } = playbook();
  const viewer = open();
  viewer.receive(subscribe(1));
  await pause();
  assert.deepEqual(types(), ['hello', 'window']);
  state.reading = false;
  const wide = 'x'.repeat(20_000);
  let rev = 10;
  for (let step = 0; step < 30; step++) {
    source.rows.set(
      'ses_a',
      Array.from({ length: 40 }, (_, i) => callRow(`c${i}`, rev++, { summary: wide })),
    );
    viewer.changed({ rev, session_ids: ['ses_a'], removed_session_ids: [] });
    viewer.sessions([sessionHead(`ses_${step}`, rev)], []);
    viewer.lag({ journal_bytes: step, second_stage_calls: 0 });
    await pause();
  }
  assert.ok(wire.waiting < 6 * 1024 * 1024, `${wire.waiting} bytes wait`);
  const askedWhileHeld = source.asked.length;
  viewer.changed({ rev, session_ids: ['ses_a'], removed_session_ids: [] });
  await pause();
  assert.equal(source.asked.length, askedWhileHeld, 'nor is the source asked for it');
  for (let i = 0; i < 1000; i++) viewer.receive('{');
  assert.ok(wire.waiting < 6 * 1024 * 1024);
  state.reading = true;
  read();
  types();
  await pause();
  await pause();
  assert.deepEqual(types(), ['lag', 'window']);
  assert.equal(asks.length, 1);
  assert.ok(asks[0]![0].includes('ses_29') && !asks[0]![0].includes('ses_0'), 'only what it missed');
  viewer.dispose();
});

test('who missed too much is asked to come again', async () => {
  const { source, open, state } = playbook();
  source.hold = true;
  const viewer = open();
  for (let i = 0; i < 5_000; i++) viewer.sessions([], [`ses_${i}`]);
  assert.equal(state.closed, null);
  viewer.sessions([], ['ses_x']);
  assert.equal(state.closed, 1013);
  viewer.dispose();
});

test('sessions that cannot be read end the socket with an error, not the daemon', async () => {
  const { source, open, got, state, failures } = playbook();
  source.failure = new Error('database is locked');
  const viewer = open();
  await pause();
  assert.deepEqual(
    got.map((message) => (message.type === 'error' ? message.code : message.type)),
    ['unavailable'],
  );
  assert.equal(state.closed, 1011);
  assert.equal(failures.length, 1);
  viewer.dispose();
});

test('after its end nothing is sent', async () => {
  const { source, open, subscribe, got } = playbook();
  source.hold = true;
  const viewer = open();
  viewer.receive(subscribe(1));
  viewer.dispose();
  viewer.dispose();
  source.let();
  viewer.lag({ journal_bytes: 1, second_stage_calls: 1 });
  viewer.receive('{');
  viewer.changed({ rev: 1, session_ids: ['ses_a'], removed_session_ids: [] });
  await pause();
  assert.deepEqual(got, []);
});
