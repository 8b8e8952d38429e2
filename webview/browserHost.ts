/**
 * The host of a page in a browser tab: signs in, keeps the feed's socket up, and reads over HTTP. Decides when to try
 * again and when that would not help; what to show is the page's business.
 */
import type { z } from 'zod';
import { Emitter } from '../daemon/base/events.ts';
import { DisposableStore, toDisposable } from '../daemon/base/lifecycle.ts';
import { ActionResult, ApiError } from '../daemon/protocol/api.ts';
import { CallDetail, type ClientMessage, FrameView, ServerMessage } from '../daemon/protocol/feed.ts';
import { backoffMs } from './backoff.ts';
import type { Ask, Host, Link, ToHost, ToPage } from './bridge.ts';
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
      const response = await fetch(urlOf(ask), {
        method: ask.ask === 'act' ? 'POST' : 'GET',
        headers: {
          authorization: `Bearer ${token ?? ''}`,
          ...(ask.ask === 'act' ? { 'content-type': 'application/json' } : {}),
        },
        ...(ask.ask === 'act' ? { body: JSON.stringify(ask.action) } : {}),
        signal: AbortSignal.timeout(15_000),
      });
      const body = parseJson(await response.text());
      if (!response.ok) {
        const error = ApiError.safeParse(body);
        return error.success
          ? failed(error.data.code, error.data.message)
          : failed(String(response.status), `The daemon answered ${response.status}.`);
      }
      return read(ask, body);
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
      const open = socket;
      socket = null;
      open?.close();
    }),
  );

  return {
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
        case 'ask':
          void answer(message.ask).then((reply) => !store.isDisposed && messages.fire(reply));
          return;
        default:
          message satisfies never;
      }
    },
    dispose: () => store.dispose(),
  };
}

function urlOf(ask: Ask): string {
  if (ask.ask === 'act') return '/api/act';
  const call = `/api/calls/${encodeURIComponent(ask.call_id)}`;
  if (ask.ask === 'detail') return `${call}/detail`;
  const query = new URLSearchParams({
    offset: String(ask.offset),
    limit: String(ask.limit),
    ...(ask.raw ? { raw: '1' } : {}),
  });
  return `${call}/frames/${encodeURIComponent(ask.key)}?${query}`;
}

function read(ask: Ask, body: unknown): ToPage {
  const wrong = (error: z.ZodError): ToPage => {
    console.error('An answer of the daemon was not understood.', error.issues.slice(0, 3));
    return {
      type: 'failed',
      ask,
      code: 'not_understood',
      message: 'The daemon’s answer was not understood: page and daemon may be of different versions.',
    };
  };
  if (ask.ask === 'detail') {
    const detail = CallDetail.safeParse(body);
    return detail.success ? { type: 'detail', call_id: ask.call_id, detail: detail.data } : wrong(detail.error);
  }
  if (ask.ask === 'frame') {
    const frame = FrameView.safeParse(body);
    return frame.success ? { type: 'frame', call_id: ask.call_id, frame: frame.data } : wrong(frame.error);
  }
  const acted = ActionResult.safeParse(body);
  return acted.success ? { type: 'acted', session: acted.data.session } : wrong(acted.error);
}

function parseJson(data: unknown): unknown {
  try {
    return typeof data === 'string' ? JSON.parse(data) : undefined;
  } catch {
    return undefined;
  }
}
