/**
 * Makes the corpora in test/fixtures/frames: real clients and servers talk, a tee between them keeps the lines. Run it
 * by hand when a peer gets a new version; the recordings are small and stand in the repository.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client as ModernClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernTransport } from '@modelcontextprotocol/client/stdio';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';

const root = join(import.meta.dirname, '..', '..');
const folder = join(root, 'test', 'fixtures', 'frames');
const tee = join(import.meta.dirname, 'teeFrames.mjs');
const everything = ['node', join(root, 'node_modules/@modelcontextprotocol/server-everything/dist/index.js'), 'stdio'];

function teed(name: string, command: readonly string[]) {
  const file = join(folder, `${name}.jsonl`);
  rmSync(file, { force: true });
  return { command: process.execPath, args: [tee, file, ...command], stderr: 'ignore' as const };
}

/** The SDK's client offers its newest revision; an older one is put in its place on the way out. */
class RevisionTransport extends StdioClientTransport {
  readonly revision: string;
  constructor(revision: string, command: readonly string[]) {
    super(teed(revision, command));
    this.revision = revision;
  }
  override send(message: JSONRPCMessage): Promise<void> {
    const isInitialize = 'method' in message && message.method === 'initialize' && 'id' in message;
    return super.send(
      isInitialize ? { ...message, params: { ...message.params, protocolVersion: this.revision } } : message,
    );
  }
}

async function recordLegacy(revision: string): Promise<void> {
  const client = new Client(
    { name: 'recorder', version: '1.0.0' },
    { capabilities: { sampling: {}, elicitation: { form: {} }, roots: { listChanged: true } } },
  );
  client.setRequestHandler(CreateMessageRequestSchema, () => ({
    model: 'none',
    role: 'assistant',
    content: { type: 'text', text: 'sampled' },
  }));
  client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'decline' }));
  client.setRequestHandler(ListRootsRequestSchema, () => ({
    roots: [{ uri: 'file:///workspace', name: 'workspace' }],
  }));
  await client.connect(new RevisionTransport(revision, everything));
  const tools = (await client.listTools()).tools.map(({ name }) => name);
  const call = (name: string, args: Record<string, unknown>) =>
    tools.includes(name) ? client.callTool({ name, arguments: args }) : null;
  await call('echo', { message: 'hello' });
  await client.callTool({ name: 'no_such_tool', arguments: {} }).catch(() => {});
  await Promise.all([call('get-sum', { a: 1, b: 2 }), call('echo', { message: 'at once' })]);
  const slow = { name: 'trigger-long-running-operation', arguments: { duration: 0.3, steps: 3 } };
  await client.callTool(slow, undefined, { onprogress: () => {} });
  await call('trigger-sampling-request', { prompt: 'hi', maxTokens: 10 });
  await call('trigger-elicitation-request', {});
  const abort = new AbortController();
  const cancelled = client
    .callTool({ ...slow, arguments: { duration: 1, steps: 2 } }, undefined, { signal: abort.signal })
    .catch(() => {});
  await sleep(50);
  abort.abort('changed my mind');
  await cancelled;
  if (tools.includes('simulate-research-query')) {
    const stream = client.experimental.tasks.callToolStream(
      { name: 'simulate-research-query', arguments: { topic: 'bees' } },
      undefined,
      {
        task: { ttl: 60_000 },
      },
    );
    for await (const message of stream) if (message.type === 'error') throw message.error;
  }
  await client.close();
}

async function recordModern(): Promise<void> {
  const server = ['node', join(import.meta.dirname, 'peers', 'askingServer.ts')];
  const client = new ModernClient(
    { name: 'recorder', version: '2.0.0' },
    { capabilities: { elicitation: {} }, versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  client.setRequestHandler('elicitation/create', async () => ({ action: 'accept', content: { sure: true } }));
  await client.connect(new ModernTransport(teed('2026-07-28', server)));
  await client.listTools();
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await client.callTool({ name: 'count', arguments: {}, _meta: { traceparent } }, { onprogress: () => {} });
  await client.callTool({ name: 'fail', arguments: {} });
  await client.callTool({ name: 'deploy', arguments: { env: 'staging' } });
  const listening = await client.listen({ toolsListChanged: true });
  await sleep(100);
  await listening.close();
  await client.close();
}

for (const revision of ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25']) await recordLegacy(revision);
await recordModern();
