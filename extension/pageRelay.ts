/**
 * Stands between one page in a webview and the daemon: holds the token and the socket, tries again, and answers the
 * page's questions. The page decides what it wants to see; this one decides nothing but when to knock.
 */
import { type Disposable, DisposableStore, toDisposable } from '../daemon/base/lifecycle.ts';
import { backoffMs } from '../daemon/model/backoff.ts';
import type { Action } from '../daemon/protocol/api.ts';
import type { ServerMessage } from '../daemon/protocol/feed.ts';
import { type Ask, type Link, type Shown, ToHost, type ToPage } from '../webview/bridge.ts';
import { askDaemon } from './askDaemon.ts';
import { type Endpoint, readEndpoint } from './endpoint.ts';
import { type FeedSocket, feedSocket } from './feedSocket.ts';

export interface RelayOptions {
  readonly daemonFile: string;
  readonly post: (message: ToPage) => void;
  /** Starts the daemon where that is allowed. `asked`: the user pressed a button. */
  readonly wakeDaemon: (asked: boolean) => void;
  readonly onShown: (shown: Shown) => void;
  /** Whether settings may be changed from here: in a restricted workspace they may not. */
  readonly mayChangeSettings: () => boolean;
  /** Files and texts are opened by the editor, each on a wish of the user's. */
  readonly open: (wish: OpenWish) => void;
}

export type OpenWish = Extract<ToHost, { type: 'open_file' | 'open_diff' | 'export_session' }>;

export interface PageRelay extends Disposable {
  /** What the page posted: parsed here, and dropped where it is none of the dialogue's. */
  receive(message: unknown): void;
  show(shown: Shown): void;
  /** Nobody looks: the socket is given back until the page says `ready` again. */
  rest(): void;
}

export function pageRelay({ daemonFile, post, wakeDaemon, onShown, open, mayChangeSettings }: RelayOptions): PageRelay {
  const store = new DisposableStore();
  let endpoint: Endpoint | null = null;
  let socket: FeedSocket | null = null;
  let timer: NodeJS.Timeout | undefined;
  let attempt = 0;
  let ready = false;
  let waitingToShow: Shown | null = null;
  /** Rises with every (re)start, so that what an older attempt still finds is dropped. */
  let round = 0;

  const say = (link: Link) => post({ type: 'link', link });

  const rest = () => {
    round++;
    ready = false;
    clearTimeout(timer);
    socket?.dispose();
    socket = null;
  };

  const later = () => {
    attempt++;
    const waitMs = Math.min(3_000, backoffMs(attempt, Math.random()));
    say({ kind: 'waiting', attempt, retry_at: Date.now() + waitMs });
    timer = setTimeout(() => void connect(), waitMs);
  };

  const connect = async () => {
    clearTimeout(timer);
    if (socket !== null || !ready || store.isDisposed) return;
    const mine = ++round;
    say({ kind: 'connecting', attempt });
    endpoint = await readEndpoint(daemonFile);
    if (mine !== round || store.isDisposed) return;
    if (endpoint === null) {
      wakeDaemon(false);
      return later();
    }
    const opened = feedSocket(endpoint, {
      onOpen: () => {
        attempt = 0;
        say({ kind: 'open' });
      },
      // The page parses what comes: it is the daemon's word to it, and reading it twice would cost twice.
      onMessage: (message) => post({ type: 'feed', message: message as ServerMessage }),
      onEnd: () => {
        if (socket !== opened) return;
        socket = null;
        later();
      },
    });
    socket = opened;
  };

  store.add(toDisposable(rest));

  return {
    rest,
    show(shown) {
      if (ready) post({ type: 'show', shown });
      else waitingToShow = shown;
    },
    receive(message) {
      const parsed = ToHost.safeParse(message);
      if (!parsed.success) return;
      const said = parsed.data;
      switch (said.type) {
        case 'ready':
          rest();
          ready = true;
          attempt = 0;
          if (waitingToShow !== null) post({ type: 'show', shown: waitingToShow });
          waitingToShow = null;
          void connect();
          return;
        case 'retry':
          wakeDaemon(true);
          void connect();
          return;
        case 'feed':
          socket?.send(said.message);
          return;
        case 'ask':
          if (changesSettings(said.ask) && !mayChangeSettings()) {
            const message = 'In a restricted workspace Callgrove changes no settings.';
            return post({ type: 'failed', ask: said.ask, code: 'restricted', message });
          }
          void askDaemon(endpoint, said.ask).then((answer) => store.isDisposed || post(answer));
          return;
        case 'shown':
          onShown(said.shown);
          return;
        case 'export_session':
        case 'open_file':
        case 'open_diff':
          open(said);
          return;
        case 'save_export':
          // The editor's own command saves.
          return;
        default:
          said satisfies never;
      }
    },
    dispose: () => store.dispose(),
  };
}

const SETTINGS: ReadonlySet<string> = new Set(['allow', 'deny', 'mode'] satisfies Action['act'][]);

function changesSettings(ask: Ask): boolean {
  return ask.ask === 'act' && SETTINGS.has(ask.action.act);
}
