/**
 * One socket on the daemon's feed. Opens, sends, hands on what came, and says how it ended; when to try again is for
 * whoever holds it.
 */
import { WebSocket } from 'ws';
import { type Disposable, toDisposable } from '../daemon/base/lifecycle.ts';
import type { ClientMessage } from '../daemon/protocol/feed.ts';
import type { Endpoint } from './endpoint.ts';

/** `asked`: the daemon said goodbye; `lost`: it vanished or never answered. */
export type Ending = 'asked' | 'lost';

export interface FeedListeners {
  readonly onOpen: () => void;
  /** Parsed JSON, nothing more; undefined where it was none. */
  readonly onMessage: (message: unknown) => void;
  /** Once, and never after `dispose`. */
  readonly onEnd: (ending: Ending) => void;
}

export interface FeedSocket extends Disposable {
  /** Dropped while the socket is not open. */
  send(message: ClientMessage): void;
}

const GOODBYE = 1001;
const OPEN_MS = 5_000;

export function feedSocket({ port, token }: Endpoint, { onOpen, onMessage, onEnd }: FeedListeners): FeedSocket {
  let over = false;
  const socket = new WebSocket(`ws://127.0.0.1:${port}/feed`, ['callgrove.v1', `token.${token}`], {
    handshakeTimeout: OPEN_MS,
    perMessageDeflate: false,
    maxPayload: 64 * 1024 * 1024,
  });
  socket.on('open', () => over || onOpen());
  socket.on('message', (data) => over || onMessage(parseJson(String(data))));
  // An error is followed by `close`.
  socket.on('error', () => {});
  socket.on('close', (code) => {
    if (over) return;
    over = true;
    onEnd(code === GOODBYE ? 'asked' : 'lost');
  });
  return {
    send(message) {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    },
    ...toDisposable(() => {
      over = true;
      socket.terminate();
    }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
