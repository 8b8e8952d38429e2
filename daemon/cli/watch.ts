/**
 * Follows sessions on the feed and prints them as they grow: redrawn in place on a terminal, appended elsewhere, one
 * CallHead a line for programs. Used by `tail` and by the sample. Survives the daemon's restart.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DaemonClient } from '../feed/daemonClient.ts';
import { rowKey, type ServerMessage, type SessionHead } from '../protocol/feed.ts';
import { appendTree } from './appendTree.ts';
import { branchesFor } from './drawTree.ts';
import { type FeedSocket, openFeedSocket } from './feedSocket.ts';
import { makeLiveScreen } from './liveScreen.ts';
import { liveTree } from './liveTree.ts';
import type { Output } from './output.ts';
import { makePaint } from './paint.ts';
import { safeLine } from './safeText.ts';
import { countsText } from './sessionLine.ts';
import { applyRows, isUnfinished, makeTailRows, type TailRows } from './tailRows.ts';
import type { Terminal } from './terminal.ts';

export interface WatchOptions {
  /** The first connection; `again` finds the daemon after it went away, or rejects while there is none. */
  readonly client: DaemonClient;
  readonly again: () => Promise<DaemonClient>;
  readonly out: Output;
  readonly terminal: () => Terminal;
  readonly json: boolean;
  /** Whether a session that is new or moved is to be followed. */
  readonly wants: (head: SessionHead) => boolean;
  /** Of those that stand there at the start: follow the newest one too when none is running. */
  readonly newest: boolean;
  /** Rows of what was before. */
  readonly history: number;
  readonly everything: boolean;
  readonly filter: string;
  /** Last line of the block on a terminal. */
  readonly footer: string | null;
  readonly stop: AbortSignal;
}

/** Sessions that are followed at once; the quietest gives way. */
const FOLLOWED = 16;
/** Rows of a session that are kept current. */
const WINDOW = 500;
const TICK_MS = 200;

/** Resolves when `stop` fires or the reader of stdout has gone. */
export async function watch(options: WatchOptions): Promise<void> {
  const { out, stop, json } = options;
  const tails = new Map<string, TailRows>();
  const subscriptions = new Map<string, number>();
  const spoken: { session_id: string | null } = { session_id: null };
  const screen = makeLiveScreen();
  const revs = new Map<string, number>();
  let client = options.client;
  const startedAt = Date.now();
  let nextId = 1;
  let socket: FeedSocket | null = null;
  let writing = Promise.resolve();
  let dirty = false;
  const said: string[] = [];

  const follow = (head: SessionHead) => {
    const id = head.session.session_id;
    const known = tails.get(id);
    if (known) known.head = head;
    else tails.set(id, makeTailRows(head, Date.parse(head.session.started_at) >= startedAt ? null : options.history));
    if (subscriptions.has(id)) return;
    if (subscriptions.size >= FOLLOWED) {
      const quiet = [...tails.values()]
        .filter((tail) => subscriptions.has(tail.head.session.session_id))
        .sort((a, b) => a.head.last_at - b.head.last_at)[0];
      if (quiet) leave(quiet.head.session.session_id);
    }
    subscriptions.set(id, nextId);
    const { filter, everything } = options;
    socket?.send({
      type: 'subscribe',
      id: nextId++,
      session_id: id,
      filter,
      everything,
      collapsed: [],
      follow: true,
      from: 0,
      count: WINDOW,
    });
  };
  const leave = (id: string) => {
    const subscription = subscriptions.get(id);
    if (subscription !== undefined) socket?.send({ type: 'unsubscribe', id: subscription });
    subscriptions.delete(id);
    tails.delete(id);
  };
  const hello = (heads: readonly SessionHead[]) => {
    subscriptions.clear();
    const old = new Set(tails.keys());
    const wanted = heads.filter(options.wants).sort((a, b) => a.last_at - b.last_at);
    const live = wanted.filter((head) => old.has(head.session.session_id) || head.session.terminal_state === 'running');
    const newest = wanted.findLast(({ folded }) => !folded);
    if (live.length === 0 && options.newest && newest) live.push(newest);
    for (const head of live.slice(-FOLLOWED)) follow(head);
  };
  const onMessage = (message: ServerMessage) => {
    switch (message.type) {
      case 'hello':
        hello(message.sessions);
        paint();
        break;
      case 'sessions':
        for (const id of message.removed) leave(id);
        for (const head of message.sessions)
          if (tails.has(head.session.session_id) || options.wants(head)) follow(head);
        paint();
        break;
      case 'window':
      case 'delta': {
        const id = [...subscriptions].find(([, subscription]) => subscription === message.id)?.[0];
        const tail = id === undefined ? undefined : tails.get(id);
        if (tail) applyRows(tail, message, Date.now());
        paint();
        break;
      }
      case 'error':
        say(`callgrove: ${safeLine(message.message)}`);
        break;
      case 'lag':
        break;
      default:
        message satisfies never;
    }
  };
  /** One write at a time; what changes meanwhile goes out with the next one. */
  const paint = () => {
    if (dirty) return;
    dirty = true;
    writing = writing.then(async () => {
      dirty = false;
      await out.write(json ? changedHeads([...tails.values()], revs) : text());
    });
  };
  /** A word between the rows: above the block where there is one, else on stderr. */
  const say = (words: string) => {
    if (json || !options.terminal().live) out.note(words);
    else said.push(words);
    paint();
  };
  const text = () => {
    const terminal = options.terminal();
    const drawing = { terminal, paint: makePaint(terminal), now: Date.now() };
    const ordered = [...tails.values()];
    if (!terminal.live)
      return appendTree(ordered, spoken, drawing)
        .map((line) => `${line}\n`)
        .join('');
    const { done, block } = liveTree(ordered, spoken, drawing, terminal.rows, options.footer);
    return screen.frame([...said.splice(0), ...done], block);
  };
  const ticker = setInterval(() => {
    if (!json && ([...tails.values()].some(isUnfinished) || !screen.drawn)) paint();
  }, TICK_MS);

  const end = () => socket?.close();
  stop.addEventListener('abort', end, { once: true });
  while (!stop.aborted && !out.closed) {
    socket = openFeedSocket(client, onMessage);
    const reason = await socket.closed;
    if (stop.aborted || out.closed) break;
    say(`callgrove: the daemon's feed ended (${safeLine(reason)}); waiting for it to come back`);
    client = await comeBack(options, client);
  }
  clearInterval(ticker);
  stop.removeEventListener('abort', end);
  paint();
  await writing;
  const { live } = options.terminal();
  const last = [...tails.values()].find(({ head }) => head.session.session_id === spoken.session_id);
  if (!json && !live && last) await out.line(`${branchesFor(options.terminal().unicode).end}${countsText(last.head)}`);
}

async function comeBack({ again, stop }: WatchOptions, last: DaemonClient): Promise<DaemonClient> {
  while (!stop.aborted) {
    await sleep(500, undefined, { signal: stop }).catch(() => {});
    try {
      return await again();
    } catch {
      // None is up yet.
    }
  }
  return last;
}

/** NDJSON of the heads that are new or changed since they were last printed. */
function changedHeads(tails: readonly TailRows[], revs: Map<string, number>): string {
  const lines: string[] = [];
  const present = new Set<string>();
  for (const tail of tails) {
    for (const row of tail.rows) {
      const key = rowKey(row);
      present.add(key);
      const history = tail.printed.has(key) && !revs.has(key);
      if (row.kind !== 'call' || revs.get(key) === row.call.rev) continue;
      revs.set(key, row.call.rev);
      if (!history) lines.push(`${JSON.stringify(row.call)}\n`);
    }
  }
  for (const key of revs.keys()) if (!present.has(key)) revs.delete(key);
  return lines.join('');
}
