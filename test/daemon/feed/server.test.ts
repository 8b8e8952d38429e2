import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { makeViewerToken } from '../../../daemon/feed/access.ts';
import { type FeedServer, startFeed } from '../../../daemon/feed/server.ts';
import { SourceError } from '../../../daemon/feed/source.ts';
import { SessionList, Status } from '../../../daemon/protocol/api.ts';
import { BundlePreview } from '../../../daemon/protocol/bundle.ts';
import { callRow, type ScriptedSource, scriptedSource, sessionHead } from './scriptedSource.ts';

const token = 'T'.repeat(43);
const viewer = makeViewerToken(token, Date.now());
let folder: string;
let source: ScriptedSource;
let feed: FeedServer;
let stops: number;
let failures: unknown[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'callgrove-page-'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(folder, 'page.js'), 'export {};');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  source = scriptedSource();
  source.heads.set('ses_a', sessionHead('ses_a', 1));
  source.heads.set('ses_ab', sessionHead('ses_ab', 1));
  stops = 0;
  failures = [];
  feed = await startFeed({
    source,
    token,
    preferredPort: null,
    pageFolder: folder,
    onStop: () => stops++,
    onFailure: (error) => failures.push(error),
  });
});
afterEach(() => {
  feed.dispose();
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly code: string | null;
}

function ask(
  method: string,
  path: string,
  headers: Record<string, string | null> = {},
  body?: string | Buffer,
): Promise<Answer> {
  const all: Record<string, string | null> = { authorization: `Bearer ${token}`, ...headers };
  if (body !== undefined && !('content-type' in headers)) all['content-type'] = 'application/json';
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: '127.0.0.1',
      port: feed.port,
      method,
      path,
      agent: false,
      headers: Object.fromEntries(
        Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
      ),
    });
    let answered = false;
    outgoing.on('error', (error) => answered || reject(error));
    outgoing.on('response', (response) => {
      answered = true;
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => (text += chunk));
      response.on('error', reject);
      response.on('end', () => {
        const isError = response.statusCode !== 200 && text.startsWith('{');
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          code: isError ? JSON.parse(text).code : null,
        });
      });
    });
    outgoing.end(body);
  });
}

const paths = {
  get: [
    '/api/status',
    '/api/sessions',
    '/api/resolve?kind=session&text=ses_ab',
    '/api/sessions/ses_a',
    '/api/sessions/ses_a/tree',
    '/api/calls',
    '/api/heads?calls=call_a,call_b',
  ],
  missing: ['/api/calls/call_x', '/api/calls/call_x/detail', '/api/calls/call_x/frames/1'],
  unknown: [
    '/api',
    '/api/',
    '/api/nothing',
    '/api/sessions/',
    '/api/sessions/a/b',
    '/api/calls/x/frames/',
    '/api/calls/%zz',
  ],
};

test('who may ask what', async () => {
  const tokens: [string, string | null, boolean][] = [
    ['the daemon’s', `Bearer ${token}`, true],
    ['a viewer’s', `Bearer ${viewer}`, true],
    ['none', null, false],
    ['empty', 'Bearer ', false],
    ['a wrong one', `Bearer ${'t'.repeat(43)}`, false],
    ['without its kind', token, false],
    ['of another daemon', `Bearer ${makeViewerToken('x', Date.now())}`, false],
  ];
  for (const [what, authorization, good] of tokens) {
    for (const path of paths.get)
      assert.equal((await ask('GET', path, { authorization })).status, good ? 200 : 401, `${path} ${what}`);
    for (const path of paths.missing)
      assert.equal((await ask('GET', path, { authorization })).status, good ? 404 : 401, `${path} ${what}`);
    for (const path of paths.unknown.slice(2)) {
      assert.equal(
        (await ask('GET', path, { authorization })).status,
        good ? 404 : 401,
        `${path} ${what}: unknown paths tell nothing`,
      );
    }
    const act = await ask('POST', '/api/act', { authorization }, '{"act":"pin","session_id":"ses_a","pinned":true}');
    assert.equal(act.status, good ? 200 : 401, what);
  }
  assert.equal(source.acts.length, 2);
  assert.deepEqual(failures, []);
});

test('a token in the URL is no token', async () => {
  assert.equal((await ask('GET', `/api/status?token=${token}`, { authorization: null })).status, 401);
});

test('a foreign Host or Origin gets nothing, with the right token too', async () => {
  const bad: Record<string, string>[] = [
    { host: 'evil.test' },
    { host: `evil.test:${feed.port}` },
    { host: `127.0.0.1:${feed.port + 1}` },
    { host: '127.0.0.1' },
    { origin: 'null' },
    { origin: 'http://evil.test' },
    { origin: `https://127.0.0.1:${feed.port}` },
  ];
  for (const headers of bad) {
    for (const path of ['/', '/page.js', ...paths.get])
      assert.equal((await ask('GET', path, headers)).status, 403, JSON.stringify(headers));
    for (const path of ['/api/act', '/api/code', '/api/exchange'])
      assert.equal((await ask('POST', path, headers, '{}')).status, 403);
  }
  assert.deepEqual(source.asked, []);
  for (const host of [`localhost:${feed.port}`, `[::1]:${feed.port}`]) {
    assert.equal((await ask('GET', '/api/status', { host, origin: `http://${host}` })).status, 200);
  }
});

test('methods, types and sizes', async () => {
  const cases: [string, string, Record<string, string>, string | undefined, number][] = [
    ['POST', '/api/status', {}, '{}', 405],
    ['GET', '/api/act', {}, undefined, 405],
    ['OPTIONS', '/api/act', {}, undefined, 405],
    ['DELETE', '/api/sessions/ses_a', {}, undefined, 405],
    ['POST', '/', {}, '', 405],
    ['HEAD', '/nothing', {}, undefined, 404],
    ['POST', '/api/act', { 'content-type': 'text/plain' }, '{"act":"stop"}', 415],
    ['POST', '/api/act', { 'content-type': 'application/x-www-form-urlencoded' }, 'act=stop', 415],
    ['POST', '/api/act', { 'content-type': 'multipart/form-data; boundary=x' }, '', 415],
    ['POST', '/api/exchange', { 'content-type': 'text/plain' }, '{"code":"x"}', 415],
    [
      'POST',
      '/api/act',
      { 'content-type': 'application/json; charset=utf-8' },
      '{"act":"pin","session_id":"s","pinned":true}',
      200,
    ],
    ['POST', '/api/act', {}, '', 400],
    ['POST', '/api/act', {}, '{', 400],
    ['POST', '/api/act', {}, '{"act":"run","command":"sh"}', 400],
    ['POST', '/api/act', {}, '{"act":"label","session_id":"s"}', 400],
    ['POST', '/api/act', {}, `{"act":"label","session_id":"s","label":"${'x'.repeat(201)}"}`, 400],
    ['POST', '/api/act', {}, ' '.repeat(64 * 1024 + 1), 413],
    ['POST', '/api/act', {}, `${' '.repeat(64 * 1024 - 44)}{"act":"pin","session_id":"s","pinned":true}`, 200],
    ['POST', '/api/exchange', {}, 'x'.repeat(1024 * 1024), 413],
    ['GET', '/api/sessions?limit=0', {}, undefined, 400],
    ['GET', '/api/heads', {}, undefined, 400],
    ['GET', '/api/heads?calls=', {}, undefined, 400],
    ['GET', `/api/heads?calls=${Array(101).fill('call_a').join()}`, {}, undefined, 400],
    ['GET', '/api/sessions?limit=x', {}, undefined, 400],
    ['GET', '/api/sessions?command=sh', {}, undefined, 400],
    ['GET', '/api/resolve?kind=path&text=x', {}, undefined, 400],
    ['GET', '/api/resolve?kind=call', {}, undefined, 400],
    ['GET', '/api/calls/c/frames/1?limit=99999999', {}, undefined, 400],
  ];
  for (const [method, path, headers, body, status] of cases) {
    const answer = await ask(method, path, headers, body);
    assert.equal(answer.status, status, `${method} ${path} ${JSON.stringify(headers)} ${body?.slice(0, 60)}`);
    if (status === 405) assert.ok(answer.headers.allow);
  }
  assert.equal(stops, 0);
});

test('a body of unknown length is bounded too', async () => {
  const socket = connect(feed.port, '127.0.0.1');
  socket.write(
    `POST /api/exchange HTTP/1.1\r\nHost: 127.0.0.1:${feed.port}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
  );
  const piece = `2000\r\n${'x'.repeat(0x2000)}\r\n`;
  for (let i = 0; i < 9; i++) socket.write(piece);
  const [data] = await once(socket, 'data');
  assert.match(String(data), /^HTTP\/1\.1 413 /);
  socket.destroy();
});

test('what is no HTTP is answered and closed', async () => {
  for (const text of ['\0\0\0\0\r\n\r\n', 'GET\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n']) {
    const socket = connect(feed.port, '127.0.0.1');
    socket.write(text);
    const [data] = await once(socket, 'data');
    assert.match(String(data), /^HTTP\/1\.1 40[03] /);
    socket.destroy();
  }
  assert.equal((await ask('GET', '/api/status')).status, 200);
});

test('every answer has its headers; none opens a door to another origin', async () => {
  const answers = [
    await ask('GET', '/api/status'),
    await ask('GET', '/api/calls'),
    await ask('GET', '/'),
    await ask('GET', '/api/status', { authorization: null }),
    await ask('GET', '/api/status', { origin: 'http://evil.test' }),
    await ask('OPTIONS', '/api/act', {
      origin: `http://127.0.0.1:${feed.port}`,
      'access-control-request-method': 'POST',
    }),
  ];
  for (const { headers } of answers) {
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['callgrove-feed'], '1');
    assert.deepEqual(
      Object.keys(headers).filter((name) => name.startsWith('access-control')),
      [],
    );
  }
});

test('the page: its files, by a fixed list, under a strict policy', async () => {
  const page = await ask('GET', '/', { authorization: null });
  assert.equal(page.status, 200);
  assert.match(page.text, /<title>page/);
  assert.equal(page.headers['content-type'], 'text/html; charset=utf-8');
  const policy = String(page.headers['content-security-policy']);
  for (const part of [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ]) {
    assert.ok(policy.includes(part), part);
  }
  assert.doesNotMatch(policy, /unsafe|\*/);
  assert.match(policy, new RegExp(`connect-src 'self' ws://127\\.0\\.0\\.1:${feed.port}`));
  assert.equal(
    (await ask('GET', '/page.js', { authorization: null })).headers['content-type'],
    'text/javascript; charset=utf-8',
  );
  assert.equal((await ask('GET', '/?anything#x', { authorization: null })).status, 200);
  const missing = await ask('GET', '/page.css', { authorization: null });
  assert.equal(missing.code, 'not_built');
  const others = [
    '/secret.txt',
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/page.js/',
    '/index.html/../secret.txt',
  ];
  for (const path of [...others, '/constructor', '/__proto__', '/page.js%00', '/feed']) {
    assert.equal((await ask('GET', path, { authorization: null })).status, 404, path);
  }
});

test('a code is exchanged once, for a token that opens the feed but ends nothing', async () => {
  const made = JSON.parse((await ask('POST', '/api/code', {}, '{}')).text);
  assert.ok(Date.parse(made.expires_at) > Date.now());
  const body = JSON.stringify({ code: made.code });
  const first = await ask('POST', '/api/exchange', { authorization: null }, body);
  assert.equal(first.status, 200);
  assert.equal((await ask('POST', '/api/exchange', { authorization: null }, body)).status, 401);
  const authorization = `Bearer ${JSON.parse(first.text).token}`;
  assert.equal((await ask('GET', '/api/status', { authorization })).status, 200);
  for (const refused of ['{"act":"stop"}', '{"act":"prune","max_age_days":0,"max_bytes":0,"dry_run":false}']) {
    assert.equal((await ask('POST', '/api/act', { authorization }, refused)).code, 'not_for_viewers');
  }
  assert.equal((await ask('POST', '/api/code', { authorization }, '{}')).code, 'not_for_viewers');
  assert.equal(stops, 0);
  for (let i = 0; i < 4; i++) assert.equal((await ask('POST', '/api/exchange', {}, '{"code":"x"}')).status, 401);
  const limited = await ask('POST', '/api/exchange', {}, '{"code":"x"}');
  assert.equal(limited.status, 429);
  assert.equal(limited.headers['retry-after'], '60');
});

test('stop answers first', async () => {
  const answer = await ask('POST', '/api/act', {}, '{"act":"stop"}');
  assert.deepEqual(JSON.parse(answer.text), { ok: true, session: null, prune: null });
  for (let i = 0; i < 100 && stops === 0; i++) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(stops, 1);
});

test('answers are what the schemas say', async () => {
  const status = Status.parse(JSON.parse((await ask('GET', '/api/status')).text));
  assert.equal(status.port, feed.port);
  assert.equal(status.viewers, 0);
  assert.equal(
    SessionList.parse(JSON.parse((await ask('GET', '/api/sessions?all=1&limit=1')).text)).sessions.length,
    1,
  );
  assert.equal((await ask('GET', '/api/resolve?kind=session&text=nothing')).code, 'not_found');
  const ambiguous = await ask('GET', '/api/resolve?kind=session&text=ses');
  assert.deepEqual(JSON.parse(ambiguous.text).candidates, ['ses_a', 'ses_ab']);
  assert.equal(ambiguous.code, 'ambiguous');
  assert.equal((await ask('GET', '/api/sessions/ses_x')).status, 404);
  assert.equal((await ask('GET', '/api/sessions/ses_x/tree')).status, 404);
  source.rows.set('ses_a', [callRow('a', 1), callRow('b', 2)]);
  const tree = await ask('GET', '/api/sessions/ses_a/tree?everything=1&filter=x');
  assert.equal(tree.headers['content-type'], 'application/x-ndjson; charset=utf-8');
  assert.equal(tree.text.split('\n').length, 3);
  assert.equal((await ask('GET', '/api/calls/a%2Fb/frames/3.1?raw=1&offset=5&limit=9')).status, 404);
  assert.equal(source.asked.at(-1), 'frame a/b 3.1 {"raw":true,"offset":5,"limit":9}');
  await ask('GET', '/api/calls?session=ses_a&errors=1&filter=tool%3Ax&limit=3');
  const asked = { workspace: null, all: true, session_id: 'ses_a', filter: 'tool:x', errors: true, limit: 3 };
  assert.equal(source.asked.at(-1), `calls ${JSON.stringify(asked)}`);
});

test('a source in trouble answers with its code, and the server goes on', async () => {
  const cases: [unknown, number, string][] = [
    [new SourceError('bad_filter', 'is:what'), 400, 'bad_filter'],
    [new SourceError('too_slow', 'more than 2 s'), 503, 'too_slow'],
    [new SourceError('not_found', 'gone'), 404, 'not_found'],
    [new SourceError('unavailable', 'rebuilding'), 503, 'unavailable'],
    [new TypeError('secret detail'), 500, 'failed'],
    ['a string', 500, 'failed'],
  ];
  for (const [failure, status, code] of cases) {
    source.failure = failure;
    for (const path of ['/api/status', '/api/calls', '/api/sessions/ses_a']) {
      const answer = await ask('GET', path);
      assert.deepEqual([answer.status, answer.code], [status, code], path);
      assert.doesNotMatch(answer.text, /secret detail/);
    }
  }
  assert.equal(failures.length, cases.length * 3);
  source.failure = null;
  assert.equal((await ask('GET', '/api/status')).status, 200);
});

test('lines wait for their reader, and end with it', async () => {
  let given = 0;
  let ended = false;
  source.calls = async function* () {
    try {
      for (; given < 5_000; given++) yield [JSON.parse(JSON.stringify({ filler: 'x'.repeat(100_000) }))];
    } finally {
      ended = true;
    }
  };
  const socket = connect(feed.port, '127.0.0.1');
  socket.write(`GET /api/calls HTTP/1.1\r\nHost: 127.0.0.1:${feed.port}\r\nAuthorization: Bearer ${token}\r\n\r\n`);
  await once(socket, 'readable');
  let before = -1;
  while (before !== given) {
    before = given;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.ok(given < 2_500, `${given} batches for a reader that does not read`);
  socket.destroy();
  for (let i = 0; i < 500 && !ended; i++) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(ended);
  assert.deepEqual(failures, []);
});

test('the daemon’s end cuts what is under way', async () => {
  source.calls = async function* () {
    yield [JSON.parse('{"call_id":"a"}')];
    await new Promise(() => {});
  };
  const reading = ask('GET', '/api/calls');
  setTimeout(() => feed.dispose(), 50);
  await assert.rejects(reading, /aborted|hang up|ECONNRESET/);
  await assert.rejects(ask('GET', '/api/status'), /ECONNREFUSED/);
});

test('lines that break off are cut, not ended', async () => {
  source.calls = async function* () {
    yield [JSON.parse('{"call_id":"a"}')];
    throw new Error('disk gone');
  };
  await assert.rejects(ask('GET', '/api/calls'), /aborted|hang up|ECONNRESET/);
  assert.equal(failures.length, 1);
});

test('the last port is taken again if it is free, else another', async () => {
  const taken = await startFeed({
    source,
    token,
    preferredPort: feed.port,
    pageFolder: folder,
    onStop() {},
    onFailure() {},
  });
  assert.notEqual(taken.port, feed.port);
  const port = taken.port;
  taken.dispose();
  const again = await startFeed({
    source,
    token,
    preferredPort: port,
    pageFolder: folder,
    onStop() {},
    onFailure() {},
  });
  assert.equal(again.port, port);
  again.dispose();
});

test('a bundle is a download for whoever may look, masked always, and its file goes with the answer', async () => {
  const answer = await ask('GET', '/api/sessions/ses_a/bundle?bodies=full&instructions=1&max=0', {
    authorization: `Bearer ${viewer}`,
  });
  assert.deepEqual([answer.status, answer.text], [200, 'PK-bytes']);
  assert.equal(answer.headers['content-type'], 'application/zip');
  assert.equal(answer.headers['content-disposition'], 'attachment; filename="ses_a.callgrove.zip"');
  assert.equal(answer.headers['content-length'], '8');
  const options = { bodies: 'full', with_instructions: true, max_bytes: null, redact: true, diff: null, around: null };
  assert.equal(source.asked[0], `bundle ses_a ${JSON.stringify(options)}`);
  while (!source.asked.includes('disposed')) await new Promise(setImmediate);
  const preview = await ask('GET', '/api/sessions/ses_a/bundle?preview=1&around=call_x');
  assert.equal(BundlePreview.parse(JSON.parse(preview.text)).bytes, 8);
  assert.ok(source.asked.some((asked) => asked.includes('"around":{"call_id":"call_x","calls":20}')));
  assert.equal(source.asked.filter((asked) => asked === 'disposed').length, 2);
  for (const query of ['redact=0', 'bodies=raw', 'max=-1', 'calls=1e9']) {
    assert.equal((await ask('GET', `/api/sessions/ses_a/bundle?${query}`)).status, 400, query);
  }
  assert.equal((await ask('POST', '/api/sessions/ses_a/bundle', {}, '{}')).status, 405);
  assert.equal((await ask('GET', '/api/sessions/ses_a/bundle', { authorization: null })).status, 401);
});
