/**
 * The extension's own view of the daemon: keeps the sessions of the feed current for tree and status bar, and finds the
 * daemon again when it comes back. Decides when to knock and when to ask for a start; draws nothing.
 */
import { Emitter } from '../daemon/base/events.ts';
import { type Disposable, DisposableStore, toDisposable } from '../daemon/base/lifecycle.ts';
import { VERSION } from '../daemon/base/version.ts';
import { backoffMs } from '../daemon/model/backoff.ts';
import { ServerMessage, type SessionHead } from '../daemon/protocol/feed.ts';
import { readEndpoint } from './endpoint.ts';
import { type FeedSocket, feedSocket } from './feedSocket.ts';

/** `absent`: none is running; `other`: one runs that speaks another feed. */
export type DaemonState = 'looking' | 'open' | 'absent' | 'other';

export interface SessionsWatch extends Disposable {
  readonly state: DaemonState;
  readonly heads: ReadonlyMap<string, SessionHead>;
  /** Something of the two is another now; at most ten times a second. */
  readonly onChange: (listener: (value: undefined) => void) => Disposable;
  /** Look now instead of at the next turn. */
  knock(): void;
}

export interface WatchOptions {
  readonly daemonFile: string;
  /** The daemon vanished or is none. `asked`: it was ended on purpose, so that nobody should start it again. */
  readonly onGone: (ending: 'asked' | 'lost' | 'absent') => void;
  /** The daemon that answers is of another version than this extension. */
  readonly onOtherVersion: (theirs: string) => void;
}

const LONGEST_MS = 2_000;
const TELL_MS = 100;

export function watchSessions({ daemonFile, onGone, onOtherVersion }: WatchOptions): SessionsWatch {
  const store = new DisposableStore();
  const changed = store.add(new Emitter<undefined>());
  const heads = new Map<string, SessionHead>();
  let state: DaemonState = 'looking';
  let socket: FeedSocket | null = null;
  let attempt = 0;
  let timer: NodeJS.Timeout | undefined;
  let telling: NodeJS.Timeout | undefined;
  let looking = false;

  const tell = () => {
    telling ??= setTimeout(() => {
      telling = undefined;
      changed.fire(undefined);
    }, TELL_MS);
  };
  const become = (next: DaemonState) => {
    if (state !== next) tell();
    state = next;
  };

  const later = () => {
    if (store.isDisposed) return;
    attempt++;
    timer = setTimeout(() => void look(), Math.min(LONGEST_MS, backoffMs(attempt, Math.random())));
  };

  const look = async () => {
    clearTimeout(timer);
    if (socket !== null || looking || store.isDisposed) return;
    looking = true;
    const endpoint = await readEndpoint(daemonFile);
    looking = false;
    if (store.isDisposed) return;
    if (endpoint === null) {
      become('absent');
      onGone('absent');
      return later();
    }
    const opened = feedSocket(endpoint, {
      onOpen: () => {
        attempt = 0;
      },
      onMessage: hear,
      onEnd: (ending) => {
        if (socket !== opened) return;
        socket = null;
        if (state !== 'other') become('absent');
        onGone(ending);
        later();
      },
    });
    socket = opened;
  };

  const hear = (said: unknown) => {
    // Rows and lag are other viewers' business: only what this one keeps is parsed.
    const parsed = ServerMessage.safeParse(said);
    if (!parsed.success) return isHello(said) ? become('other') : undefined;
    const message = parsed.data;
    if (message.type === 'hello') {
      heads.clear();
      for (const head of message.sessions) heads.set(head.session.session_id, head);
      become('open');
      if (message.callgrove !== VERSION) onOtherVersion(message.callgrove);
    } else if (message.type === 'sessions') {
      for (const head of message.sessions) heads.set(head.session.session_id, head);
      for (const id of message.removed) heads.delete(id);
    } else return;
    tell();
  };

  store.add(
    toDisposable(() => {
      clearTimeout(timer);
      clearTimeout(telling);
      socket?.dispose();
    }),
  );
  void look();

  return {
    get state() {
      return state;
    },
    heads,
    onChange: changed.on,
    knock() {
      attempt = 0;
      void look();
    },
    dispose: () => store.dispose(),
  };
}

function isHello(said: unknown): boolean {
  return typeof said === 'object' && said !== null && 'type' in said && said.type === 'hello';
}
