import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { makeViewerToken } from '../../../daemon/feed/access.ts';
import { type FeedServer, startFeed } from '../../../daemon/feed/server.ts';
import { rowKey, ServerMessage, type TreeRow } from '../../../daemon/protocol/feed.ts';
import { callRow, type ScriptedSource, scriptedSource, sessionHead, windowOf } from './scriptedSource.ts';

const token = 'T'.repeat(43);
let source: ScriptedSource;
let feed: FeedServer;
let failures: unknown[];
const opened: WebSocket[] = [];

beforeEach(async () => {
  source = scriptedSource();
  source.heads.set('ses_a', sessionHead('ses_a', 1));
  source.rows.set('ses_a', [callRow('a', 1)]);
  failures = [];
  feed = await startFeed({
    source,
    token,
    preferredPort: null,
    pageFolder: '/nowhere',
    onStop() {},
    onFailure: (error) => failures.push(error),
  });
});
afterEach(() => {
  for (const socket of opened.splice(0)) socket.terminate();
  feed.dispose();
});

const protocols = (name = token) => ['callgrove.v1', `token.${name}`];

function open(headers: Record<string, string> = {}, offered = protocols(), path = '/feed'): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${feed.port}${path}`, offered, { headers });
  opened.push(socket);
  return socket;
}

/** The status that a socket is refused with; 101 where it opens. */
function statusOf(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => {
    socket.on('open', () => resolve(101));
    socket.on('unexpected-response', (outgoing, response) => {
      resolve(response.statusCode ?? 0);
      outgoing.destroy();
    });
    socket.on('error', () => {});
  });
}

/** Collects what arrives, parsed. */
function collect(socket: WebSocket): ServerMessage[] {
  const got: ServerMessage[] = [];
  socket.on('message', (data) => got.push(ServerMessage.parse(JSON.parse(String(data)))));
  return got;
}

async function until(condition: () => boolean, what = ''): Promise<void> {
  for (let i = 0; i < 1_000 && !condition(); i++) await sleep(10);
  assert.ok(condition(), what);
}

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
    count: 100,
    ...change,
  });

test('who may open a socket', async () => {
  const cases: [string, Record<string, string>, string[], string, number][] = [
    ['the daemon’s token', {}, protocols(), '/feed', 101],
    ['a viewer’s', {}, protocols(makeViewerToken(token, Date.now())), '/feed', 101],
    ['by header', { authorization: `Bearer ${token}` }, ['callgrove.v1'], '/feed', 101],
    ['from its page', { origin: `http://127.0.0.1:${feed.port}` }, protocols(), '/feed', 101],
    ['no token', {}, ['callgrove.v1'], '/feed', 401],
    ['a wrong token', {}, protocols('x'), '/feed', 401],
    ['a token in the URL', {}, ['callgrove.v1'], `/feed?token=${token}`, 401],
    ['no protocol', { authorization: `Bearer ${token}` }, [], '/feed', 400],
    ['another protocol', {}, ['callgrove.v2', `token.${token}`], '/feed', 400],
    ['another path', {}, protocols(), '/api/status', 404],
    ['a foreign page', { origin: 'http://evil.test' }, protocols(), '/feed', 403],
    ['a foreign page without token', { origin: 'http://evil.test' }, ['callgrove.v1'], '/feed', 403],
    ['a sandboxed page', { origin: 'null' }, protocols(), '/feed', 403],
    [
      'a rebound name',
      { host: `evil.test:${feed.port}`, origin: `http://evil.test:${feed.port}` },
      protocols(),
      '/feed',
      403,
    ],
    ['another port', { host: `127.0.0.1:${feed.port + 1}` }, protocols(), '/feed', 403],
  ];
  for (const [what, headers, offered, path, status] of cases) {
    const socket = open(headers, offered, path);
    assert.equal(await statusOf(socket), status, what);
    if (status === 101) assert.equal(socket.protocol, 'callgrove.v1', 'the token is not echoed');
    socket.terminate();
  }
});

test('an upgrade that goes away or is no WebSocket harms nothing', async () => {
  const head = `Host: 127.0.0.1:${feed.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`;
  for (const rest of ['', `Sec-WebSocket-Protocol: callgrove.v1, token.${token}\r\n`, 'Sec-WebSocket-Key: x\r\n']) {
    const socket = connect(feed.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(`GET /feed HTTP/1.1\r\n${head}${rest}\r\n`);
    const [data] = await once(socket, 'data');
    assert.match(String(data), /^HTTP\/1\.1 40[01] /);
    socket.destroy();
  }
  const gone = connect(feed.port, '127.0.0.1');
  gone.write(`GET /feed HTTP/1.1\r\n${head}\r\n`);
  gone.destroy();
  assert.equal(await statusOf(open()), 101);
});

test('hello, window, delta, sessions and lag, numbered one after the other', async () => {
  const socket = open();
  const got = collect(socket);
  await until(() => got.length === 1);
  socket.send(subscribe(1));
  await until(() => got.length === 2);
  source.rows.get('ses_a')!.push(callRow('b', 2));
  source.change({ session_ids: ['ses_a'] });
  source.lag(100, 0);
  await until(() => got.length === 5);
  assert.deepEqual(got.map(({ type }) => type).sort(), ['delta', 'hello', 'lag', 'sessions', 'window']);
  assert.deepEqual(
    got.map(({ seq }) => seq),
    [1, 2, 3, 4, 5],
  );
  const hello = got[0]!;
  assert.ok(hello.type === 'hello' && hello.total_sessions === 1 && hello.epoch === 'epoch-1');
  const late = collect(open());
  await until(() => late.length === 2);
  assert.deepEqual(
    late.map(({ type }) => type),
    ['hello', 'lag'],
    'who comes later hears of the lag too',
  );
});

test('bad messages are answered, and the socket stays', async () => {
  const socket = open();
  const got = collect(socket);
  await until(() => got.length === 1);
  socket.send('{');
  socket.send(Buffer.from([1, 2, 3]));
  socket.send('{"type":"run","command":"sh"}');
  await until(() => got.length === 4);
  assert.deepEqual(
    got.slice(1).map((message) => message.type === 'error' && message.code),
    Array(3).fill('bad_message'),
  );
  socket.send(subscribe(1));
  await until(() => got.length === 5);
  socket.send('x'.repeat(64 * 1024 + 1));
  const [code] = await once(socket, 'close');
  assert.equal(code, 1009);
  await until(() => feed.viewers === 0);
});

test('a source that throws is told to the viewer and kills nothing', async () => {
  const socket = open();
  const got = collect(socket);
  await until(() => got.length === 1);
  source.failure = new Error('inner');
  socket.send(subscribe(1));
  await until(() => got.length === 2);
  assert.ok(got[1]!.type === 'error' && got[1]!.code === 'failed' && !got[1]!.message.includes('inner'));
  source.failure = null;
  source.change({ session_ids: ['ses_a'] });
  await until(() => got.some(({ type }) => type === 'window'));
  assert.equal(failures.length, 1);
});

test('whoever folds the deltas has the window', async () => {
  const socket = open();
  await once(socket, 'open');
  let order: string[] = [];
  const held = new Map<string, TreeRow>();
  socket.on('message', (data) => {
    const message = ServerMessage.parse(JSON.parse(String(data)));
    if (message.type !== 'window' && message.type !== 'delta') return;
    const rows = message.type === 'window' ? message.rows : message.changed;
    for (const row of rows) held.set(rowKey(row), row);
    order = message.type === 'window' ? message.rows.map(rowKey) : message.order;
  });
  socket.send(subscribe(1, { count: 20 }));
  let seed = 20_261_120;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * below);
  };
  const rows = source.rows.get('ses_a')!;
  for (let step = 1; step <= 300; step++) {
    const at = random(rows.length);
    if (random(3) === 0) rows.splice(at, 0, callRow(`n${step}`, step));
    else if (random(4) === 0 && rows.length > 1) rows.splice(at, 1);
    else rows[at] = callRow(rowKey(rows[at]!), step, { summary: `step ${step}` });
    source.change({ session_ids: ['ses_a'] });
    if (random(10) === 0) await sleep(random(50));
  }
  const expected = windowOf(rows, { from: 0, count: 20, follow: true }).rows;
  await until(() => JSON.stringify(order.map((key) => held.get(key))) === JSON.stringify(expected), `seed 20261120`);
});

test('a reader that stops costs bounded memory and catches up', async () => {
  const socket = open();
  const got = collect(socket);
  await until(() => got.length === 1);
  socket.send(subscribe(1));
  await until(() => got.length === 2);
  socket.pause();
  const wide = 'x'.repeat(10_000);
  let rev = 10;
  let quiet = 0;
  // More than the kernel's buffers and the bound together: after that the source is no longer asked.
  for (let step = 0; step < 400 && quiet < 5; step++) {
    source.rows.set(
      'ses_a',
      Array.from({ length: 100 }, (_, i) => callRow(`c${i}`, rev++, { summary: wide })),
    );
    const before = source.asked.filter((what) => what.startsWith('window')).length;
    source.change({ session_ids: ['ses_a'] });
    await sleep(60);
    quiet = source.asked.filter((what) => what.startsWith('window')).length === before ? quiet + 1 : 0;
  }
  assert.equal(quiet, 5);
  const newest = rev;
  socket.resume();
  await until(() =>
    got.some(
      (message) =>
        message.type === 'window' && message.rows.some((row) => row.kind === 'call' && row.call.rev === newest - 1),
    ),
  );
  const numbers = got.map(({ seq }) => seq);
  assert.deepEqual(
    numbers,
    [...numbers].sort((a, b) => a - b),
  );
});

test('sixty-four sockets, and room again when one leaves', async () => {
  const sockets = Array.from({ length: 64 }, () => open());
  await Promise.all(sockets.map((socket) => once(socket, 'open')));
  assert.equal(feed.viewers, 64);
  assert.equal(await statusOf(open()), 503);
  sockets[0]!.close();
  await until(() => feed.viewers === 63);
  assert.equal(await statusOf(open()), 101);
});

test('a viewer that leaves leaves nothing, and counts as seen', async () => {
  const socket = open();
  const got = collect(socket);
  await until(() => got.length === 1);
  socket.send(subscribe(1));
  await until(() => got.length === 2);
  assert.equal(feed.viewers, 1);
  socket.terminate();
  await until(() => feed.viewers === 0);
  const seen = feed.lastSeenAt;
  const asked = source.asked.length;
  source.change({ session_ids: ['ses_a'] });
  await sleep(50);
  assert.equal(source.asked.length, asked, 'nobody looks, nothing is asked');
  assert.ok(Date.now() - seen < 60_000);
  assert.equal(feed.lastSeenAt, seen);
});

test('the daemon’s end is said to every viewer', async () => {
  const socket = open();
  await once(socket, 'open');
  const closed = once(socket, 'close');
  feed.dispose();
  feed.dispose();
  const [code] = await closed;
  assert.equal(code, 1001);
});
