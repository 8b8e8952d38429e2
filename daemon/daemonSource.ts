/** Joins the ingest thread and the query threads to what the feed asks for. */

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Emitter } from './base/events.ts';
import { type Disposable, DisposableStore } from './base/lifecycle.ts';
import { placesOf } from './base/places.ts';
import { VERSION } from './base/version.ts';
import { startCaptureThread } from './captureThread.ts';
import { type Change, type FeedSource, SourceError } from './feed/source.ts';
import { keptVerifications } from './keptResults.ts';
import { createPackThreads } from './packThread.ts';
import type { ActionResult } from './protocol/api.ts';
import type { StoredHarness } from './protocol/captures.ts';
import { type QueryThreads, startQueryThreads } from './queryThreads.ts';
import { DEFAULT_BUDGET, type DiskUse, diskUse } from './retention.ts';
import type { FromIngest, Keep, ToIngest } from './workerMessages.ts';

export interface DaemonSource extends Disposable {
  readonly source: FeedSource;
  readonly openConnections: number;
  /** Lets the writer finish what it is at. */
  stop(): Promise<void>;
}

export interface DaemonSourceOptions {
  readonly home: string;
  /** Where the threads' scripts lie: beside this module, `.ts` or `.js` as it is itself. */
  readonly script: (name: 'ingest' | 'query' | 'capture' | 'pack') => URL;
  readonly log: (line: string) => void;
  /** The daemon cannot go on: the state folder vanished, or the database is of a later version. */
  readonly onFatal: (sentence: string | null) => void;
}

const QUERY_THREADS = 2;
const NOTES_LIMIT = 20;
const RESTARTS_MS = [200, 1000, 5000, 30_000];

/** Resolves when the database stands and questions can be answered. */
export async function startDaemonSource(options: DaemonSourceOptions): Promise<DaemonSource> {
  const { home, script, log, onFatal } = options;
  const store = new DisposableStore();
  const changes = store.add(new Emitter<Change>());
  const lags = store.add(new Emitter<{ journal_bytes: number; second_stage_calls: number }>());
  const notes: string[] = [];
  const started_at = new Date().toISOString();
  const waiting = new Map<number, (message: Extract<FromIngest, { id: number }> | null) => void>();
  let [lag, openConnections, epoch, next, failures] = [{ journal_bytes: 0, second_stage_calls: 0 }, 0, '', 0, 0];
  let [stopping, reading, ready] = [false, false, (_epoch: string) => {}];
  let stopped: () => void = () => {};
  let failure = '';
  let worker: Worker;
  let queries: QueryThreads | null = null;

  const remember = (sentence: string) => {
    if (!notes.includes(sentence)) notes.push(sentence);
    if (notes.length > NOTES_LIMIT) notes.splice(0, 1);
  };
  const hear = (message: FromIngest): void => {
    switch (message.type) {
      case 'ready':
        if (epoch !== '' && epoch !== message.epoch) restartQueries();
        epoch = message.epoch;
        ready(message.epoch);
        return;
      case 'change':
        failures = 0;
        changes.fire(message.change);
        return;
      case 'lag':
        lag = { journal_bytes: message.journal_bytes, second_stage_calls: message.second_stage_calls };
        lags.fire(lag);
        return;
      case 'open':
        openConnections = message.connections;
        return;
      case 'sessions':
        captures.update(message.sessions);
        return;
      case 'note':
        log(message.sentence);
        remember(message.sentence);
        return;
      case 'acted':
      case 'disk':
      case 'kept':
      case 'policy':
        waiting.get(message.id)?.(message);
        waiting.delete(message.id);
        return;
      case 'refused':
        onFatal(message.sentence);
        return;
      case 'vanished':
        onFatal(null);
        return;
      case 'stopped':
        stopped();
        return;
      default:
        message satisfies never;
    }
  };

  const startIngest = () => {
    worker = new Worker(script('ingest'), { workerData: { home } });
    reading = true;
    worker.on('message', hear);
    worker.on('error', (error) => {
      log(`the ingest thread failed: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
      failure = error instanceof Error ? error.message : String(error);
      remember(`reading the journal stopped and was begun anew: ${failure}`);
    });
    worker.on('exit', () => {
      reading = false;
      for (const settle of waiting.values()) settle(null);
      waiting.clear();
      stopped();
      if (stopping) return;
      const pause = RESTARTS_MS[Math.min(failures++, RESTARTS_MS.length - 1)] ?? 0;
      setTimeout(() => stopping || startIngest(), pause).unref();
    });
  };
  const restartQueries = () => {
    queries?.dispose();
    queries = startQueryThreads(script('query'), home, QUERY_THREADS, log);
  };
  const tell = (message: ToIngest) => worker.postMessage(message);
  const askIngest = (make: (id: number) => ToIngest) => {
    const id = ++next;
    return new Promise<Extract<FromIngest, { id: number }>>((resolve, reject) => {
      const ended = () => reject(new SourceError('unavailable', `nothing can be written at the moment: ${failure}`));
      if (!reading) return ended();
      waiting.set(id, (message) => (message ? resolve(message) : ended()));
      tell(make(id));
    });
  };
  const ask: QueryThreads['ask'] = (method, ...args) => {
    if (!queries) throw new SourceError('unavailable', 'the daemon is starting');
    return queries.ask(method, ...args);
  };

  const keep = async (asked: Keep): Promise<StoredHarness> => {
    const message = await askIngest((id) => ({ type: 'keep', id, keep: asked }));
    const kept = message.type === 'kept' ? message.kept : null;
    if (kept === null) throw new SourceError('failed', (message.type === 'kept' && message.error) || 'it was not kept');
    return kept;
  };
  const captures = store.add(
    startCaptureThread({
      script: script('capture'),
      home,
      keep: (captured) => void keep(captured).catch((error) => log(`a capture was not kept: ${error}`)),
      log,
    }),
  );

  const isReady = new Promise<string>((resolve) => {
    ready = resolve;
  });
  startIngest();
  await isReady;
  restartQueries();

  /** Where nothing reads at the moment, of a full disk perhaps, it is looked up here: who asks how things stand gets an answer. */
  const use = async (): Promise<DiskUse> => {
    const message = await askIngest((id) => ({ type: 'disk', id })).catch(() => null);
    return message?.type === 'disk' ? message.use : diskUse(placesOf(home, join));
  };

  const packs = createPackThreads(script('pack'), home);
  const source: FeedSource = {
    get epoch() {
      return epoch;
    },
    onChange: changes.on,
    onLag: lags.on,
    async status() {
      const [counts, onDisk] = await Promise.all([ask('counts'), use()]);
      return {
        callgrove: VERSION,
        pid: process.pid,
        started_at,
        home,
        epoch,
        ...counts,
        ...onDisk,
        lag,
        retention: DEFAULT_BUDGET,
        notes: [...notes],
      };
    },
    sessions: (scope, limit) => ask('sessions', scope, limit),
    sessionHeads: (ids, listLimit) => ask('sessionHeads', ids, listLimit),
    resolve: (kind, text, scope) => ask('resolve', kind, text, scope),
    window: (query, shown) => ask('window', query, shown),
    async *tree(sessionId, everything, filter) {
      for (let after: string | null = ''; after !== null; ) {
        const batch: Awaited<ReturnType<typeof ask<'tree'>>> = await ask('tree', sessionId, everything, filter, after);
        if (batch.rows.length > 0) yield batch.rows;
        after = batch.place;
      }
    },
    async *calls(query) {
      let batch = await ask('calls', query, null);
      while (true) {
        if (batch.calls.length > 0) yield batch.calls;
        if (batch.next === null) return;
        batch = await ask('calls', query, batch.next);
      }
    },
    call: (callId) => ask('call', callId),
    detail: (callId) => ask('detail', callId),
    frame: (callId, key, frameOptions) => ask('frame', callId, key, frameOptions),
    async act(action): Promise<ActionResult> {
      const about = 'session_id' in action ? action.session_id : null;
      if (about !== null && (await ask('sessionHeads', [about])).length === 0)
        throw new SourceError('not_found', `There is no session ${about}.`);
      const message = await askIngest((id) => ({ type: 'act', id, action }));
      if (message.type !== 'acted') throw new SourceError('failed', 'another answer than was asked for');
      if (message.error !== null) throw new SourceError('failed', message.error);
      const session = about === null ? null : ((await ask('sessionHeads', [about]))[0] ?? null);
      const sentence = message.sentence === null ? {} : { sentence: message.sentence };
      const calls = message.calls === undefined ? {} : { calls: message.calls };
      return { ok: true, session, prune: message.prune, ...sentence, ...calls };
    },
    denial: (callId) => ask('denial', callId),
    contract: (server) => ask('contract', server),
    lanes: (sessionId) => ask('lanes', sessionId),
    toolListing: (callId) => ask('toolListing', callId),
    denials: (query) => ask('denials', query),
    async policy() {
      const message = await askIngest((id) => ({ type: 'policy', id }));
      if (message.type !== 'policy') throw new SourceError('failed', 'another answer than was asked for');
      return message.state;
    },
    // A file that a command writes, whether a daemon runs or not.
    verifiedPaths: async () => ({
      v: 1,
      verifications: [...keptVerifications.read(placesOf(home, join).verifiedPaths)],
    }),
    sessionHarness: (sessionId) => ask('sessionHarness', sessionId),
    summary: (sessionId) => ask('summary', sessionId),
    checkpoints: (sessionId) => ask('checkpoints', sessionId),
    harnessList: (scope, limit) => ask('harnessList', scope, limit),
    capture: (id) => ask('capture', id),
    fresh: (freshId) => ask('fresh', freshId),
    harnessDiff: (a, b) => ask('harnessDiff', a, b),
    runDiff: (a, b) => ask('runDiff', a, b),
    comparedHeads: (callIds) => ask('comparedHeads', callIds),
    bundle: packs.pack,
    keep,
  };

  return {
    source,
    get openConnections() {
      return openConnections;
    },
    async stop() {
      stopping = true;
      captures.dispose();
      const done = new Promise<void>((resolve) => {
        stopped = resolve;
      });
      tell({ type: 'stop' });
      await Promise.race([done, sleep(5000, undefined, { ref: false })]);
      queries?.dispose();
      await worker.terminate();
    },
    dispose: () => store.dispose(),
  };
}
