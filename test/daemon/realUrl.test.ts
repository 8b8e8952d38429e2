/**
 * The same results through `run --url` as directly, with servers and clients that nobody here wrote: an SDK's own HTTP
 * transport on one side, its stdio transport and the proxy on the other.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { Client as ModernClient, StreamableHTTPClientTransport as ModernHttp } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernStdio } from '@modelcontextprotocol/client/stdio';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { readJournal, temporaryHome } from '../support/proxied.ts';
import { callgroveProgram } from '../support/proxiedRun.ts';
import { exchangesOf } from '../support/throughUrl.ts';

const root = resolve(import.meta.dirname, '..', '..');
const children: ChildProcess[] = [];
const urls = { everything: '', modern: '' };

before(async () => {
  const port = await freePort();
  const everything = join(root, 'node_modules/@modelcontextprotocol/server-everything/dist/index.js');
  const old = start([everything, 'streamableHttp'], { PORT: String(port) });
  const modern = start([join(root, 'test/support/peers/modernHttp.ts')], {});
  const [words] = await once(modern.stdout!, 'data');
  urls.modern = `http://127.0.0.1:${Number(String(words))}/mcp`;
  for await (const said of old.stderr!) if (String(said).includes('listening')) break;
  urls.everything = `http://127.0.0.1:${port}/mcp`;
  old.stdout!.resume();
});
after(async () => {
  for (const child of children) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
});

function start(args: string[], env: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return child;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (!address || typeof address !== 'object') throw new Error('no port');
  return address.port;
}

/** The client's command, and what the journal holds afterwards. */
async function withRun<Result>(url: string, body: (command: { command: string; args: string[] }) => Promise<Result>) {
  const { home, remove } = temporaryHome();
  try {
    const args = [callgroveProgram(), 'run', '--no-daemon', '--home', home, '--url', url];
    const result = await body({ command: process.execPath, args });
    return { result, home };
  } finally {
    remove();
  }
}

async function everythingSession(transport: StdioClientTransport | StreamableHTTPClientTransport): Promise<unknown[]> {
  const client = new Client(
    { name: 'sdk-1', version: '1.0.0' },
    { capabilities: { roots: {}, sampling: {}, elicitation: {} } },
  );
  const asked: string[] = [];
  client.setRequestHandler(ListRootsRequestSchema, async () => {
    asked.push('roots');
    return { roots: [{ uri: 'file:///grove', name: 'grove' }] };
  });
  client.setRequestHandler(CreateMessageRequestSchema, async ({ params }) => {
    asked.push('sampling');
    return {
      model: 'm',
      role: 'assistant' as const,
      content: { type: 'text' as const, text: JSON.stringify(params.messages) },
    };
  });
  client.setRequestHandler(ElicitRequestSchema, async () => {
    asked.push('elicitation');
    return { action: 'decline' as const };
  });
  const results: unknown[] = [];
  const progress: unknown[] = [];
  await client.connect(transport);
  const tools = async () => (await client.listTools()).tools.map((tool) => JSON.stringify(tool)).sort();
  // Some tools appear once the client has said what it can: both ways are looked at when that has settled.
  for (let known = 0, list = await tools(); list.length !== known; list = await tools()) {
    known = list.length;
    await new Promise((done) => setTimeout(done, 300));
  }
  results.push(await tools());
  results.push(await client.callTool({ name: 'echo', arguments: { message: 'grün ✓ \u2028' } }));
  results.push(await client.callTool({ name: 'get-sum', arguments: { a: 2, b: 40 } }));
  results.push(await client.callTool({ name: 'get-tiny-image', arguments: {} }));
  results.push(await client.callTool({ name: 'get-structured-content', arguments: { location: 'Chicago' } }));
  results.push(await client.callTool({ name: 'no-such-tool', arguments: {} }).catch((error: Error) => error.message));
  const long = { name: 'trigger-long-running-operation', arguments: { duration: 0.2, steps: 4 } };
  results.push(await client.callTool(long, undefined, { onprogress: (step) => progress.push(step) }));
  results.push(
    await client.callTool({ name: 'trigger-sampling-request', arguments: { prompt: 'leaf', maxTokens: 5 } }),
  );
  results.push(await client.callTool({ name: 'trigger-elicitation-request', arguments: {} }));
  results.push(await client.callTool({ name: 'get-roots-list', arguments: {} }));
  results.push(
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => client.callTool({ name: 'get-sum', arguments: { a: n, b: 1 } })),
    ),
  );
  results.push((await client.listResources()).resources.length, await client.listPrompts());
  const aborted = new AbortController();
  const cut = client.callTool(
    { name: 'trigger-long-running-operation', arguments: { duration: 20, steps: 2 } },
    undefined,
    { signal: aborted.signal },
  );
  setTimeout(() => aborted.abort('enough'), 100);
  results.push(
    await cut.then(
      () => 'answered',
      (error: Error) => error.message,
    ),
  );
  results.push(await client.callTool({ name: 'echo', arguments: { message: 'still there' } }));
  await client.close();
  // The SDK forgets who waits for progress as soon as it has the answer, and on stdio both can come in one piece.
  return [results, progress.slice(0, 3), asked.sort()];
}

test('server-everything with the client of SDK 1.x', { timeout: 120_000 }, async () => {
  const direct = await everythingSession(new StreamableHTTPClientTransport(new URL(urls.everything)));
  const { home, remove } = temporaryHome();
  try {
    const args = [callgroveProgram(), 'run', '--no-daemon', '--home', home, '--url', urls.everything];
    const transport = new StdioClientTransport({ command: process.execPath, args, stderr: 'pipe' });
    let said = '';
    transport.stderr?.on('data', (bytes: Buffer) => {
      said += bytes;
    });
    const through = await everythingSession(transport);
    assert.deepEqual(through, direct);
    assert.equal(said, '');
    const journal = readJournal(home);
    assert.equal(
      journal
        .bytes('s2c')
        .toString()
        .match(/notifications\/progress/g)?.length,
      4,
    );
    const records = exchangesOf(journal);
    assert.ok(
      records.some(({ method, status }) => method === 'DELETE' && status === 200),
      'the session was ended',
    );
  } finally {
    remove();
  }
});

test('server-everything with the client of SDK 2.x, which falls back to initialize', { timeout: 120_000 }, async () => {
  const session = async (transport: ModernHttp | ModernStdio) => {
    const client = new ModernClient({ name: 'sdk-2', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
    await client.connect(transport);
    const echo = await client.callTool({ name: 'echo', arguments: { message: 'grove' } });
    const names = (await client.listResourceTemplates()).resourceTemplates.map(({ name }) => name);
    await client.close();
    return { echo, names };
  };
  const direct = await session(new ModernHttp(new URL(urls.everything)));
  const { result } = await withRun(urls.everything, (command) =>
    session(new ModernStdio({ ...command, stderr: 'ignore' })),
  );
  assert.deepEqual(result, direct);
});

for (const mode of ['auto', { pin: '2026-07-28' }] as const) {
  test(`a server of 2026-07-28 with the client of SDK 2.x (${typeof mode === 'string' ? mode : mode.pin})`, {
    timeout: 120_000,
  }, async () => {
    const session = async (transport: ModernHttp | ModernStdio) => {
      const client = new ModernClient({ name: 'sdk-2', version: '1.0.0' }, { versionNegotiation: { mode } });
      const progress: unknown[] = [];
      await client.connect(transport);
      const count = async () =>
        Number(
          (await client.callTool({ name: 'cancelled', arguments: {} })).content
            .map((block) => (block.type === 'text' ? block.text : ''))
            .join(''),
        );
      const tools = await client.listTools();
      const shout = await client.callTool({ name: 'shout', arguments: { text: 'grün ✓' } });
      const fail = await client.callTool({ name: 'fail', arguments: {} });
      const where = await client.callTool({ name: 'where', arguments: { region: 'Köln ' } });
      const leaf = await client.readResource({ uri: 'grove://leaf' });
      const steps = await client.callTool(
        { name: 'steps', arguments: {} },
        { onprogress: (step) => progress.push(step) },
      );
      const missing = await client.callTool({ name: 'none', arguments: {} }).catch((error: Error) => error.message);
      const earlier = await count();
      const aborted = new AbortController();
      const cut = client.callTool({ name: 'slow', arguments: {} }, { signal: aborted.signal }).catch(() => 'cancelled');
      setTimeout(() => aborted.abort(), 100);
      const slow = await cut;
      // The server hears of the cancellation: the closed stream says it.
      while ((await count()) === earlier) await new Promise((done) => setTimeout(done, 20));
      await client.close();
      return { tools, shout, fail, where, leaf, steps, missing, progress, slow };
    };
    const direct = await session(new ModernHttp(new URL(urls.modern)));
    const { result } = await withRun(urls.modern, (command) =>
      session(new ModernStdio({ ...command, stderr: 'ignore' })),
    );
    assert.deepEqual(result, direct);
  });
}
