/** `callgrove run --url` on its way to a server: HTTPS with an authority of one's own, proxies, connections that age. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { opening, openPeer, type Script } from '../support/httpPeer.ts';
import { temporaryHome } from '../support/proxied.ts';
import { selfSigned } from '../support/selfSigned.ts';
import { errorOf, throughUrl } from '../support/throughUrl.ts';

const call = (id: unknown, text = '') =>
  JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'echo', arguments: { text } } });
const result = (id: unknown) => `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"content":[]}}`;
const JSON_TYPE = { 'content-type': 'application/json' };
const BOUND = { timeout: 60_000 };

const answering: Script = (seen, response) => {
  if (!opening(seen, response)) response.writeHead(200, JSON_TYPE).end(result(seen.json?.id));
};

test('an https address whose authority NODE_EXTRA_CA_CERTS names', BOUND, async () => {
  const { home, remove } = temporaryHome();
  try {
    const tls = selfSigned();
    const authority = join(home, 'authority.pem');
    await writeFile(authority, tls.cert);
    await throughUrl(
      answering,
      async (run) => {
        run.say(call(1));
        await run.saw(result(1));
        const end = await run.finish();
        assert.equal(end.code, 0);
        assert.equal(end.stderr.toString(), '');
        assert.equal(run.peer.seen.at(-1)?.method, 'DELETE');
        assert.match(String(run.journal().documents('open')[0]?.url), /^https:\/\/127\.0\.0\.1:/);
      },
      { opened: true, tls, env: { NODE_EXTRA_CA_CERTS: authority } },
    );
  } finally {
    remove();
  }
});

test('an https address whose certificate nobody vouches for: nothing is sent, the agent is told why', BOUND, () =>
  throughUrl(
    answering,
    async (run) => {
      run.say(call(1));
      await run.saw('"source":"callgrove"');
      const { data } = errorOf(run.lines()[0]);
      assert.deepEqual(
        [data.error_class, data.code, data.may_have_run],
        ['upstream_unavailable', 'DEPTH_ZERO_SELF_SIGNED_CERT', false],
      );
      assert.equal(run.peer.seen.length, 0);
    },
    { tls: selfSigned() },
  ),
);

test('http behind an https address: the agent is told, nothing falls back', BOUND, () =>
  throughUrl(
    answering,
    async (run) => {
      run.say(call(1));
      await run.saw('"source":"callgrove"');
      const { data } = errorOf(run.lines()[0]);
      assert.deepEqual([data.error_class, data.may_have_run], ['upstream_unavailable', false]);
      assert.equal(run.peer.seen.length, 0);
    },
    { url: (peer) => peer.url.replace('http:', 'https:') },
  ),
);

/** Nothing listens there. */
const NOWHERE = 'http://127.0.0.1:1/mcp';
for (const [name, asked] of [
  ['NODE_USE_ENV_PROXY=1 sends requests through HTTP_PROXY', '1'],
  ['without NODE_USE_ENV_PROXY no proxy variable is read', undefined],
] as const)
  test(name, BOUND, async () => {
    const proxy = await openPeer(answering);
    const HTTP_PROXY = `http://127.0.0.1:${proxy.port}`;
    try {
      await throughUrl(
        answering,
        async (run) => {
          run.say(call(1));
          if (asked === undefined) {
            await run.saw('"source":"callgrove"');
            assert.equal(errorOf(run.lines()[0]).data.code, 'ECONNREFUSED');
            assert.equal(proxy.seen.length, 0);
          } else {
            await run.saw(result(1));
            assert.equal(proxy.seen[0]?.path, NOWHERE);
            assert.equal(proxy.seen[0]?.body, call(1));
          }
        },
        {
          url: () => NOWHERE,
          env: { HTTP_PROXY, http_proxy: HTTP_PROXY, NO_PROXY: '', no_proxy: '', NODE_USE_ENV_PROXY: asked },
        },
      );
    } finally {
      await proxy.close();
    }
  });

test('a connection that the server has closed meanwhile costs no call', BOUND, () =>
  throughUrl(
    answering,
    async (run) => {
      for (const id of [1, 2, 3]) {
        run.say(call(id));
        await run.saw(result(id));
        run.peer.closeIdle();
        // The end of a connection has to arrive; a request that crosses it is lost with every client.
        await new Promise((done) => setTimeout(done, 200));
      }
      await run.finish();
      assert.ok(run.exchanges().every(({ failure }) => failure === null));
    },
    { opened: true },
  ),
);

test('a large request arrives byte for byte, also behind a redirect', BOUND, async () => {
  const line = call(1, 'grün ✓ '.repeat(60_000));
  await throughUrl(
    (seen, response) => {
      if (seen.path === '/mcp') response.writeHead(307, { location: '/real' }).end();
      else answering(seen, response);
    },
    async (run) => {
      run.say(line);
      await run.saw(result(1));
      assert.deepEqual(
        run.peer.seen.filter(({ json }) => json?.method === 'tools/call').map(({ body }) => body === line),
        [true, true],
      );
    },
    { opened: true },
  );
});

test('an answer in an encoding that was not asked for may have been carried out', BOUND, () =>
  throughUrl(
    (seen, response) => {
      if (!opening(seen, response))
        response.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'zstd' }).end(result(seen.json?.id));
    },
    async (run) => {
      run.say(call(1));
      await run.saw('"source":"callgrove"');
      const { data } = errorOf(run.lines()[1]);
      assert.deepEqual(
        [data.error_class, data.code, data.may_have_run],
        ['transport_error', 'content-encoding zstd', true],
      );
    },
    { opened: true },
  ),
);
