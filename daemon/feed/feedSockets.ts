/**
 * The sockets of `/feed`: who may open one, the viewer behind each, and that a dead one is noticed. What a viewer is
 * sent is decided in `viewer.ts`.
 */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Disposable, DisposableStore, toDisposable } from '../base/lifecycle.ts';
import { accessOf, bearerOf, subprotocolTokenOf } from './access.ts';
import { admit } from './admit.ts';
import { lagNews } from './lagNews.ts';
import { sessionNews } from './sessionNews.ts';
import type { FeedSource } from './source.ts';
import { openViewer, type Viewer } from './viewer.ts';

export interface FeedSocketsOptions {
  readonly source: FeedSource;
  readonly token: string;
  readonly port: number;
  /** A viewer went away. */
  readonly onLeft: () => void;
  readonly onFailure: (error: unknown) => void;
}

export interface FeedSockets extends Disposable {
  /** Answers an HTTP upgrade: with a socket, or with a status and an end. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  readonly viewers: number;
}

export const SUBPROTOCOL = 'callgrove.v1';
const SOCKETS_AT_MOST = 64;
const MESSAGE_BYTES = 64 * 1024;
/** One that has not answered the last ping when the next is due is gone. */
const PING_MS = 30_000;
const GOODBYE_MS = 500;

export function feedSockets(options: FeedSocketsOptions): FeedSockets {
  const { source, onFailure } = options;
  const store = new DisposableStore();
  const open = new Map<WebSocket, { viewer: Viewer; alive: boolean }>();
  const everybody = (tell: (viewer: Viewer) => void) => {
    for (const { viewer } of open.values()) tell(viewer);
  };
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols: () => SUBPROTOCOL,
  });
  store.add(toDisposable(() => sockets.close()));
  const news = store.add(
    sessionNews({ source, onFailure, publish: (heads, gone) => everybody((viewer) => viewer.sessions(heads, gone)) }),
  );
  const lag = store.add(lagNews((newest) => everybody((viewer) => viewer.lag(newest))));
  store.add(source.onLag((newest) => lag.note(newest)));
  store.add(
    source.onChange((change) => {
      if (open.size === 0) return;
      everybody((viewer) => viewer.changed(change));
      news.note(change.session_ids, change.removed_session_ids);
    }),
  );

  const leave = (socket: WebSocket) => {
    open.get(socket)?.viewer.dispose();
    open.delete(socket);
  };

  const accept = (socket: WebSocket) => {
    const viewer = openViewer(
      {
        send: (text, written) => socket.send(text, () => written()),
        get waiting() {
          return socket.bufferedAmount;
        },
        close: (code, reason) => socket.close(code, reason),
      },
      { source, ask: news.note, onFailure },
    );
    const entry = { viewer, alive: true };
    open.set(socket, entry);
    socket.on('pong', () => {
      entry.alive = true;
    });
    socket.on('message', (data, isBinary) => viewer.receive(isBinary ? null : data.toString()));
    // An error (a frame too large, a broken one) is followed by `close`.
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      leave(socket);
      options.onLeft();
    });
    if (lag.current) viewer.lag(lag.current);
  };

  const beat = setInterval(() => {
    for (const [socket, entry] of open) {
      if (!entry.alive) {
        socket.terminate();
        continue;
      }
      entry.alive = false;
      socket.ping();
    }
  }, PING_MS);
  store.add(toDisposable(() => clearInterval(beat)));
  store.add(
    toDisposable(() => {
      for (const socket of [...open.keys()]) {
        leave(socket);
        socket.close(1001, 'the daemon ends');
        // Who does not answer that is not waited for.
        setTimeout(() => socket.terminate(), GOODBYE_MS).unref();
      }
    }),
  );

  return {
    upgrade(request, socket, head) {
      const refusal = refusalOf(request, options, open.size);
      if (refusal) return refuse(socket, refusal);
      sockets.handleUpgrade(request, socket, head, accept);
    },
    get viewers() {
      return open.size;
    },
    dispose: () => store.dispose(),
  };
}

/** The status that an upgrade is refused with, or null for one that may go on. */
function refusalOf(request: IncomingMessage, { token, port }: FeedSocketsOptions, count: number): number | null {
  const { host, origin, authorization } = request.headers;
  const admission = admit({ host, origin, url: request.url }, port);
  if (admission.kind === 'refused') return admission.status;
  const protocols = request.headers['sec-websocket-protocol'];
  const offered = bearerOf(authorization) ?? subprotocolTokenOf(protocols);
  if (accessOf(token, offered, Date.now()) === null) return 401;
  if (admission.path !== '/feed') return 404;
  if (!(protocols ?? '').split(',').some((name) => name.trim() === SUBPROTOCOL)) return 400;
  return count >= SOCKETS_AT_MOST ? 503 : null;
}

function refuse(socket: Duplex, status: number): void {
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
