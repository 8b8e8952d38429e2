/**
 * The feed's WebSocket as a viewer on the command line uses it: parsed messages in, subscriptions out. Reconnecting
 * and what the messages mean are the caller's.
 */
import type { DaemonClient } from '../feed/daemonClient.ts';
import { type ClientMessage, ServerMessage } from '../protocol/feed.ts';

export interface FeedSocket {
  readonly send: (message: ClientMessage) => void;
  /** Resolves with the reason when the socket has closed, by whoever. Never rejects. */
  readonly closed: Promise<string>;
  readonly close: () => void;
}

/** Messages that this version does not know are skipped: a newer daemon may say more. */
export function openFeedSocket(client: DaemonClient, onMessage: (message: ServerMessage) => void): FeedSocket {
  const socket = new WebSocket(`${client.base.replace(/^http/, 'ws')}/feed`, ['callgrove.v1', `token.${client.token}`]);
  const closed = new Promise<string>((resolve) => {
    socket.addEventListener('close', (event) => resolve(event.reason || `code ${event.code}`));
  });
  socket.addEventListener('error', () => {});
  socket.addEventListener('message', (event) => {
    const message = ServerMessage.safeParse(toJson(event.data));
    if (message.success) onMessage(message.data);
  });
  return {
    send: (message) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    },
    closed,
    close: () => socket.close(),
  };
}

function toJson(data: unknown): unknown {
  if (typeof data !== 'string') return undefined;
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
