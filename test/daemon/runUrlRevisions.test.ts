/** `callgrove run --url` by the rules of each revision: what is sent with which headers, and what each answer leads to. */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { ANNOUNCE, INITIALIZE, modernCall, opening, type Script } from '../support/httpPeer.ts';
import { errorOf, throughUrl } from '../support/throughUrl.ts';

const call = (id: unknown) =>
  JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'echo', arguments: {} } });
const result = (id: unknown) => `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"content":[]}}`;
const isCall = ({ json }: { json: { method?: string } | null }) => json?.method === 'tools/call';
const SSE = { 'content-type': 'text/event-stream' };
const JSON_TYPE = { 'content-type': 'application/json' };
const BOUND = { timeout: 60_000 };

for (const version of ['2025-03-26', '2025-06-18', '2025-11-25'])
  for (const session of ['s-1', null])
    test(`${version} ${session ? 'with' : 'without'} a session, initialize answered as a stream`, BOUND, () =>
      throughUrl(
        (seen, response) => {
          if (!opening(seen, response, session, version, true))
            response.writeHead(200, JSON_TYPE).end(result(seen.json?.id));
        },
        async (run) => {
          run.say(INITIALIZE);
          await run.saw('"serverInfo"');
          run.say(ANNOUNCE, call(1));
          await run.saw(result(1));
          await run.finish();
          const [first, ...later] = run.peer.seen;
          assert.equal(first?.headers['mcp-protocol-version'], undefined, 'nothing is agreed on yet');
          for (const { headers, method } of later) {
            assert.equal(headers['mcp-protocol-version'], version, method);
            assert.equal(headers['mcp-session-id'], session ?? undefined, method);
            assert.equal(headers['mcp-method'], undefined, method);
          }
          const methods = later.map(({ method }) => method).sort();
          assert.deepEqual(methods, session ? ['DELETE', 'GET', 'POST', 'POST'] : ['GET', 'POST', 'POST']);
        },
      ),
    );

test(
  '2025-03-26: a batch in a session is answered as a batch; one of notifications is answered by nothing',
  BOUND,
  () =>
    throughUrl(
      (seen, response) => {
        if (opening(seen, response, 's-1', '2025-03-26')) return;
        if (seen.body.includes('notifications/')) response.writeHead(202).end();
        else response.writeHead(200, JSON_TYPE).end(`[${result('b')},\n${result(1)}]`);
      },
      async (run) => {
        const [silent, asking] = [`[${ANNOUNCE},${ANNOUNCE}]`, `[${call(1)},${call('b')}]`];
        run.say(silent, asking);
        await run.saw(result(1));
        await run.finish();
        assert.deepEqual(run.lines().slice(1), [`[${result('b')}, ${result(1)}]`]);
        const batches = run.peer.seen.filter(({ body }) => body.startsWith('['));
        assert.deepEqual(
          batches.map(({ body, headers }) => [body, headers['mcp-session-id']]),
          [
            [silent, 's-1'],
            [asking, 's-1'],
          ],
        );
      },
      { opened: true },
    ),
);

test('2025-11-25: a stream that the server closes is asked for again, not before the time that it named', BOUND, () => {
  const closedMs: number[] = [];
  const askedMs: number[] = [];
  const close = (response: ServerResponse, event: string) => {
    response.writeHead(200, SSE).end(event);
    closedMs.push(performance.now());
  };
  return throughUrl(
    (seen, response) => {
      const last = seen.headers['last-event-id'];
      if (last !== undefined) askedMs.push(performance.now());
      if (opening(seen, response)) return;
      if (last === undefined) close(response, 'id: 1\nretry: 300\ndata:\n\n');
      else if (last === '1') close(response, 'id: 2\ndata: {"jsonrpc":"2.0","method":"notifications/half"}\n\n');
      else response.writeHead(200, SSE).end(`id: 3\ndata: ${result(1)}\n\n`);
    },
    async (run) => {
      run.say(call(1));
      await run.saw(result(1));
      await run.finish();
      const asked = run.peer.seen.filter(({ headers }) => headers['last-event-id'] !== undefined);
      assert.deepEqual(
        asked.map(({ method, headers }) => [method, headers['last-event-id'], headers['mcp-session-id']]),
        [
          ['GET', '1', 'session-1'],
          ['GET', '2', 'session-1'],
        ],
      );
      // Timers may be a millisecond early.
      for (const [n, ms] of askedMs.entries()) assert.ok(ms - closedMs[n]! >= 298, `${ms - closedMs[n]!} ms`);
      assert.equal(run.lines().length, 3);
    },
    { opened: true },
  );
});

test('a server that will not take a stream up again: the call may have been carried out', BOUND, () =>
  throughUrl(
    (seen, response) => {
      if (seen.headers['last-event-id'] !== undefined) response.writeHead(405).end();
      else if (!opening(seen, response)) response.writeHead(200, SSE).end('id: 1\nretry: 20\ndata:\n\n');
    },
    async (run) => {
      run.say(call(1));
      await run.saw('"source":"callgrove"');
      const { id, data } = errorOf(run.lines()[1]);
      assert.deepEqual([id, data.http_status, data.may_have_run], [1, 405, true]);
      assert.equal(run.peer.seen.filter(isCall).length, 1, 'the call is never repeated');
    },
    { opened: true },
  ),
);

for (const [status, challenge, error_class] of [
  [401, 'Bearer resource_metadata="http://127.0.0.1:1/.well-known/oauth-protected-resource"', 'auth_missing'],
  [403, 'Bearer error="insufficient_scope", scope="a b"', 'permission_denied'],
] as const)
  test(`${status} to initialize reaches the agent as ${error_class}; nobody is asked for more`, BOUND, () =>
    throughUrl(
      (_, response) => response.writeHead(status, { 'www-authenticate': challenge }).end(),
      async (run) => {
        run.say(INITIALIZE);
        await run.saw('"source":"callgrove"');
        const { id, data } = errorOf(run.lines()[0]);
        assert.deepEqual([id, data.error_class, data.http_status], [0, error_class, status]);
        assert.deepEqual([data.www_authenticate, data.may_have_run], [['Bearer'], false]);
        const end = await run.finish();
        assert.equal(end.code, 0);
        assert.equal(run.peer.seen.length, 1);
      },
    ),
  );

test('calls that meet the end of the same session open one new session, not one each', BOUND, () => {
  let sessions = 0;
  let late: (() => void) | null = null;
  const gone = (response: ServerResponse) =>
    response.writeHead(404, JSON_TYPE).end('{"jsonrpc":"2.0","error":{"code":-32001,"message":"gone"},"id":null}');
  return throughUrl(
    (seen, response) => {
      if (seen.json?.method === 'initialize') opening(seen, response, `session-${++sessions}`);
      else if (opening(seen, response)) return;
      else if (seen.headers['mcp-session-id'] !== 'session-1')
        response.writeHead(200, JSON_TYPE).end(result(seen.json?.id));
      else if (seen.json?.id === 2) late = () => gone(response);
      else gone(response);
    },
    async (run) => {
      run.say(call(2), call(1));
      await run.saw('"source":"callgrove"');
      run.say(call(3));
      await run.saw(result(3));
      late?.();
      await run.saw('"id":2');
      run.say(call(4));
      await run.saw(result(4));
      await run.finish();
      assert.equal(sessions, 2);
      assert.equal(run.peer.seen.at(-1)?.headers['mcp-session-id'], 'session-2');
    },
    { opened: true },
  );
});

test('a new session stands also where the server keeps the stream of its opening', BOUND, () => {
  let sessions = 0;
  const script: Script = (seen, response) => {
    if (seen.json?.method === 'initialize' && sessions++ > 0)
      response
        .writeHead(200, { ...SSE, 'mcp-session-id': 'session-2' })
        .write('data: {"jsonrpc":"2.0","id":0,"result":{"protocolVersion":"2025-11-25","capabilities":{}}}\n\n');
    else if (opening(seen, response)) return;
    else if (seen.headers['mcp-session-id'] === 'session-1') response.writeHead(404).end();
    else response.writeHead(200, JSON_TYPE).end(result(seen.json?.id));
  };
  return throughUrl(
    script,
    async (run) => {
      run.say(call(1));
      await run.saw('"source":"callgrove"');
      run.say(call(2));
      await run.saw(result(2));
      const announced = run.peer.seen.filter(({ json }) => json?.method === 'notifications/initialized');
      assert.deepEqual(
        announced.map(({ headers }) => headers['mcp-session-id']),
        ['session-1', 'session-2'],
      );
      assert.equal(run.lines().length, 3, 'the second opening answers nobody');
    },
    { opened: true },
  );
});

const META = '"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}';
const modern = (id: unknown, method: string, params: string) =>
  `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"method":"${method}","params":{${params}${META}}}`;

test('2026-07-28: every message names its revision, method and object; nothing is kept between two', BOUND, () =>
  throughUrl(
    (seen, response) => {
      if (seen.json?.id === undefined) response.writeHead(202).end();
      else response.writeHead(200, { ...JSON_TYPE, 'mcp-session-id': 'never' }).end(result(seen.json.id));
    },
    async (run) => {
      const lines: [line: string, method: string, name: string | undefined][] = [
        [modern(1, 'server/discover', ''), 'server/discover', undefined],
        [modern(2, 'prompts/get', '"name":"leaf",'), 'prompts/get', 'leaf'],
        [modern(3, 'resources/read', '"uri":"grove://wald/ü",'), 'resources/read', '=?base64?Z3JvdmU6Ly93YWxkL8O8?='],
        [modern(4, 'tools/list', '"name":"no object of this method",'), 'tools/list', undefined],
        ['{"jsonrpc":"2.0","method":"notifications/x"}', 'notifications/x', undefined],
      ];
      for (const [line] of lines) {
        run.say(line);
        await run.peer.saw(({ body }) => body === line);
      }
      await run.finish();
      assert.deepEqual(
        run.peer.seen.map(({ body, headers }) => [body, headers['mcp-method'], headers['mcp-name']]),
        lines,
      );
      for (const { headers } of run.peer.seen) {
        assert.equal(headers['mcp-protocol-version'], '2026-07-28');
        assert.equal(headers['mcp-session-id'], undefined);
      }
    },
  ),
);

test('2026-07-28: 404 with an answer is an unknown method, and nothing is opened again', BOUND, () => {
  const unknown = '{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"Method not found"}}';
  return throughUrl(
    (_, response) => response.writeHead(404, JSON_TYPE).end(unknown),
    async (run) => {
      run.say(modern(1, 'x/y', ''));
      await run.saw('-32601');
      const end = await run.finish();
      assert.deepEqual(run.lines(), [unknown]);
      assert.equal(end.stderr.toString(), '');
      assert.equal(run.peer.seen.length, 1);
    },
  );
});

test('2026-07-28: a subscription lasts beside calls, ends by its cancellation, and holds up no end', BOUND, () => {
  const told = (n: number) => `{"jsonrpc":"2.0","method":"notifications/tools/list_changed","params":{"n":${n}}}`;
  const streams = new Map<unknown, ServerResponse>();
  return throughUrl(
    (seen, response) => {
      if (seen.json?.method !== 'subscriptions/listen')
        return response.writeHead(200, JSON_TYPE).end(result(seen.json?.id));
      streams.set(seen.json.id, response);
      response.writeHead(200, { ...SSE, 'x-accel-buffering': 'no' }).write(': hello\n\n');
      return response.write(`data: ${told(Number(seen.json.id))}\n\n`);
    },
    async (run) => {
      run.say(modern(1, 'subscriptions/listen', ''), modern(2, 'subscriptions/listen', ''));
      await run.saw(told(1));
      await run.saw(told(2));
      run.say(modernCall(3, 'quick'));
      await run.saw(result(3));
      run.say('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}');
      await run.peer.seen[0]?.closed;
      streams.get(2)?.write(`data: ${told(20)}\n\n`);
      await run.saw(told(20));
      const end = await run.finish();
      assert.equal(end.code, 0);
      assert.equal(run.peer.seen.length, 3, 'the cancellation is not sent');
      assert.equal(run.lines().length, 4, 'and not answered');
    },
  );
});
