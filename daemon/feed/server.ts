/** The daemon's ear on 127.0.0.1: one HTTP server with the page, the interface and the feed. Joins the parts, no more. */
import { createServer, type Server } from 'node:http';
import { type Disposable, DisposableStore, toDisposable } from '../base/lifecycle.ts';
import { feedSockets } from './feedSockets.ts';
import { handleRequest } from './handleRequest.ts';
import { oneTimeCodes } from './oneTimeCodes.ts';
import type { FeedSource } from './source.ts';

export interface FeedOptions {
  readonly source: FeedSource;
  /** Of `loadDaemonToken`. */
  readonly token: string;
  /** Taken if it is free, else any other; null: any. */
  readonly preferredPort: number | null;
  /** The folder with index.html, page.js and page.css; it may be missing. */
  readonly pageFolder: string;
  /** A command asked the daemon to end; its answer is out. */
  readonly onStop: () => void;
  /** What went wrong inside, for the log. Clients are told no more than that. */
  readonly onFailure: (error: unknown) => void;
}

export interface FeedServer extends Disposable {
  readonly port: number;
  /** Sockets that are open now. */
  readonly viewers: number;
  /** When somebody with a token last asked for something or a socket was open, epoch ms; the start where nobody did. */
  readonly lastSeenAt: number;
}

const CONNECTIONS_AT_MOST = 256;

/** Rejects with the system's error where no port at all can be had. */
export async function startFeed(options: FeedOptions): Promise<FeedServer> {
  const { source, token, pageFolder, onStop, onFailure } = options;
  const store = new DisposableStore();
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000 });
  server.maxConnections = CONNECTIONS_AT_MOST;
  const port = await listen(server, options.preferredPort);
  server.on('error', onFailure);
  let seenAt = Date.now();
  const onSeen = () => {
    seenAt = Date.now();
  };
  store.add(
    toDisposable(() => {
      server.close();
      server.closeAllConnections();
    }),
  );
  const sockets = store.add(feedSockets({ source, token, port, onFailure, onLeft: onSeen }));
  const codes = oneTimeCodes();
  const context = {
    source,
    token,
    codes,
    port,
    viewers: () => sockets.viewers,
    stop: onStop,
    pageFolder,
    onFailure,
    onSeen,
  };
  server.on('request', (request, response) => void handleRequest(request, response, context));
  server.on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head));
  // What is no HTTP is answered with 400 by Node's default and closed.
  return {
    port,
    get viewers() {
      return sockets.viewers;
    },
    get lastSeenAt() {
      return sockets.viewers > 0 ? Date.now() : seenAt;
    },
    dispose: () => store.dispose(),
  };
}

async function listen(server: Server, preferredPort: number | null): Promise<number> {
  const tried = preferredPort === null ? [0] : [preferredPort, 0];
  for (const port of tried) {
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
          server.off('error', reject);
          resolve();
        });
      });
      break;
    } catch (error) {
      if (port === 0) throw error;
    }
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}
