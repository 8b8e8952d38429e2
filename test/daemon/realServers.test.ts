/**
 * Transparency with servers and clients that nobody here wrote. Within a proxied session the bytes at the server's side
 * are those at the client's, both ways; and a deterministic session passes the same bytes with and without `run`.
 */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Client as ModernClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernTransport } from '@modelcontextprotocol/client/stdio';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { type Passed, type ServerCommand, twice } from '../support/proxiedRun.ts';

const require = createRequire(import.meta.url);
const root = resolve(import.meta.dirname, '..', '..');
/** The file behind a peer's own command, so that nothing but node stands in between. */
const peer = (name: string, file: string) => join(root, 'node_modules', '@modelcontextprotocol', name, file);
const node = process.execPath;
const filesystem = [node, peer('server-filesystem', 'dist/index.js'), 'WORK'];
const everything = [node, peer('server-everything', 'dist/index.js'), 'stdio'];
const memory = [node, peer('server-memory', 'dist/index.js')];
const modern = [node, join(root, 'test', 'support', 'peers', 'modernServer.ts')];

const text = (bytes: Buffer) => bytes.toString('latin1');

/** What came in at one side went out at the other: bytes both ways, stderr and the end. */
function assertTransparent(passed: Passed<unknown>): void {
  assert.ok(passed.atClient.length > 0, 'the server was started');
  assert.equal(passed.atServer.length, passed.atClient.length);
  for (const [n, client] of passed.atClient.entries()) {
    const server = passed.atServer[n]!;
    assert.ok(client.c2s.length > 0 && client.s2c.length > 0, 'something passed');
    assert.equal(text(server.c2s), text(client.c2s));
    assert.equal(text(server.s2c), text(client.s2c));
    assert.equal(text(server.stderr), text(client.stderr));
    assert.equal(server.end, client.end);
  }
}

/** The same session once directly and once proxied: same answers to the client, same bytes on the wire. */
function assertSame(both: { direct: Passed<unknown>; proxied: Passed<unknown> }): void {
  assertTransparent(both.direct);
  assertTransparent(both.proxied);
  assert.deepEqual(both.proxied.result, both.direct.result);
  const wire = (passed: Passed<unknown>) => passed.atClient.map(({ c2s, s2c, stderr }) => [c2s, s2c, stderr].map(text));
  assert.deepEqual(wire(both.proxied), wire(both.direct));
}

const request = (id: number | string, method: string, params: object = {}) =>
  JSON.stringify({ jsonrpc: '2.0', id, method, params });
const call = (id: number | string, name: string, args: object) => request(id, 'tools/call', { name, arguments: args });
const opening = [
  request(0, 'initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'script', version: '1' },
  }),
  '{"jsonrpc":"2.0","method":"notifications/initialized"}',
];

/** Sends line after line, each request after the answer to the one before, then half-closes. @returns the exit code */
async function script(command: ServerCommand, lines: readonly string[]): Promise<number | null> {
  const child = spawn(command.command, command.args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = new Promise<number | null>((done) => child.on('close', done));
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  for (const line of lines) {
    child.stdin.write(`${line}\n`);
    const id: unknown = JSON.parse(line).id;
    if (id === undefined) continue;
    for (;;) {
      const { value, done } = await answers.next();
      assert.ok(!done, `the server ended before it answered ${line.slice(0, 100)}`);
      const message = JSON.parse(value);
      if (message.id === id && message.method === undefined) break;
    }
  }
  child.stdin.end();
  return ended;
}

const filesIn = async (folder: string) => {
  await mkdir(join(folder, 'src'));
  await writeFile(join(folder, 'src', 'a.txt'), 'first\r\nzweite Zeile — ✓\n');
  await writeFile(join(folder, 'big.txt'), 'x'.repeat(2_000_000));
};

test('server-filesystem: a scripted session', async () => {
  const both = await twice(
    filesystem,
    (command, folder) =>
      script(command, [
        ...opening,
        request(1, 'tools/list'),
        call('1', 'read_text_file', { path: join(folder, 'src', 'a.txt') }),
        call(2, 'read_text_file', { path: join(folder, 'big.txt') }),
        call(3, 'write_file', { path: join(folder, 'new.txt'), content: 'ü'.repeat(70_000) }),
        call(4, 'read_text_file', { path: '/etc/passwd' }),
        call(5, 'no_such_tool', {}),
        request(6, 'no/such/method'),
      ]),
    filesIn,
  );
  assertSame(both);
  assert.ok(both.proxied.atClient[0]!.s2c.length > 2_000_000);
});

test('server-everything: a scripted session with progress', async () => {
  const both = await twice(everything, (command) =>
    script(command, [
      ...opening,
      call(1, 'echo', { message: 'grove' }),
      call(2, 'get-sum', { a: 2, b: 40 }),
      request(3, 'tools/call', {
        name: 'trigger-long-running-operation',
        arguments: { duration: 0.2, steps: 4 },
        _meta: { progressToken: 'p' },
      }),
      call(4, 'get-tiny-image', {}),
      request(5, 'prompts/list'),
      request(6, 'resources/templates/list'),
    ]),
  );
  assertTransparent(both.direct);
  assertTransparent(both.proxied);
  assert.equal(both.proxied.result, both.direct.result);
  // What it says of its own accord comes at its own times: the lines are compared, not their order.
  const lines = (passed: Passed<unknown>) => passed.atClient[0]!.s2c.toString().split('\n').sort();
  assert.deepEqual(lines(both.proxied), lines(both.direct));
  assert.match(both.proxied.atClient[0]!.s2c.toString(), /notifications\/progress/);
});

test('server-memory: a scripted session', async () => {
  const entity = { name: 'oak', entityType: 'tree', observations: ['is old'] };
  const both = await twice(['/usr/bin/env', 'MEMORY_FILE_PATH=WORK/memory.jsonl', ...memory], (command) =>
    script(command, [
      ...opening,
      request(1, 'tools/list'),
      call(2, 'create_entities', { entities: [entity] }),
      call(3, 'search_nodes', { query: 'oak' }),
      call(4, 'read_graph', {}),
    ]),
  );
  assertSame(both);
});

test('the client of SDK 1.x', async () => {
  const both = await twice(
    filesystem,
    async (command, folder) => {
      const client = new Client({ name: 'sdk-1', version: '1.0.0' });
      await client.connect(new StdioClientTransport({ ...command, stderr: 'ignore' }));
      const tools = await client.listTools();
      const read = await client.callTool({ name: 'read_text_file', arguments: { path: join(folder, 'src', 'a.txt') } });
      const refused = await client.callTool({ name: 'read_text_file', arguments: { path: '/etc/passwd' } });
      await client.close();
      return { tools, read, refused, server: client.getServerVersion() };
    },
    filesIn,
  );
  assertSame(both);
});

for (const mode of ['auto', { pin: '2026-07-28' }] as const) {
  const name = typeof mode === 'string' ? mode : mode.pin;
  test(`the client of SDK 2.x speaks 2026-07-28 with a server of SDK 2.x (${name})`, async () => {
    const both = await twice(modern, async (command) => {
      const client = new ModernClient({ name: 'sdk-2', version: '1.0.0' }, { versionNegotiation: { mode } });
      await client.connect(new ModernTransport({ ...command, stderr: 'ignore' }));
      const tools = await client.listTools();
      const shout = await client.callTool({ name: 'shout', arguments: { text: 'grün ✓' } });
      const fail = await client.callTool({ name: 'fail', arguments: {} });
      const leaf = await client.readResource({ uri: 'grove://leaf' });
      await client.close();
      return { tools, shout, fail, leaf };
    });
    assertSame(both);
    assert.match(both.proxied.atClient.at(-1)!.c2s.toString(), /2026-07-28/);
  });
}

test('the client of SDK 2.x falls back to initialize with a server of SDK 1.x', async () => {
  const both = await twice(
    filesystem,
    async (command, folder) => {
      const client = new ModernClient({ name: 'sdk-2', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
      await client.connect(new ModernTransport({ ...command, stderr: 'ignore' }));
      const read = await client.callTool({ name: 'read_text_file', arguments: { path: join(folder, 'src', 'a.txt') } });
      await client.close();
      return read;
    },
    filesIn,
  );
  assertSame(both);
});

test('the Inspector on the command line', async () => {
  const inspector = join(
    dirname(require.resolve('@modelcontextprotocol/inspector/package.json')),
    'clients/launcher/build/index.js',
  );
  const methods = [
    ['--method', 'tools/list'],
    ['--method', 'tools/call', '--tool-name', 'echo', '--tool-arg', 'message=grove'],
    ['--method', 'prompts/list'],
  ];
  for (const method of methods) {
    const both = await twice(everything, async (command, folder) => {
      const args = [inspector, '--cli', ...method, '--', command.command, ...command.args];
      const env = { ...process.env, HOME: folder };
      return (await promisify(execFile)(node, args, { cwd: folder, env, maxBuffer: 1e7 })).stdout;
    });
    assert.match(both.direct.result, /[a-z]/);
    assert.equal(both.proxied.result, both.direct.result);
    assertTransparent(both.direct);
    assertTransparent(both.proxied);
  }
});
