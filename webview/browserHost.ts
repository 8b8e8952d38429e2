/**
 * The host of a page in a browser tab: signs in, keeps the feed's socket up, and reads over HTTP. Decides when to try
 * again and when that would not help; what to show is the page's business.
 */
import { Emitter } from '../daemon/base/events.ts';
import { DisposableStore, toDisposable } from '../daemon/base/lifecycle.ts';
import { backoffMs } from '../daemon/model/backoff.ts';
import { type ClientMessage, ServerMessage } from '../daemon/protocol/feed.ts';
import { formatAddress, parseAddress } from './address.ts';
import {
  type Ask,
  answerOf,
  bodyOf,
  type Host,
  type Link,
  pathOf,
  patienceOf,
  type ToHost,
  type ToPage,
} from './bridge.ts';
import { saveExport } from './saveExport.ts';
import { signIn } from './signIn.ts';

/** Close code of a feed that speaks another version. */
const WRONG_VERSION = 4001;

export function browserHost(): Host {
  const store = new DisposableStore();
  const messages = store.add(new Emitter<ToPage>());
  let token: string | null = null;
  let socket: WebSocket | null = null;
  let attempt = 0;
  let timer: number | undefined;

  const start = parseAddress(location.hash);
  const onHash = () => {
    const { code: _, ...shown } = parseAddress(location.hash);
    messages.fire({ type: 'show', shown });
  };
  const onOnline = () => void connect();
  window.addEventListener('hashchange', onHash);
  window.addEventListener('online', onOnline);

  const say = (link: Link) => {
    if (!store.isDisposed) messages.fire({ type: 'link', link });
  };

  const later = () => {
    if (store.isDisposed) return;
    clearTimeout(timer);
    attempt++;
    const waitMs = backoffMs(attempt, Math.random());
    say({ kind: 'waiting', attempt, retry_at: Date.now() + waitMs });
    timer = window.setTimeout(connect, waitMs);
  };

  /** A socket that is refused does not say why: a plain request tells a bad token from a daemon that is away. */
  const connect = async () => {
    clearTimeout(timer);
    if (socket !== null || store.isDisposed) return;
    say({ kind: 'connecting', attempt });
    const signed = await signIn(token);
    if (signed.kind === 'refused') return say({ kind: 'refused', reason: signed.reason });
    if (signed.kind === 'away') return later();
    token = signed.token;
    if (socket === null && !store.isDisposed) open(token);
  };

  const open = (key: string) => {
    const opened = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/feed`, ['callgrove.v1', `token.${key}`]);
    socket = opened;
    opened.onopen = () => {
      attempt = 0;
      say({ kind: 'open' });
    };
    opened.onmessage = (event) => {
      const parsed = ServerMessage.safeParse(parseJson(event.data));
      if (parsed.success) return messages.fire({ type: 'feed', message: parsed.data });
      console.error('A message of the feed was not understood.', parsed.error.issues.slice(0, 3));
      opened.close(WRONG_VERSION);
      if (socket === opened) socket = null;
      say({ kind: 'refused', reason: 'version' });
    };
    opened.onclose = () => {
      if (socket !== opened) return;
      socket = null;
      later();
    };
  };

  const feed = (message: ClientMessage) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };

  const answer = async (ask: Ask): Promise<ToPage> => {
    const failed = (code: string, message: string): ToPage => ({ type: 'failed', ask, code, message });
    try {
      const body = bodyOf(ask);
      const response = await fetch(pathOf(ask), {
        method: body === null ? 'GET' : 'POST',
        headers: {
          authorization: `Bearer ${token ?? ''}`,
          ...(body === null ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === null ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(patienceOf(ask)),
      });
      return answerOf(ask, response.status, parseJson(await response.text()));
    } catch (error) {
      return failed(
        'unreachable',
        error instanceof Error && error.name === 'TimeoutError'
          ? 'The daemon took too long.'
          : 'The daemon could not be reached.',
      );
    }
  };

  store.add(
    toDisposable(() => {
      clearTimeout(timer);
      window.removeEventListener('hashchange', onHash);
      window.removeEventListener('online', onOnline);
      const open = socket;
      socket = null;
      open?.close();
    }),
  );

  return {
    start: { session: start.session, call: start.call, view: start.view },
    onMessage: messages.on,
    send(message: ToHost) {
      switch (message.type) {
        case 'ready':
        case 'retry':
          void connect();
          return;
        case 'feed':
          feed(message.message);
          return;
        case 'shown': {
          const hash = formatAddress(message.shown);
          if (`#${hash}` !== location.hash) history.replaceState(null, '', `${location.pathname}#${hash}`);
          return;
        }
        case 'ask':
          void answer(message.ask).then((reply) => !store.isDisposed && messages.fire(reply));
          return;
        case 'save_export':
          void saveExport(token, message.session_id, message.wish).then((failure) =>
            messages.fire({ type: 'saved', failure }),
          );
          return;
        case 'export_session':
        case 'open_file':
        case 'open_diff':
          // No editor here: the page does not offer it.
          return;
        default:
          message satisfies never;
      }
    },
    dispose: () => store.dispose(),
  };
}

function parseJson(data: unknown): unknown {
  try {
    return typeof data === 'string' ? JSON.parse(data) : undefined;
  } catch {
    return undefined;
  }
}
