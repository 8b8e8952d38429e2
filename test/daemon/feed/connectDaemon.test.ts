import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import * as z from 'zod';
import { type ConnectOptions, connectDaemon } from '../../../daemon/feed/connectDaemon.ts';
import { DaemonError, daemonClient } from '../../../daemon/feed/daemonClient.ts';
import { isAlive, processStart, readDaemonFile, writeDaemonFile } from '../../../daemon/feed/daemonFile.ts';
import type { DaemonEntry } from '../../../daemon/feed/startDaemon.ts';
import { ActionResult, Status } from '../../../daemon/protocol/api.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'callgrove-connect-'));
});
afterEach(async () => {
  for (const name of readdirSync(home).filter((file) => file.startsWith('ran.'))) {
    const pid = Number(name.slice(4));
    try {
      process.kill(pid);
    } catch {
      continue;
    }
    for (let i = 0; i < 200 && isAlive({ pid, start: null }); i++)
      await new Promise((resolve) => setTimeout(resolve, 10));
  }
  rmSync(home, { recursive: true, force: true });
});

const url = (path: string) => JSON.stringify(new URL(`../../../${path}`, import.meta.url).href);

/** A bound for starts on a machine that has other things to do, in ms; no test is judged by it. */
const PATIENCE_MS = 60_000;

/** With a daemon that really starts. */
const connected = (options: Omit<ConnectOptions, 'home' | 'timeoutMs'>) =>
  connectDaemon({ ...options, home, timeoutMs: PATIENCE_MS });

/** A real server with a scripted source, that calls itself `version` and marks that it ran. */
function fakeDaemon(version = '1.0.0'): DaemonEntry {
  const script = join(home, `daemon-${version}.ts`);
  writeFileSync(
    script,
    `import { writeFileSync } from 'node:fs';
     import { startFeed } from ${url('daemon/feed/server.ts')};
     import { loadDaemonToken } from ${url('daemon/feed/daemonToken.ts')};
     import { announceDaemon } from ${url('daemon/feed/announceDaemon.ts')};
     import { scriptedSource } from ${url('test/daemon/feed/scriptedSource.ts')};
     const home = process.argv.at(-1);
     writeFileSync(home + '/ran.' + process.pid, '');
     const token = loadDaemonToken(home);
     const end = () => { said.dispose(); feed.dispose(); process.exit(0); };
     const feed = await startFeed({ source: scriptedSource(), token, preferredPort: null, pageFolder: home, onStop: end, onFailure() {} });
     const said = announceDaemon(home, { port: feed.port, token, started_at: new Date().toISOString(), version: ${JSON.stringify(version)} });
     process.on('SIGTERM', end);`,
  );
  return { execPath: process.execPath, script };
}

const fails = (code: string, words: RegExp) => (error: unknown) => {
  assert.ok(error instanceof DaemonError, String(error));
  assert.equal(error.code, code);
  assert.match(error.message, words);
  return true;
};

const runs = () => readdirSync(home).filter((name) => name.startsWith('ran.')).length;
const file = () => {
  const state = readDaemonFile(join(home, 'daemon.json'));
  assert.equal(state.kind, 'present');
  return state.kind === 'present' ? state.file : assert.fail();
};

test('none up: it is started, waited for, and found the next time', async () => {
  const entry = fakeDaemon();
  const client = await connected({ entry, version: '1.0.0' });
  const status = await client.get('/api/status', Status);
  assert.equal(client.base, `http://127.0.0.1:${status.port}`);
  assert.ok(!existsSync(join(home, 'control', 'daemon-starting')), 'the start is over');
  const second = await connectDaemon({ home, entry: null });
  assert.equal(second.token, client.token);
  await client.post('/api/act', { act: 'stop' }, ActionResult);
  while (existsSync(join(home, 'daemon.json'))) await new Promise((resolve) => setTimeout(resolve, 10));
  await assert.rejects(connectDaemon({ home, entry: null }), fails('absent', /callgrove daemon start/));
  const third = await connected({ entry, version: '1.0.0' });
  assert.equal(third.token, client.token, 'the token stays');
  assert.equal(runs(), 2);
  for (const each of [client, second, third]) each.close();
});

test('ten that ask at once get one daemon', async () => {
  const entry = fakeDaemon();
  const clients = await Promise.all(Array.from({ length: 10 }, () => connected({ entry, version: '1.0.0' })));
  assert.equal(new Set(clients.map(({ base }) => base)).size, 1);
  assert.equal(runs(), 1);
});

test('an older daemon is replaced, a newer one used', async () => {
  const old = await connected({ entry: fakeDaemon('0.9.0'), version: '0.9.0' });
  const oldFile = file();
  const client = await connected({ entry: fakeDaemon('1.0.0'), version: '1.0.0' });
  assert.equal(file().version, '1.0.0');
  assert.ok(!isAlive(oldFile));
  const older = await connected({ entry: fakeDaemon('0.9.0'), version: '0.9.0' });
  assert.equal(older.base, client.base);
  assert.equal(file().version, '1.0.0');
  for (const each of [old, client, older]) each.close();
});

test('a daemon that calls itself older than what started it is replaced once, not for ever', async () => {
  const client = await connected({ entry: fakeDaemon('0.9.0'), version: '1.0.0' });
  assert.ok(runs() <= 2);
  client.close();
});

test('one that cannot start, ends at once or never answers', async () => {
  const script = join(home, 'broken.mjs');
  writeFileSync(join(home, 'daemon.log'), 'first\nthe database is newer than this version\n');
  writeFileSync(script, 'process.exit(1)');
  const entry = { execPath: process.execPath, script };
  await assert.rejects(
    connectDaemon({ home, entry, timeoutMs: 300 }),
    fails('not_ready', /daemon\.log: the database is newer/),
  );
  writeFileSync(
    join(home, 'daemon.log'),
    'first\n2026 it failed: disk full\n    at work (file:1:2)\n    at main (file:3:4)\n',
  );
  await assert.rejects(
    connectDaemon({ home, entry, timeoutMs: 300 }),
    fails('not_ready', /daemon\.log: 2026 it failed: disk full$/),
  );
  await assert.rejects(
    connectDaemon({ home, entry: { execPath: join(home, 'none'), script } }),
    fails('failed_to_start', /none/),
  );
  writeDaemonFile(join(home, 'daemon.json'), {
    v: 1,
    pid: process.pid,
    start: processStart(process.pid),
    port: 1,
    token: 't',
    version: '1.0.0',
    started_at: '',
  });
  await assert.rejects(
    connectDaemon({ home, entry, timeoutMs: 200 }),
    fails('not_ready', /daemon\.json names does not answer/),
  );
});

/** A server that is no daemon of ours, behind a client. */
async function against(listener: RequestListener, use: (port: number) => Promise<void>): Promise<void> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  try {
    await use(typeof address === 'object' && address ? address.port : 0);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('a daemon of another feed version is named, with the remedy', async () => {
  await against(
    (_, response) => response.writeHead(200, { 'callgrove-feed': '2' }).end('{}'),
    async (port) => {
      const start = processStart(process.pid);
      writeDaemonFile(join(home, 'daemon.json'), {
        v: 1,
        pid: process.pid,
        start,
        port,
        token: 't',
        version: '9.9.9',
        started_at: '',
      });
      await assert.rejects(
        connectDaemon({ home, entry: null, version: '1.0.0' }),
        fails('newer_daemon', /9\.9\.9.*daemon stop/),
      );
    },
  );
});

test('what a client makes of bad answers', async () => {
  const answers: [path: string, listener: RequestListener, code: string][] = [
    ['/wrong', (_, response) => response.end('{"b":1}'), 'bad_answer'],
    ['/nojson', (_, response) => response.end('<html>'), 'bad_answer'],
    ['/status', (_, response) => response.writeHead(500).end('oops'), 'bad_answer'],
    [
      '/refused',
      (_, response) => response.writeHead(404).end('{"code":"ambiguous","message":"several","candidates":["a","b"]}'),
      'refused',
    ],
    ['/cut', (_, response) => response.write('{"a":', () => response.destroy()), 'lost'],
    ['/gone', (request) => request.socket.destroy(), 'lost'],
  ];
  await against(
    (request, response) => answers.find(([path]) => path === request.url)?.[1](request, response),
    async (port) => {
      const client = daemonClient({ port, token: 't', home });
      for (const [path, , code] of answers) {
        await assert.rejects(client.get(path, z.object({ a: z.number() })), fails(code, /./), path);
      }
      const refused = await client.get('/refused', z.unknown()).catch((error: unknown) => error);
      assert.ok(refused instanceof DaemonError);
      assert.deepEqual([refused.apiCode, refused.candidates], ['ambiguous', ['a', 'b']]);
      client.close();
    },
  );
});

test('lines: whole ones, torn anywhere; cut ones are not taken for the end', async () => {
  const text = '{"a":1}\n{"a":2,"t":"äöü€😀"}\n{"a":3}\n';
  await against(
    async (request, response) => {
      const bytes = Buffer.from(text);
      for (const byte of bytes) {
        response.write(Buffer.from([byte]));
        if (byte > 127) await new Promise((resolve) => setImmediate(resolve));
      }
      if (request.url === '/good') response.end();
      else if (request.url === '/half') response.end('{"a":');
      else response.destroy();
    },
    async (port) => {
      const client = daemonClient({ port, token: 't', home });
      const Line = z.object({ a: z.number(), t: z.string().optional() });
      const read = async (path: string) => {
        const got: number[] = [];
        for await (const line of client.getLines(path, Line)) {
          got.push(line.a);
          if (line.t) assert.equal(line.t, 'äöü€😀');
        }
        return got;
      };
      assert.deepEqual(await read('/good'), [1, 2, 3]);
      await assert.rejects(read('/half'), fails('lost', /daemon\.log/));
      await assert.rejects(read('/broken'), fails('lost', /daemon\.log/));
      for await (const line of client.getLines('/good', Line)) {
        assert.equal(line.a, 1);
        break;
      }
      client.close();
    },
  );
});

test('no token ever stands in an error', async () => {
  const client = daemonClient({ port: 1, token: 'SECRET-TOKEN', home });
  const error = await client.get('/x', z.unknown()).catch((thrown: unknown) => thrown);
  assert.ok(error instanceof DaemonError);
  assert.doesNotMatch(`${error.message} ${JSON.stringify(error)} ${error.stack}`, /SECRET-TOKEN/);
});
