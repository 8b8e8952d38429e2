/**
 * A scripted HTTP server for `run --url`: every request is handed to the script as it came, and the script says byte by
 * byte what goes back. Listens on a free port of the loopback.
 */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The body as text. */
  readonly body: string;
  /** The body as JSON; null where it is none. */
  readonly json: { id?: unknown; method?: string; params?: Record<string, unknown> } | null;
  /** Resolves when the client has closed the connection before the answer was over. */
  readonly closed: Promise<void>;
}

export interface HttpPeer {
  readonly url: string;
  readonly port: number;
  readonly seen: readonly Seen[];
  /** Resolves when so many requests of a method have come. */
  saw(test: (seen: Seen) => boolean, count?: number): Promise<Seen>;
  /** Ends the connections on which nothing is under way. */
  closeIdle(): void;
  close(): Promise<void>;
}

/** Key and certificate, as PEM. */
export interface PeerTls {
  readonly key: string;
  readonly cert: string;
}

export type Script = (seen: Seen, response: ServerResponse) => unknown;

export async function openPeer(script: Script, tls?: PeerTls): Promise<HttpPeer> {
  const seen: Seen[] = [];
  let news: (() => void)[] = [];
  const onRequest: RequestListener = async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts).toString();
    const one: Seen = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body,
      json: parse(body),
      closed: new Promise((done) => response.on('close', () => !response.writableFinished && done())),
    };
    seen.push(one);
    const waiting = news;
    news = [];
    for (const tell of waiting) tell();
    await script(one, response);
  };
  const server = tls ? createTlsServer(tls, onRequest) : createServer(onRequest);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (!address || typeof address !== 'object') throw new Error('no port');
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${address.port}/mcp`,
    port: address.port,
    seen,
    async saw(test, count = 1) {
      for (;;) {
        const found = seen.filter(test);
        if (found.length >= count) return found[count - 1]!;
        await new Promise<void>((done) => news.push(done));
      }
    },
    closeIdle: () => server.closeIdleConnections(),
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function parse(text: string): Seen['json'] {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The usual beginning of an older session: initialize, initialized, and no stream of its own. @returns whether it was one of these */
export function opening(
  seen: Seen,
  response: ServerResponse,
  session: string | null = 'session-1',
  version = '2025-11-25',
  asSse = false,
): boolean {
  if (seen.method === 'DELETE') response.writeHead(200).end();
  else if (seen.method === 'GET' && seen.headers['last-event-id'] === undefined) response.writeHead(405).end();
  else if (seen.json?.method === 'initialize') {
    const headers: Record<string, string> = { 'content-type': asSse ? 'text/event-stream' : 'application/json' };
    if (session !== null) headers['mcp-session-id'] = session;
    const answer = INITIALIZED(seen.json.id, version);
    response.writeHead(200, headers).end(asSse ? `data: ${answer}\n\n` : answer);
  } else if (seen.json?.method?.startsWith('notifications/')) response.writeHead(202).end();
  else return false;
  return true;
}

const INITIALIZED = (id: unknown, version: string) =>
  `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"protocolVersion":"${version}","capabilities":{},"serverInfo":{"name":"peer","version":"1"}}}`;

export const INITIALIZE =
  '{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}';
export const ANNOUNCE = '{"jsonrpc":"2.0","method":"notifications/initialized"}';

/** A call of the modern era. */
export const modernCall = (id: unknown, name: string, args: object = {}) =>
  JSON.stringify({
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params: {
      name,
      arguments: args,
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    },
  });
