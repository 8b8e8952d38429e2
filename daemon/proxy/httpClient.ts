/**
 * HTTP requests to one server, on connections that are kept open. Decides about transport only: redirects are followed
 * within the origin and never beyond it, compressed answers are unpacked as they arrive, nothing times out by itself.
 * What a status means is left to others.
 */
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage, RequestOptions } from 'node:http';
import { createRequire } from 'node:module';
import type { Readable } from 'node:stream';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The names as they came, in order. */
  readonly names: readonly string[];
  /** The body, unpacked. */
  readonly body: Readable;
}

export interface HttpListener {
  onAnswer(answer: HttpAnswer): void;
  /** There is no answer, or its body broke off. Called at most once, and never after `cancel`. */
  onBroken(code: string): void;
}

export interface HttpCall {
  /** Did the request leave completely? */
  sent(): boolean;
  /** Closes the connection; nothing is heard of the call afterwards. */
  cancel(): void;
}

export interface HttpClient {
  send(
    method: 'POST' | 'GET' | 'DELETE',
    headers: Readonly<Record<string, string>>,
    body: readonly Uint8Array[],
    listener: HttpListener,
  ): HttpCall;
  /** Closes connections that are idle. */
  close(): void;
}

const MAX_REDIRECTS = 3;
/** A body up to this size leaves in one piece with its head, in bytes. */
const ONE_PIECE_BYTES = 16 * 1024;
const load = createRequire(import.meta.url);

/** @param env the environment, for Node's own `NODE_USE_ENV_PROXY`; no proxy variable is read here */
export function createHttpClient(url: URL, env: NodeJS.ProcessEnv): HttpClient {
  const isTls = url.protocol === 'https:';
  // Not imported: an import touches every member of the module, and one of them loads the whole of fetch.
  const http: Pick<typeof import('node:http'), 'Agent' | 'request'> = load(isTls ? 'node:https' : 'node:http');
  const hasProxy = env.NODE_USE_ENV_PROXY === '1';
  const proxy = hasProxy ? { proxyEnv: env } : {};
  const options = { keepAlive: true, maxFreeSockets: 16, ...proxy };
  const agent = new http.Agent(options);
  const flat = new WeakMap<object, readonly string[]>();
  /** In pairs, as they are sent: made once for headers that are used again. */
  const pairs = (target: URL, headers: Readonly<Record<string, string>>) => {
    const known = target === url ? flat.get(headers) : undefined;
    if (known) return known;
    const made = ['host', target.host, ...Object.entries(headers).flat()];
    if (target === url) flat.set(headers, made);
    return made;
  };
  const usual = addressOf(url);

  const send: HttpClient['send'] = (method, headers, body, listener) => {
    let cancelled = false;
    let broken = false;
    let current: ClientRequest | null = null;
    const fail = (code: string) => {
      if (cancelled || broken) return;
      broken = true;
      listener.onBroken(code);
    };
    const call: HttpCall = {
      // No getter: one in an object made per call would keep the call's memory until the next full collection.
      sent: () => current?.writableFinished === true,
      cancel() {
        cancelled = true;
        current?.destroy();
      },
    };
    const length = body.reduce((sum, part) => sum + part.length, 0);
    const go = (target: URL, redirects: number) => {
      const sized = method === 'POST' ? ['content-length', String(length)] : [];
      const all = hasProxy
        ? { ...headers, ...(method === 'POST' ? { 'content-length': length } : {}) }
        : [...pairs(target, headers), ...sized];
      const made = http.request({ ...(target === url ? usual : addressOf(target)), method, agent, headers: all });
      current = made;
      made.on('error', (error) => fail(codeOf(error)));
      made.on('response', (message) => {
        if (cancelled) return void message.destroy();
        const next = redirects < MAX_REDIRECTS ? redirectWithin(target, method, message) : null;
        if (next) {
          message.resume();
          message.on('error', () => {});
          message.on('close', () => !cancelled && go(next, redirects + 1));
          return;
        }
        answer(message, listener, fail);
      });
      const [first] = body;
      if (!first) made.end();
      else if (length <= ONE_PIECE_BYTES) {
        const whole = body.length === 1 ? Buffer.from(first.buffer, first.byteOffset, length) : Buffer.concat(body);
        // As text of one byte a character it is joined to the head, which spares a second buffer on the way.
        made.end(whole.toString('latin1'), 'latin1');
      } else {
        // In the pieces in which it came: the socket takes them all at once.
        made.cork();
        for (const part of body) made.write(part);
        made.end();
      }
    };
    try {
      go(url, 0);
    } catch (error) {
      // A header that cannot be sent: told later, as every other failure.
      queueMicrotask(() => fail(codeOf(error)));
    }
    return call;
  };
  return { send, close: () => agent.destroy() };
}

function answer(message: IncomingMessage, listener: HttpListener, fail: (code: string) => void): void {
  const encoding = (message.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  const body = encoding === 'identity' || encoding === '' ? message : unpacked(message, encoding);
  message.on('error', (error) => fail(codeOf(error)));
  if (!body) {
    message.destroy();
    fail(`content-encoding ${encoding.slice(0, 40)}`);
    return;
  }
  if (body !== message) body.on('error', (error) => fail(codeOf(error)));
  const names = message.rawHeaders.filter((_, index) => index % 2 === 0);
  listener.onAnswer({ status: message.statusCode ?? 0, headers: message.headers, names, body });
}

function addressOf(url: URL): RequestOptions {
  const { hostname, port, pathname, search } = url;
  return {
    protocol: url.protocol,
    // An IPv6 address stands in brackets in a URL, and nowhere else.
    hostname: hostname.startsWith('[') ? hostname.slice(1, -1) : hostname,
    path: `${pathname}${search}`,
    ...(port === '' ? {} : { port }),
  };
}

/** Every piece is flushed as it comes, so that events are not held back. Null for an encoding that was not asked for. */
function unpacked(message: IncomingMessage, encoding: string): Readable | null {
  const zlib: typeof import('node:zlib') = load('node:zlib');
  const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH } = zlib.constants;
  const flush = { flush: Z_SYNC_FLUSH, finishFlush: Z_SYNC_FLUSH };
  if (encoding === 'gzip' || encoding === 'x-gzip') return message.pipe(zlib.createGunzip(flush));
  if (encoding === 'deflate') return message.pipe(zlib.createInflate(flush));
  const brotli = { flush: BROTLI_OPERATION_FLUSH, finishFlush: BROTLI_OPERATION_FLUSH };
  return encoding === 'br' ? message.pipe(zlib.createBrotliDecompress(brotli)) : null;
}

/** Where to ask instead, if that is the same origin and the method may be repeated there. */
function redirectWithin(from: URL, method: string, message: IncomingMessage): URL | null {
  const { statusCode: status, headers } = message;
  const keepsMethod = status === 307 || status === 308;
  if (!keepsMethod && !(method === 'GET' && (status === 301 || status === 302))) return null;
  try {
    const to = new URL(headers.location ?? '', from);
    const isHere = to.origin === from.origin && to.username === '' && to.password === '';
    return headers.location !== undefined && isHere ? to : null;
  } catch {
    return null;
  }
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.message.slice(0, 100) : 'unknown';
}
