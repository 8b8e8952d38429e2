/** A server on the 2.x line that speaks 2026-07-28 over stdio: a plain tool, one that fails, one that asks for input. */
import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import * as z from 'zod';

serveStdio(() => {
  const server = new McpServer({ name: 'modern', version: '1.0.0' }, { capabilities: { tools: {}, resources: {} } });
  server.registerTool(
    'shout',
    { description: 'Says it louder.', inputSchema: z.object({ text: z.string() }) },
    async ({ text }) => ({ content: [{ type: 'text', text: text.toUpperCase() }] }),
  );
  server.registerTool('fail', { description: 'Always fails.', inputSchema: z.object({}) }, async () => ({
    content: [{ type: 'text', text: 'it did not work' }],
    isError: true,
  }));
  server.registerResource('leaf', 'grove://leaf', { mimeType: 'text/plain' }, async (uri) => ({
    contents: [{ uri: uri.href, text: 'grün — ✓ \u2028 end' }],
  }));
  return server;
});
