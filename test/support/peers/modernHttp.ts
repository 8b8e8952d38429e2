/**
 * A server on the 2.x line that speaks 2026-07-28 over HTTP (and older revisions without a session). Prints its port:
 * plain tools, one that fails, one with a mirrored parameter, one that reports progress, one that takes its time.
 */
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });
let cancelled = 0;

const handler = createMcpHandler(() => {
  const server = new McpServer({ name: 'modern', version: '1.0.0' }, { capabilities: { tools: {}, resources: {} } });
  server.registerTool(
    'shout',
    { description: 'Says it louder.', inputSchema: z.object({ text: z.string() }) },
    async (args) => text(args.text.toUpperCase()),
  );
  server.registerTool('fail', { description: 'Always fails.', inputSchema: z.object({}) }, async () => ({
    ...text('it did not work'),
    isError: true,
  }));
  const region = z.string().meta({ 'x-mcp-header': 'Region' });
  server.registerTool('where', { description: 'Repeats.', inputSchema: z.object({ region }) }, async (args) =>
    text(args.region),
  );
  server.registerTool('steps', { description: 'Reports.', inputSchema: z.object({}) }, async (_, context) => {
    const progressToken = context.mcpReq._meta?.progressToken;
    for (let progress = 1; progressToken !== undefined && progress <= 3; progress++)
      await context.mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: 3 } });
    // The SDK forgets who waits for progress as soon as it reads the answer.
    await new Promise((done) => setTimeout(done, 100));
    return text('reported');
  });
  server.registerTool(
    'slow',
    { description: 'Waits until it is cancelled.', inputSchema: z.object({}) },
    async (_, context) => {
      await new Promise<void>((done) => context.mcpReq.signal.addEventListener('abort', () => done()));
      cancelled++;
      return text('too late');
    },
  );
  server.registerTool('cancelled', { description: 'How often.', inputSchema: z.object({}) }, async () =>
    text(String(cancelled)),
  );
  server.registerResource('leaf', 'grove://leaf', { mimeType: 'text/plain' }, async (uri) => ({
    contents: [{ uri: uri.href, text: 'grün — ✓ \u2028 end' }],
  }));
  return server;
});

const server = createServer(async (request, response) => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  const aborted = new AbortController();
  response.on('close', () => aborted.abort());
  const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]);
  const made = new Request(`http://${request.headers.host}${request.url}`, {
    method: request.method ?? 'POST',
    headers,
    signal: aborted.signal,
    ...(parts.length > 0 ? { body: Buffer.concat(parts) } : {}),
  });
  const answer = await handler.fetch(made);
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (!answer.body) return void response.end();
  const body = Readable.from(answer.body);
  body.on('error', () => response.destroy());
  response.on('close', () => body.destroy());
  body.pipe(response);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address && typeof address === 'object') process.stdout.write(`${address.port}\n`);
});
