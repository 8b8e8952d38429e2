/**
 * One viewer: its subscriptions, the order of its messages, and what happens when it does not read. Knows a wire to
 * write to, not the socket behind it.
 */
import { type Disposable, DisposableStore } from '../base/lifecycle.ts';
import { VERSION } from '../base/version.ts';
import { ClientMessage, FEED_VERSION, type SessionHead, type Subscribe } from '../protocol/feed.ts';
import { whatIsWrong } from './apiRequest.ts';
import type { Change, FeedSource } from './source.ts';
import { openSubscription, type Subscription, type Unnumbered } from './subscription.ts';

export interface Wire {
  /** @param written called when the text left the process */
  send(text: string, written: () => void): void;
  /** Bytes that wait to be written. */
  readonly waiting: number;
  /** @param code of RFC 6455 */
  close(code: number, reason: string): void;
}

export interface Lag {
  readonly journal_bytes: number;
  readonly second_stage_calls: number;
}

export interface ViewerOptions {
  readonly source: FeedSource;
  /** Asks for the heads of sessions that this viewer missed; they come with `sessions`. */
  readonly ask: (sessionIds: readonly string[], removed: readonly string[]) => void;
  readonly onFailure: (error: unknown) => void;
}

export interface Viewer extends Disposable {
  /** @param text null for a binary message */
  receive(text: string | null): void;
  changed(change: Change): void;
  sessions(heads: readonly SessionHead[], removed: readonly string[]): void;
  lag(lag: Lag): void;
  /** How many subscriptions are open: 0 after `dispose`. */
  readonly subscriptions: number;
}

/** A viewer with so many bytes unread gets nothing more until it has read them. */
const HOLD_AT_BYTES = 4 * 1024 * 1024;
const SUBSCRIPTIONS_AT_MOST = 16;
const HELLO_SESSIONS = 500;
/** So many missed sessions are no longer worth catching up: the viewer is asked to come again. */
const MISSED_AT_MOST = 5_000;

/** Says hello as soon as the source has the sessions; nothing goes out before that. */
export function openViewer(wire: Wire, options: ViewerOptions): Viewer {
  const { source, ask, onFailure } = options;
  const store = new DisposableStore();
  const subscriptions = new Map<number, Subscription>();
  const missed = { changed: new Set<string>(), removed: new Set<string>() };
  let seq = 0;
  let greeted = false;
  /** Before hello, and while the viewer does not read. */
  let held = true;
  let missedLag: Lag | null = null;

  const send = (message: Unnumbered) => {
    // Only errors are sent to one that is held, and not without end.
    if (store.isDisposed || wire.waiting > HOLD_AT_BYTES) return;
    seq += 1;
    wire.send(JSON.stringify({ ...message, seq }), drained);
    if (wire.waiting > HOLD_AT_BYTES) held = true;
  };

  const drained = () => {
    if (held && greeted && !store.isDisposed && wire.waiting === 0) release();
  };

  /** Everything that was held back is asked for anew, so that the viewer skips to the present. */
  const release = () => {
    held = false;
    const [changed, removed] = [[...missed.changed], [...missed.removed]];
    missed.changed.clear();
    missed.removed.clear();
    if (missedLag) send({ type: 'lag', ...missedLag });
    missedLag = null;
    if (changed.length + removed.length > 0) ask(changed, removed);
    for (const subscription of subscriptions.values()) subscription.restart();
  };

  const greet = async () => {
    try {
      const { sessions, total } = await source.sessions({ workspace: null, all: true }, HELLO_SESSIONS);
      send({
        type: 'hello',
        feed: FEED_VERSION,
        callgrove: VERSION,
        epoch: source.epoch,
        sessions,
        total_sessions: total,
      });
      greeted = true;
      if (!store.isDisposed && wire.waiting <= HOLD_AT_BYTES) release();
    } catch (error) {
      onFailure(error);
      send({
        type: 'error',
        id: null,
        code: 'unavailable',
        message: 'The daemon cannot read its sessions. Its log says why.',
      });
      wire.close(1011, 'sessions unavailable');
    }
  };

  const subscribe = (asked: Subscribe) => {
    const opened = subscriptions.get(asked.id);
    if (opened) return opened.replace(asked);
    if (subscriptions.size >= SUBSCRIPTIONS_AT_MOST) {
      const message = `A viewer may have ${SUBSCRIPTIONS_AT_MOST} subscriptions.`;
      return send({ type: 'error', id: asked.id, code: 'too_many_subscriptions', message });
    }
    const subscription = openSubscription(asked, { source, emit: send, ready: () => !held, onFailure });
    subscriptions.set(asked.id, store.add(subscription));
  };

  const unsubscribe = (id: number) => {
    const subscription = subscriptions.get(id);
    if (!subscription) return;
    subscriptions.delete(id);
    store.forget(subscription);
    subscription.dispose();
  };

  store.add({ dispose: () => subscriptions.clear() });
  void greet();
  return {
    receive(text) {
      const message = parseMessage(text);
      if (message.kind === 'bad')
        return send({ type: 'error', id: null, code: 'bad_message', message: message.reason });
      if (message.value.type === 'subscribe') subscribe(message.value);
      else unsubscribe(message.value.id);
    },
    changed(change) {
      const touched = new Set([...change.session_ids, ...change.removed_session_ids]);
      for (const subscription of subscriptions.values()) if (touched.has(subscription.sessionId)) subscription.touch();
    },
    sessions(heads, removed) {
      if (!held) return send({ type: 'sessions', sessions: [...heads], removed: [...removed] });
      for (const head of heads) missed.changed.add(head.session.session_id);
      for (const id of removed) missed.removed.add(id);
      if (missed.changed.size + missed.removed.size > MISSED_AT_MOST) wire.close(1013, 'too far behind');
    },
    lag(lag) {
      if (held) missedLag = lag;
      else send({ type: 'lag', ...lag });
    },
    get subscriptions() {
      return subscriptions.size;
    },
    dispose: () => store.dispose(),
  };
}

function parseMessage(text: string | null): { kind: 'good'; value: ClientMessage } | { kind: 'bad'; reason: string } {
  if (text === null) return { kind: 'bad', reason: 'A message is JSON text.' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'bad', reason: 'A message is JSON text.' };
  }
  const message = ClientMessage.safeParse(value);
  return message.success ? { kind: 'good', value: message.data } : { kind: 'bad', reason: whatIsWrong(message.error) };
}
