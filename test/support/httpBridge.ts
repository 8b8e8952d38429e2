/**
 * A bridge from Streamable HTTP to stdio servers: one child for each HTTP session, messages passed as they are. It lets
 * suites that speak HTTP only test what stands on stdio.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { RequestId } from '@modelcontextprotocol/sdk/types.js';

export interface Bridge {
  readonly url: string;
  /** Closes every session and its child. */
  close(): Promise<void>;
}

/** @param command the stdio server's command line */
export async function openBridge(command: readonly string[]): Promise<Bridge> {
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  const closing: (() => Promise<void>)[] = [];
  let port = 0;

  async function openSession(): Promise<StreamableHTTPServerTransport> {
    const http = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void sessions.set(id, http),
      enableDnsRebindingProtection: true,
      allowedHosts: [`127.0.0.1:${port}`, `localhost:${port}`],
      allowedOrigins: [`http://127.0.0.1:${port}`, `http://localhost:${port}`],
    });
    const stdio = new StdioClientTransport({ command: command[0]!, args: command.slice(1), stderr: 'inherit' });
    const open = new Set<RequestId>();
    http.onmessage = (message) => {
      if ('method' in message && 'id' in message) open.add(message.id);
      stdio.send(message).catch(() => {});
    };
    stdio.onmessage = (message) => {
      const isAnswer = 'id' in message && !('method' in message);
      if (isAnswer && message.id !== undefined) open.delete(message.id);
      // What the server says of its own accord goes with the only call that it can belong to, else on the GET stream.
      const [only] = open.size === 1 ? open : [];
      const options = !isAnswer && only !== undefined ? { relatedRequestId: only } : {};
      http.send(message, options).catch(() => {});
    };
    closing.push(async () => {
      await stdio.close();
      await http.close();
    });
    await stdio.start();
    await http.start();
    return http;
  }

  const server = createServer(async (request, response) => {
    const named = request.headers['mcp-session-id'];
    const known = typeof named === 'string' ? sessions.get(named) : undefined;
    if (named !== undefined && !known) response.writeHead(404).end();
    else await (known ?? (await openSession())).handleRequest(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (!address || typeof address !== 'object') throw new Error('no port');
  port = address.port;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    close: async () => {
      await Promise.all(closing.map((one) => one()));
      server.closeAllConnections();
      server.close();
    },
  };
}
