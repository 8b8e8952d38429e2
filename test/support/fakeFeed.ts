/**
 * A daemon for the page's tests: serves the built page and speaks the feed's protocol over scripted rows held in
 * memory. Windows and deltas are computed as the real one does, without a database; faults are switched on by the test.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type WebSocket, WebSocketServer } from 'ws';
import { pageHeaders } from '../../daemon/feed/answerHeaders.ts';
import { rowWindow } from '../../daemon/model/rowWindow.ts';
import { Action } from '../../daemon/protocol/api.ts';
import type { CallDetail, Transport } from '../../daemon/protocol/callDetail.ts';
import {
  type CallHead,
  ClientMessage,
  rowKey,
  type ServerMessage,
  type SessionHead,
  type Subscribe,
  type TreeRow,
} from '../../daemon/protocol/feed.ts';
import type { Call } from '../../daemon/protocol/record.ts';
import { fakeRecord } from './fakeRecord.ts';

/** Of a call that is older than what is kept. */
const GONE = { role: 'request', file: 'journal/con_01k00000000000000000000000.0000.cgj' };

/** A call that was refused once on its way and taken up again. */
const SHORTER_LIST: CallDetail['altered'] = {
  side: 'response',
  why: 'list_filtered',
  hidden: ['write_file', 'delete_\u202Eelif'],
  after: '{"jsonrpc":"2.0","id":2,"result":{"tools":[{"name":"read_file"}]}}',
  after_truncated: false,
};
const REFUSED: CallDetail['altered'] = {
  side: 'request',
  why: 'denied',
  hidden: [],
  after: null,
  after_truncated: false,
};

/** With the shapes of what the server listed and of what the agent was shown. */
function shortened(record: Call): Call {
  const before = { request_shape: null, result_shape: `sha256:${'11'.repeat(32)}` };
  const adapter = { ...record.adapter, altered: true, before, result_shape: `sha256:${'22'.repeat(32)}` };
  return { ...record, adapter, policy: { ...record.policy, surface_hidden: 2 } };
}

const GITHUB_TRANSPORT: Transport = {
  url: 'https://api.githubcopilot.com/mcp',
  exchanges: [
    {
      method: 'POST',
      status: 200,
      sent_ms: 0.4,
      headers_ms: 212,
      end_ms: 640,
      reconnects: 0,
      error_class: 'transport_error',
      message: 'the stream broke off (ECONNRESET)',
    },
    {
      method: 'GET',
      status: 200,
      sent_ms: 1645,
      headers_ms: 120,
      end_ms: 244,
      reconnects: 1,
      error_class: null,
      message: null,
    },
  ],
};

export interface FakeFeed {
  /** With a one-time code in the fragment. */
  url(fragment?: string): string;
  readonly origin: string;
  /** A row as it was put last; null where there is none. */
  row(sessionId: string, key: string): TreeRow | null;
  put(head: SessionHead, rows?: TreeRow[]): void;
  /** Adds or changes rows by key and tells the viewers. */
  upsert(sessionId: string, rows: readonly TreeRow[], head?: Partial<SessionHead>): void;
  /** Ends every socket; with `refuse` no new one is accepted until `accept`. */
  cut(refuse: boolean): void;
  accept(): void;
  /** The token is another from now on, as with another daemon. */
  revoke(): void;
  /** Answers of any kind wait for this long, ms. */
  delayMs: number;
  readonly actions: Action[];
  readonly subscriptions: Subscribe[];
  /** Details of a call, where they are not made from its head. */
  readonly bodies: Map<string, { arguments?: string; result?: string; error?: string; raw?: string }>;
  /** Answers to `GET` by path, as a daemon would send them; another path under `/api/` is not there. */
  readonly documents: Map<string, unknown>;
  /** Queries of the bundles that were asked for. */
  readonly asked: string[];
  close(): Promise<void>;
}

interface Viewer {
  readonly socket: WebSocket;
  readonly subscriptions: Map<number, { wanted: Subscribe; shown: Map<string, TreeRow> }>;
}

/** @param pageFolder a folder that `buildPage` filled */
export async function fakeFeed(pageFolder: string): Promise<FakeFeed> {
  let token = 'fake-token-1';
  let refusing = false;
  let seq = 0;
  const codes = new Set<string>();
  const heads = new Map<string, SessionHead>();
  const trees = new Map<string, Map<string, TreeRow>>();
  const viewers = new Set<Viewer>();
  const actions: Action[] = [];
  const subscriptions: Subscribe[] = [];
  const bodies: FakeFeed['bodies'] = new Map();
  const documents: FakeFeed['documents'] = new Map();
  const asked: string[] = [];

  const server = createServer((request, response) => {
    if (refusing) request.socket.destroy();
    else setTimeout(() => void answer(request, response).catch(() => response.destroy()), feed.delayMs);
  });
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'callgrove.v1' });
  server.on('upgrade', (request, socket, head) => {
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(/,\s*/);
    if (refusing || !offered.includes(`token.${token}`)) socket.destroy();
    else sockets.handleUpgrade(request, socket, head, (opened) => setTimeout(() => admit(opened), feed.delayMs));
  });

  const tell = (viewer: Viewer, message: ServerMessage) => viewer.socket.send(JSON.stringify(message));

  function admit(socket: WebSocket): void {
    const viewer: Viewer = { socket, subscriptions: new Map() };
    viewers.add(viewer);
    socket.on('close', () => viewers.delete(viewer));
    socket.on('message', (data) => {
      const message = ClientMessage.parse(JSON.parse(String(data)));
      if (message.type === 'unsubscribe') {
        viewer.subscriptions.delete(message.id);
        return;
      }
      subscriptions.push(message);
      setTimeout(() => sendWindow(viewer, message), feed.delayMs);
    });
    const sessions = [...heads.values()];
    tell(viewer, {
      type: 'hello',
      feed: 1,
      callgrove: '0.1.0',
      epoch: 'e1',
      seq: ++seq,
      sessions,
      total_sessions: sessions.length,
    });
  }

  const rowsOf = (sessionId: string) => [...(trees.get(sessionId)?.values() ?? [])];

  function sendWindow(viewer: Viewer, wanted: Subscribe): void {
    const window = rowWindow(rowsOf(wanted.session_id), wanted);
    if (window === null) {
      tell(viewer, { type: 'error', seq: ++seq, id: wanted.id, code: 'bad_filter', message: 'bad filter' });
      return;
    }
    viewer.subscriptions.set(wanted.id, { wanted, shown: new Map(window.rows.map((row) => [rowKey(row), row])) });
    tell(viewer, { type: 'window', seq: ++seq, id: wanted.id, ...window });
  }

  function news(sessionId: string): void {
    const head = heads.get(sessionId);
    for (const viewer of viewers) {
      if (head) tell(viewer, { type: 'sessions', seq: ++seq, sessions: [head], removed: [] });
      for (const [id, subscription] of viewer.subscriptions) {
        if (subscription.wanted.session_id !== sessionId) continue;
        const window = rowWindow(rowsOf(sessionId), subscription.wanted);
        if (!window) continue;
        const { rows, ...rest } = window;
        const changed = rows.filter((row) => subscription.shown.get(rowKey(row)) !== row);
        subscription.shown = new Map(rows.map((row) => [rowKey(row), row]));
        tell(viewer, { type: 'delta', seq: ++seq, id, ...rest, order: rows.map(rowKey), changed });
      }
    }
  }

  function findCall(id: string): CallHead | null {
    for (const tree of trees.values()) {
      const row = tree.get(id);
      if (row?.kind === 'call') return row.call;
    }
    return null;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', feed.origin);
    const json = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const types: Record<string, string> = {
      'index.html': 'text/html',
      'page.js': 'text/javascript',
      'page.css': 'text/css',
    };
    const file = url.pathname === '/' ? 'index.html' : url.pathname.slice(1);
    if (types[file]) {
      response
        .writeHead(200, { ...pageHeaders(Number(url.port)), 'content-type': types[file] })
        .end(await readFile(join(pageFolder, file)));
      return;
    }
    let text = '';
    for await (const chunk of request) text += chunk;
    if (url.pathname === '/api/exchange') {
      const code = String(JSON.parse(text).code);
      return void (codes.delete(code) ? json(200, { token }) : json(401, { code: 'bad_code', message: 'used' }));
    }
    if (request.headers.authorization !== `Bearer ${token}`)
      return void json(401, { code: 'unauthorized', message: 'no token' });
    if (url.pathname === '/api/status') return void json(200, {});
    if (url.pathname === '/api/act') {
      const action = Action.parse(JSON.parse(text));
      actions.push(action);
      if (action.act === 'freeze' || action.act === 'thaw')
        return void json(200, { ok: true, session: null, prune: null, sentence: `${action.act}: ${action.target}` });
      if (action.act === 'allow')
        return void json(200, { ok: true, session: null, prune: null, sentence: `allowed: ${action.call_id}` });
      if (action.act !== 'label' && action.act !== 'pin') return void json(400, { code: 'no', message: 'not here' });
      const head = heads.get(action.session_id);
      if (!head) return void json(404, { code: 'not_found', message: 'no such session' });
      const session = {
        ...head.session,
        ...(action.act === 'label' ? { label: action.label } : { pinned: action.pinned }),
      };
      const changed = { ...head, session, rev: head.rev + 1 };
      heads.set(action.session_id, changed);
      return void json(200, { ok: true, session: changed, prune: null });
    }
    if (url.pathname.endsWith('/bundle')) asked.push(url.search);
    const document = documents.get(
      decodeURIComponent(url.pathname) + (url.searchParams.has('preview') ? '?preview=1' : ''),
    );
    if (document instanceof Uint8Array)
      return void response.writeHead(200, { 'content-type': 'application/zip' }).end(document);
    if (document !== undefined) return void json(200, document);
    const [, id = '', rest = ''] = /^\/api\/calls\/([^/]+)\/(.+)$/.exec(url.pathname) ?? [];
    const call = findCall(decodeURIComponent(id));
    if (!call) return void json(404, { code: 'not_found', message: 'There is no such thing here.' });
    const body = bodies.get(call.call_id) ?? {};
    const sent =
      body.arguments ??
      JSON.stringify(
        { path: 'src/cart.ts', token: '[masked: api key]', lines: [1, 2], deep: { ok: true, none: null } },
        null,
        2,
      );
    const result =
      body.result ??
      (call.outcome === 'success'
        ? 'export const total = (items: Item[]) =>\n  items.reduce((sum, item) => sum + item.price, 0);\n'
        : null);
    const frames = [
      { key: '4', role: 'request', direction: call.direction, at: call.started_at, byte_length: call.request_bytes },
      ...(call.response_bytes === null
        ? []
        : [
            {
              key: '5',
              role: 'response',
              direction: call.direction === 'c2s' ? 's2c' : 'c2s',
              at: call.started_at + (call.duration_ms ?? 0),
              byte_length: call.response_bytes,
            },
          ]),
    ];
    if (rest === 'detail') {
      return void json(200, {
        call: call.method === 'tools/list' ? shortened(fakeRecord(call)) : fakeRecord(call),
        arguments: sent,
        result,
        result_truncated: (call.response_bytes ?? 0) > 1e6,
        error: body.error ?? call.error_message,
        join: {
          'vscode.conversationId': 'c0ffee-1234',
          traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
        },
        gone: call.outcome === 'cancelled' ? [GONE] : [],
        transport: call.server === 'github' ? GITHUB_TRANSPORT : null,
        altered: call.method === 'tools/list' ? SHORTER_LIST : call.outcome === 'denied' ? REFUSED : null,
        frames,
      });
    }
    const frame = frames.find(({ key }) => `frames/${key}` === rest);
    if (!frame) return void json(404, { code: 'not_found', message: 'No such frame.' });
    const raw = url.searchParams.get('raw') === '1';
    const whole = JSON.stringify({
      jsonrpc: '2.0',
      id: 7,
      method: call.method,
      params: { name: call.tool, arguments: { token: raw ? (body.raw ?? 'hunter2-raw-secret') : '[masked: api key]' } },
    });
    return void json(200, {
      ...frame,
      text: whole,
      offset: 0,
      total_chars: whole.length,
      truncated: false,
      redactions: raw ? 0 : 1,
      raw,
    });
  }

  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;

  const feed: FakeFeed = {
    origin: `http://127.0.0.1:${port}`,
    delayMs: 0,
    actions,
    subscriptions,
    bodies,
    documents,
    asked,
    url(fragment = '') {
      const code = `code-${codes.size}-${++seq}`;
      codes.add(code);
      return `${feed.origin}/#code=${code}${fragment === '' ? '' : `&${fragment}`}`;
    },
    row: (sessionId, key) => trees.get(sessionId)?.get(key) ?? null,
    put(head, rows = []) {
      heads.set(head.session.session_id, head);
      trees.set(head.session.session_id, new Map(rows.map((row) => [rowKey(row), row])));
      news(head.session.session_id);
    },
    upsert(sessionId, rows, change = {}) {
      const tree = trees.get(sessionId) ?? new Map<string, TreeRow>();
      trees.set(sessionId, tree);
      for (const row of rows) tree.set(rowKey(row), row);
      const head = heads.get(sessionId);
      if (head) heads.set(sessionId, { ...head, ...change, rev: head.rev + 1 });
      news(sessionId);
    },
    cut(refuse) {
      refusing = refuse;
      for (const viewer of viewers) viewer.socket.terminate();
    },
    accept() {
      refusing = false;
    },
    revoke() {
      token = `${token}x`;
    },
    async close() {
      for (const viewer of viewers) viewer.socket.terminate();
      sockets.close();
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
  return feed;
}
