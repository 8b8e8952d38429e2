/** A server on the 2.x line for 2026-07-28: asks for input in two rounds, tells progress, logs, changes its tools. */
import { inputRequired, McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import * as z from 'zod';

serveStdio(() => {
  const server = new McpServer(
    { name: 'asking', version: '1.0.0' },
    { capabilities: { tools: { listChanged: true }, logging: {} } },
  );
  server.registerTool(
    'deploy',
    { description: 'Asks first.', inputSchema: z.object({ env: z.string() }) },
    async ({ env }, ctx) => {
      if (ctx.mcpReq.inputResponses?.confirm === undefined) {
        const confirm = inputRequired.elicit({
          message: `Deploy to ${env}?`,
          requestedSchema: z.object({ sure: z.boolean() }),
        });
        return inputRequired({ inputRequests: { confirm }, requestState: `asked-${env}` });
      }
      return { content: [{ type: 'text', text: `deployed to ${env}` }] };
    },
  );
  server.registerTool('count', { description: 'Counts to three.', inputSchema: z.object({}) }, async (_args, ctx) => {
    const progressToken = ctx.mcpReq._meta?.progressToken;
    for (let progress = 1; progress <= 3 && progressToken !== undefined; progress++) {
      await ctx.mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: 3 } });
    }
    return { content: [{ type: 'text', text: 'three' }] };
  });
  server.registerTool('fail', { description: 'Always fails.', inputSchema: z.object({}) }, async () => ({
    content: [{ type: 'text', text: 'it did not work' }],
    isError: true,
  }));
  return server;
});
