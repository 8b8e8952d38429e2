/** `callgrove run --url` against scripted HTTP servers: each way in which one can answer, refuse, break off or lie. */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { brotliCompressSync, createGzip, deflateSync, gzipSync } from 'node:zlib';
import { PROXY_ERROR_CODE } from '../../daemon/proxy/httpFailure.ts';
import { modernCall, opening, type Script, type Seen } from '../support/httpPeer.ts';
import { errorOf, type Spoken, throughUrl, type UrlOptions } from '../support/throughUrl.ts';

const call = (id: unknown, name = 'echo', args: object = {}) =>
  JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } });
const result = (id: unknown, text = 'done') =>
  `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"content":[{"type":"text","text":"${text}"}]}}`;
const SSE = { 'content-type': 'text/event-stream' };
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

/** Opens a session; what follows is the script's. */
function inSession(name: string, script: Script, body: (run: Spoken) => Promise<void>, options: UrlOptions = {}): void {
  const all: Script = async (seen, response) => {
    if (!opening(seen, response)) await script(seen, response);
  };
  test(name, { timeout: 60_000 }, () => throughUrl(all, body, { opened: true, ...options }));
}

/** The one answer to one call, after the opening's. */
async function answerTo(run: Spoken, line: string): Promise<string> {
  const before = run.lines().length;
  run.say(line);
  for (;;) {
    const got = run.lines()[before];
    if (got !== undefined) return got;
    await new Promise((done) => run.child.stdout.once('data', done));
  }
}

inSession(
  'session id and revision are kept and sent, and the session is ended',
  (seen, response) => response.writeHead(200, JSON_TYPE).end(result(seen.json?.id)),
  async (run) => {
    assert.equal(await answerTo(run, call('one')), result('one'));
    const end = await run.finish();
    assert.equal(end.code, 0);
    assert.equal(end.stderr.toString(), '');
    const { seen } = run.peer;
    const [first] = seen;
    assert.equal(first?.headers['mcp-session-id'], undefined);
    assert.equal(first?.headers['mcp-protocol-version'], undefined);
    for (const later of seen.slice(1)) {
      assert.equal(later.headers['mcp-session-id'], 'session-1', later.method);
      assert.equal(later.headers['mcp-protocol-version'], '2025-11-25');
    }
    assert.deepEqual(seen.map(({ method }) => method).sort(), ['DELETE', 'GET', 'POST', 'POST', 'POST']);
    const posted = seen.find(({ json }) => json?.method === 'tools/call');
    assert.equal(posted?.headers.accept, 'application/json, text/event-stream');
    assert.equal(posted?.headers['content-type'], 'application/json');
    const journal = run.journal();
    assert.equal(journal.bytes('c2s').toString().trimEnd().split('\n').length, 3);
    assert.equal(journal.bytes('s2c').toString(), end.stdout.toString());
    assert.deepEqual(journal.documents('exit'), [{ code: 0, signal: null, error: null }]);
  },
);

test('bytes are passed as they are, both ways: odd numbers, duplicate keys, escapes', { timeout: 60_000 }, async () => {
  const odd =
    '{"jsonrpc":"2.0", "id":9007199254740993,"method":"x/y","params":{"a":1.0e+2,"a":-0,"b":"\\ud800 \\u0041\u2028"}}';
  const back = '{"x":1,"x":2,"jsonrpc":"2.0","result":{"n":1e400,"s":"\\ud83d"},"id":9007199254740993}';
  await throughUrl(
    (_, response) => response.writeHead(200, SSE).end(`data: ${back}\n\n`),
    async (run) => {
      assert.equal(await answerTo(run, odd), back);
      assert.equal(run.peer.seen[0]?.body, odd);
    },
  );
});

for (const [what, body, expected] of [
  [
    'an event in several data lines',
    'data: {"jsonrpc":"2.0",\ndata: "id":1,"result":{}}\n\n',
    '{"jsonrpc":"2.0", "id":1,"result":{}}',
  ],
  [
    'comments, other events, CRLF',
    ': hi\r\n\r\nevent: ping\r\ndata: {}\r\n\r\nevent: message\r\ndata: {"jsonrpc":"2.0","id":1,"result":{}}\r\n\r\n',
    '{"jsonrpc":"2.0","id":1,"result":{}}',
  ],
] as const) {
  inSession(
    what,
    (_, response) => response.writeHead(200, SSE).end(body),
    async (run) => {
      assert.equal(await answerTo(run, call(1)), expected);
      assert.equal((await run.finish()).stdout.toString().trimEnd().split('\n').length, 2);
    },
  );
}

inSession(
  'a JSON answer over several lines becomes one line',
  (seen, response) =>
    response.writeHead(200, JSON_TYPE).end(`{\r\n  "jsonrpc": "2.0",\n  "id": ${seen.json?.id},\n  "result": {}\n}\n`),
  async (run) => {
    assert.equal(
      (await answerTo(run, call(1))).replace(/ +/g, ' ').trim(),
      '{ "jsonrpc": "2.0", "id": 1, "result": {} }',
    );
  },
);

for (const [encoding, pack] of [
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
] as const) {
  inSession(
    `an answer packed with ${encoding}`,
    (seen, response) =>
      response.writeHead(200, { ...JSON_TYPE, 'content-encoding': encoding }).end(pack(result(seen.json?.id, 'ü'))),
    async (run) => assert.equal(await answerTo(run, call(1)), result(1, 'ü')),
  );
}

inSession(
  'a packed stream is read event by event',
  (seen, response) => {
    const gzip = createGzip();
    response.writeHead(200, { ...SSE, 'content-encoding': 'gzip' });
    gzip.pipe(response);
    gzip.write(`data: {"jsonrpc":"2.0","method":"notifications/message","params":{}}\n\n`);
    gzip.flush();
    // The answer follows once the agent has reacted to the first event.
    if (seen.json?.id === 1) later = () => gzip.end(`data: ${result(1)}\n\n`);
  },
  async (run) => {
    assert.match(await answerTo(run, call(1)), /notifications\/message/);
    later();
    await run.saw('"id":1,"result"');
  },
);
let later: () => void = () => {};

inSession(
  'ten calls in flight, answered backwards, by id',
  (seen, response) => {
    waiting.push(() => response.writeHead(200, JSON_TYPE).end(result(seen.json?.id)));
    if (waiting.length === 10) for (const answer of waiting.splice(0).reverse()) answer();
  },
  async (run) => {
    run.say(...Array.from({ length: 10 }, (_, n) => call(n + 1)));
    const end = await run.finish();
    const ids = end.stdout
      .toString()
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => JSON.parse(line).id);
    assert.deepEqual(
      ids.sort((a, b) => a - b),
      Array.from({ length: 10 }, (_, n) => n + 1),
    );
  },
);
const waiting: (() => void)[] = [];

inSession(
  'notifications keep their order among what follows',
  (seen, response) => void setTimeout(() => response.writeHead(200, JSON_TYPE).end(result(seen.json?.id)), 5),
  async (run) => {
    for (let n = 0; n < 5; n++)
      run.say(`{"jsonrpc":"2.0","method":"notifications/progress","params":{"progress":${n}}}`, call(n));
    await run.finish();
    const order = run.peer.seen.flatMap(({ json }) =>
      json?.method === 'tools/call'
        ? [json.id]
        : json?.method === 'notifications/progress'
          ? [`p${json.params?.progress}`]
          : [],
    );
    assert.deepEqual(order, ['p0', 0, 'p1', 1, 'p2', 2, 'p3', 3, 'p4', 4]);
  },
);

test('a batch of 2025-03-26 is one POST; answers come as they are, the missing one as an error', {
  timeout: 60_000,
}, async () => {
  await throughUrl(
    (_, response) => response.writeHead(200, SSE).end(`data: [${result('1')}]\n\ndata: ${result(1)}\n\n`),
    async (run) => {
      run.say(`[${call(1)},${call('1')},${call(2)},{"jsonrpc":"2.0","method":"notifications/x"}]`);
      await run.saw('"source":"callgrove"');
      const lines = run.lines();
      assert.deepEqual(lines.slice(0, 2), [`[${result('1')}]`, result(1)]);
      assert.equal(errorOf(lines[2]).id, 2);
      assert.equal(lines.length, 3);
      assert.equal(run.peer.seen.length, 1);
    },
  );
});

test('what the server asks comes on the GET stream, is answered by POST, and the stream is opened again', {
  timeout: 60_000,
}, async () => {
  const asks = '{"jsonrpc":"2.0","id":1,"method":"roots/list"}';
  let streams = 0;
  await throughUrl(
    (seen, response) => {
      if (seen.method === 'GET') {
        streams++;
        if (streams === 1) response.writeHead(200, SSE).end(`retry: 30\nid: ev-1\ndata: ${asks}\n\n`);
        else response.writeHead(200, SSE).write(`data: {"jsonrpc":"2.0","method":"notifications/x"}\n\n`);
      } else if (seen.json && 'result' in seen.json) response.writeHead(202).end();
      else opening(seen, response);
    },
    async (run) => {
      await run.saw('roots/list');
      run.say('{"jsonrpc":"2.0","id":1,"result":{"roots":[]}}');
      await run.saw('notifications/x');
      const [first, second] = run.peer.seen.filter(({ method }) => method === 'GET');
      assert.equal(first?.headers['last-event-id'], undefined);
      assert.equal(first?.headers.accept, 'text/event-stream');
      assert.equal(second?.headers['last-event-id'], 'ev-1');
      await run.peer.saw(({ body }) => body.includes('"roots":[]'));
    },
    { opened: true },
  );
});

inSession(
  'a stream that breaks off after an event with an id is resumed, as often as it takes',
  (seen, response) => {
    if (seen.method !== 'GET') {
      response
        .writeHead(200, SSE)
        .write('retry: 25\nid: a-1\ndata: {"jsonrpc":"2.0","method":"notifications/one"}\n\ndata: {"torn');
      response.write('', () => response.destroy());
    } else if (seen.headers['last-event-id'] === 'a-1') response.writeHead(200, SSE).end('id: a-2\ndata:\n\n');
    else response.writeHead(200, SSE).end(`data: ${result(7)}\n\n`);
  },
  async (run) => {
    run.say(call(7));
    await run.saw(result(7));
    assert.deepEqual(run.lines().slice(1), ['{"jsonrpc":"2.0","method":"notifications/one"}', result(7)]);
    const last = run.peer.seen.at(-1);
    assert.equal(last?.headers['last-event-id'], 'a-2');
    assert.equal(last?.headers['mcp-session-id'], 'session-1');
    await run.finish();
    assert.ok(run.exchanges().some(({ reconnects }) => reconnects === 2));
  },
);

inSession(
  'a stream that breaks off, from a server that does not resume: it is not said of the endpoint',
  ({ method }, response) => {
    if (method === 'GET') response.writeHead(405).end();
    else
      response
        .writeHead(200, SSE)
        .write('retry: 25\nid: a-1\ndata: {"jsonrpc":"2.0","method":"notifications/one"}\n\n', () =>
          response.destroy(),
        );
  },
  async (run) => {
    run.say(call(7));
    await run.saw('"source":"callgrove"');
    const { data, message } = errorOf(run.lines().at(-1));
    assert.match(
      message,
      /^Callgrove: the answer of \S+ broke off, and HTTP 405 was said to the question for the rest/,
    );
    assert.deepEqual(
      [data.error_class, data.may_have_run, data.recovery_action],
      ['transport_error', true, 'verify_then_retry'],
    );
  },
);

inSession(
  'a stream that breaks off without an id: the call may have been carried out',
  (_, response) => {
    response.writeHead(200, SSE).write(': begun\n\n', () => response.destroy());
  },
  async (run) => {
    const error = errorOf(await answerTo(run, call('x')));
    assert.deepEqual(
      [error.id, error.code, error.data.error_class, error.data.may_have_run],
      ['x', PROXY_ERROR_CODE, 'transport_error', true],
    );
    assert.equal(error.data.recovery_action, 'verify_then_retry');
  },
);

test('in the modern era a broken stream loses the call, whatever ids its events had', { timeout: 60_000 }, async () => {
  await throughUrl(
    (_, response) => {
      response
        .writeHead(200, SSE)
        .write('id: 5\ndata: {"jsonrpc":"2.0","method":"notifications/x"}\n\n', () => response.destroy());
    },
    async (run) => {
      run.say(modernCall(1, 'shout'));
      await run.saw('"source":"callgrove"');
      assert.equal(errorOf(run.lines()[1]).data.error_class, 'transport_error');
      await run.finish();
      assert.deepEqual(
        run.peer.seen.map(({ method }) => method),
        ['POST'],
      );
    },
  );
});

for (const [status, headers, body, error_class] of [
  [401, { 'www-authenticate': 'Bearer resource_metadata="http://169.254.169.254/x"' }, 'no', 'auth_missing'],
  [403, {}, '{"error":{"message":"not you"}}', 'permission_denied'],
  [429, { 'retry-after': '3' }, '', 'rate_limited'],
  [500, {}, '<html>', 'internal_error'],
  [503, { 'content-encoding': 'gzip' }, 'not gzip', 'upstream_unavailable'],
  [405, {}, '', 'transport_error'],
  [200, { 'content-type': 'text/html' }, '<html>', 'malformed_result'],
  [200, JSON_TYPE, '{"jsonrpc":"2.0","id":99,"result":{}}', 'malformed_result'],
  [200, JSON_TYPE, '', 'malformed_result'],
] as const) {
  inSession(
    `HTTP ${status} with ${JSON.stringify(body)} reaches the agent as ${error_class}`,
    (_, response) => void response.writeHead(status, { ...headers }).end(body),
    async (run) => {
      run.say(call('q"\u00fc'));
      await run.saw('"source":"callgrove"');
      const error = errorOf(run.lines().at(-1));
      assert.deepEqual(
        [error.id, error.code, error.data.error_class, error.data.http_status],
        ['q"\u00fc', PROXY_ERROR_CODE, error_class, status],
      );
      assert.doesNotMatch(JSON.stringify(error), /169\.254/);
      await run.finish();
      const record = run.exchanges().find(({ own_answer }) => own_answer === true);
      assert.equal(record?.status, status);
      // Nothing that a server names is ever asked: there was only what the agent and the session's end sent.
      assert.ok(run.peer.seen.every(({ path }) => path === '/mcp'));
    },
  );
}

inSession(
  "an error status whose body answers the request is the server's own answer",
  (seen, response) =>
    void response
      .writeHead(400, JSON_TYPE)
      .end(`{"jsonrpc":"2.0","id":${seen.json?.id},"error":{"code":-32020,"message":"HeaderMismatch"}}`),
  async (run) =>
    assert.equal(
      await answerTo(run, call(1)),
      '{"jsonrpc":"2.0","id":1,"error":{"code":-32020,"message":"HeaderMismatch"}}',
    ),
);

test('401 after the credential was good is auth_expired; the credential is in no record', {
  timeout: 60_000,
}, async () => {
  const secret = 'cg-secret-value-1234567890';
  await throughUrl(
    (seen, response) => {
      if (!opening(seen, response)) response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
    },
    async (run) => {
      assert.equal(run.peer.seen[0]?.headers.authorization, `Bearer ${secret}`);
      const error = errorOf(await answerTo(run, call(1)));
      assert.equal(error.data.error_class, 'auth_expired');
      assert.deepEqual(error.data.www_authenticate, ['Bearer']);
      await run.finish();
      const journal = run.journal();
      const all = Buffer.concat(journal.records.map(({ payload }) => payload)).toString();
      assert.doesNotMatch(all, new RegExp(secret));
      assert.match(JSON.stringify(journal.documents('open')[0]?.headers), /\{"authorization":"[0-9a-f]{8}"\}/);
      assert.match(String(journal.documents('open')[0]?.url), /^http:\/\/127\.0\.0\.1:\d+\/mcp$/);
      assert.equal(journal.documents('open')[0]?.transport, 'http');
    },
    { opened: true, args: ['--header', `Authorization=Bearer ${'${CG_TEST_TOKEN}'}`], env: { CG_TEST_TOKEN: secret } },
  );
});

test('headers also come from CALLGROVE_HEADER_ variables, as they stand', { timeout: 60_000 }, async () => {
  await throughUrl(
    (seen, response) => void opening(seen, response),
    async (run) => assert.equal(run.peer.seen[0]?.headers['x-api-key'], 'k1'),
    { opened: true, env: { CALLGROVE_HEADER_X_Api_Key: 'k1' } },
  );
});

test('a redirect within the origin is followed with body and headers', { timeout: 60_000 }, async () => {
  await throughUrl(
    (seen, response) => {
      if (seen.path === '/mcp') response.writeHead(307, { location: '/real' }).end();
      else if (!opening(seen, response)) response.writeHead(200, JSON_TYPE).end(result(seen.json?.id));
    },
    async (run) => assert.equal(await answerTo(run, call(1)), result(1)),
    { opened: true },
  );
});

test('what failed without a request that could be answered stands on stderr, under one name', async () => {
  await throughUrl(
    (_, response) => void response.writeHead(500).end(),
    async (run) => {
      run.say('{"jsonrpc":"2.0","method":"notifications/x"}');
      await run.peer.saw(({ body }) => body.includes('notifications/x'));
      const end = await run.finish();
      assert.match(end.stderr.toString(), /^callgrove: http:\S+ answered HTTP 500: the server failed\.\n$/);
    },
  );
});

for (const [location, status] of [
  ['http://localhost:1/x', 307],
  ['http://169.254.169.254/latest', 308],
  ['/elsewhere', 302],
  ['//other.example/x', 307],
  ['file:///etc/passwd', 307],
] as const) {
  inSession(
    `a ${status} to ${location} is not followed`,
    (_, response) => void response.writeHead(status, { location }).end(),
    async (run) => {
      const error = errorOf(await answerTo(run, call(1)));
      assert.deepEqual([error.data.http_status, error.data.error_class], [status, 'transport_error']);
      assert.match(error.message, /not followed/);
    },
  );
}

test('a session that the server forgot: the call is told, a new session is opened with the same lines', {
  timeout: 60_000,
}, async () => {
  let sessions = 0;
  const restarted = (seen: Seen, response: ServerResponse) => {
    if (seen.json?.method === 'initialize') return opening(seen, response, `session-${++sessions}`);
    if (seen.headers['mcp-session-id'] === 'session-1' && seen.json?.method === 'tools/call') {
      response
        .writeHead(404, JSON_TYPE)
        .end('{"jsonrpc":"2.0","error":{"code":-32001,"message":"Session not found"},"id":null}');
      return true;
    }
    return opening(seen, response, null);
  };
  await throughUrl(
    (seen, response) => {
      if (!restarted(seen, response)) response.writeHead(200, JSON_TYPE).end(result(seen.json?.id));
    },
    async (run) => {
      const error = errorOf(await answerTo(run, call(1)));
      assert.deepEqual([error.data.http_status, error.data.may_have_run], [404, false]);
      assert.match(error.message, /session.*Session not found/);
      assert.equal(await answerTo(run, call(2)), result(2));
      const end = await run.finish();
      assert.match(end.stderr.toString(), /^callgrove: .*new one was opened\n$/);
      assert.equal(run.peer.seen.at(-1)?.headers['mcp-session-id'], 'session-2');
      assert.equal(run.lines().length, 3, 'the second opening answers nobody');
      assert.equal(run.peer.seen.filter(({ json }) => json?.method === 'notifications/initialized').length, 2);
    },
    { opened: true },
  );
});

inSession(
  'in an older revision cancellation is a message, and the stream stays',
  (seen, response) => {
    if (seen.json?.method !== 'tools/call') return;
    later = () => response.writeHead(200, JSON_TYPE).end(result(seen.json?.id));
  },
  async (run) => {
    run.say(call(1));
    const posted = await run.peer.saw(({ json }) => json?.method === 'tools/call');
    run.say('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}');
    await run.peer.saw(({ json }) => json?.method === 'notifications/cancelled');
    later();
    await run.saw(result(1));
    void posted;
  },
);

test('in the modern era cancellation closes the stream and is not sent', { timeout: 60_000 }, async () => {
  await throughUrl(
    (seen, response) => {
      if (seen.json?.id === 1) response.writeHead(200, SSE).write(': working\n\n');
      else response.writeHead(200, JSON_TYPE).end(result(seen.json?.id));
    },
    async (run) => {
      run.say(modernCall(1, 'slow'));
      const posted = await run.peer.saw(({ json }) => json?.id === 1);
      run.say('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}');
      await posted.closed;
      run.say(modernCall(2, 'quick'));
      await run.saw(result(2));
      await run.finish();
      assert.deepEqual(run.lines(), [result(2)]);
      assert.deepEqual(
        run.peer.seen.map(({ json }) => json?.id),
        [1, 2],
      );
      const cancelled = run.exchanges().find(({ failure }) => failure !== null);
      assert.match(JSON.stringify(cancelled), /"error_class":"cancelled"/);
    },
  );
});

test('modern requests carry their headers, with parameters that tools/list marked', { timeout: 60_000 }, async () => {
  const tools = {
    tools: [
      {
        name: 'where',
        inputSchema: { type: 'object', properties: { region: { type: 'string', 'x-mcp-header': 'Region' } } },
      },
    ],
  };
  await throughUrl(
    (seen, response) => {
      const body =
        seen.json?.method === 'tools/list'
          ? JSON.stringify({ jsonrpc: '2.0', id: seen.json.id, result: tools })
          : result(seen.json?.id);
      response.writeHead(200, { ...JSON_TYPE, 'mcp-session-id': 'ignored' }).end(body);
    },
    async (run) => {
      run.say(modernCall(1, 'x').replace('tools/call', 'tools/list'));
      await run.saw('"tools"');
      run.say(modernCall(2, 'where', { region: 'Köln' }));
      await run.saw('"id":2');
      const { headers } = run.peer.seen[1]!;
      assert.equal(headers['mcp-protocol-version'], '2026-07-28');
      assert.equal(headers['mcp-method'], 'tools/call');
      assert.equal(headers['mcp-name'], 'where');
      assert.equal(headers['mcp-param-region'], '=?base64?S8O2bG4=?=');
      assert.equal(headers['mcp-session-id'], undefined);
      await run.finish();
      assert.ok(
        run.peer.seen.every(({ method }) => method === 'POST'),
        'no GET, no DELETE',
      );
    },
  );
});

test('a server that is not there: every call is told at once, nothing else happens', { timeout: 60_000 }, async () => {
  await throughUrl(
    () => {},
    async (run) => {
      await run.peer.close();
      const error = errorOf(await answerTo(run, call(1)));
      assert.deepEqual(
        [error.data.error_class, error.data.code, error.data.may_have_run],
        ['upstream_unavailable', 'ECONNREFUSED', false],
      );
      const end = await run.finish();
      assert.equal(end.code, 0);
    },
  );
});

inSession(
  'the server dies in the middle of a JSON answer: no half message reaches the agent',
  (_, response) => {
    response.writeHead(200, JSON_TYPE).write('{"jsonrpc":"2.0","id":1,"res', () => response.destroy());
  },
  async (run) => {
    const error = errorOf(await answerTo(run, call(1)));
    assert.equal(error.data.error_class, 'transport_error');
  },
);

inSession(
  'a slow stream passes each message when it is there',
  async (_, response) => {
    response.writeHead(200, SSE);
    for (const byte of `data: {"jsonrpc":"2.0","method":"notifications/x"}\n\n`) {
      response.write(byte);
      await new Promise(setImmediate);
    }
  },
  async (run) => assert.equal(await answerTo(run, call(1)), '{"jsonrpc":"2.0","method":"notifications/x"}'),
);

inSession(
  'a message beyond what is held passes in parts, on one line, while a small one waits its turn',
  (seen, response) => {
    if (seen.json?.id === 2) response.writeHead(200, JSON_TYPE).end(result(2));
    else {
      response.writeHead(200, SSE).write(`data: {"jsonrpc":"2.0","id":1,"result":{"text":"${'x'.repeat(3_000_000)}`);
      later = () => response.end('"}}\n\n');
    }
  },
  async (run) => {
    run.say(call(1));
    await run.saw('x'.repeat(2_000_000));
    run.say(call(2));
    await run.peer.saw(({ json }) => json?.id === 2);
    later();
    await run.saw('"id":2');
    const [big, small] = run.lines().slice(1);
    assert.equal(JSON.parse(big!).result.text.length, 3_000_000);
    assert.equal(small, result(2));
    await run.finish();
    assert.equal(run.journal().bytes('s2c').toString(), `${run.lines().join('\n')}\n`);
  },
);

inSession(
  'a long message that breaks off: its line is ended, then the error follows',
  (_, response) => {
    response
      .writeHead(200, SSE)
      .write(`data: {"jsonrpc":"2.0","id":1,"result":"${'y'.repeat(2_000_000)}`, () => response.destroy());
  },
  async (run) => {
    run.say(call(1));
    await run.saw('"source":"callgrove"');
    const lines = run.lines().slice(1);
    assert.equal(lines.length, 2);
    assert.equal(errorOf(lines[1]).id, 1);
  },
);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  inSession(
    `${signal} ends the session and the process`,
    (_, response) => void response.writeHead(200, SSE).write(': never\n\n'),
    async (run) => {
      run.say(call(1));
      await run.peer.saw(({ json }) => json?.id === 1);
      run.child.kill(signal);
      const end = await run.ended;
      assert.equal(end.signal, signal);
      assert.equal(run.peer.seen.at(-1)?.method, 'DELETE');
      assert.equal(run.journal().documents('exit')[0]?.signal, signal);
    },
  );
}

inSession(
  'hostile headers break nothing',
  (seen, response) => {
    const big = 'h'.repeat(60_000);
    if (seen.json?.id === 1) response.socket?.end(`HTTP/1.1 200 OK\r\nX-Big: ${big}\r\n\r\n`);
    else if (seen.json?.id === 2) response.socket?.end('HTTP/1.1 200 OK\r\nBad Header\u0000: x\r\n\r\n');
    else
      response.writeHead(200, { ...JSON_TYPE, __proto__: 'x', 'mcp-session-id': 'another' }).end(result(seen.json?.id));
  },
  async (run) => {
    for (const id of [1, 2]) assert.equal(errorOf(await answerTo(run, call(id))).data.error_class, 'transport_error');
    assert.equal(await answerTo(run, call(3)), result(3));
    await run.finish();
    assert.equal(run.peer.seen.at(-1)?.headers['mcp-session-id'], 'session-1');
  },
);
