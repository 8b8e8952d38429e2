/**
 * A small mail server of MCP: `send_email` asks a mail API over HTTP, whose address is the first argument, and hands on
 * what it says; `check_inbox` only looks; `crash` ends the process in mid-call, complaining on stderr.
 */
import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import * as z from 'zod';

const api = process.argv[2] ?? '';

serveStdio(() => {
  const server = new McpServer({ name: 'mail', version: '1.0.0' }, { capabilities: { tools: {} } });
  const ask = async (path: string, init?: RequestInit) => {
    const answer = await fetch(`${api}${path}`, init);
    return { content: [{ type: 'text' as const, text: await answer.text() }], ...(!answer.ok && { isError: true }) };
  };
  server.registerTool(
    'send_email',
    { description: 'Sends a mail.', inputSchema: z.object({ to: z.string(), subject: z.string() }) },
    (mail) => ask('/send', { method: 'POST', body: JSON.stringify(mail) }),
  );
  server.registerTool('check_inbox', { description: 'Looks for new mail.', inputSchema: z.object({}) }, () =>
    ask('/inbox'),
  );
  server.registerTool('crash', { description: 'Ends.', inputSchema: z.object({}) }, () => {
    process.stderr.write(`Error: MAIL_TOKEN=${process.env.MAIL_TOKEN} was rejected\n    at boot (mail.js:1:1)\n`);
    process.exit(3);
  });
  return server;
});
