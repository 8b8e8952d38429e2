/**
 * The ingest thread, the one writer of the database: journals first, as soon as something stands in them; then the
 * bodies; then what was left behind: connections of killed proxies, and what is over the budget.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { placesOf } from './base/places.ts';
import { captureRecords } from './captureRecords.ts';
import { compactOwn } from './compactOwn.ts';
import { endOrphan, isGone } from './harness/processes.ts';
import { createIngest } from './ingestJournal.ts';
import { openDaemonJournal } from './journal/daemonJournal.ts';
import { watchJournal } from './journal/watchJournal.ts';
import { StateLostError } from './journalStates.ts';
import { putOnce } from './onceGrant.ts';
import { isPolicyAct, policyAct } from './policyActs.ts';
import { createPolicyDue } from './policyDue.ts';
import { createPolicyKeeper } from './policyKeeper.ts';
import { DAEMON_CONNECTION_ID } from './protocol/daemonJournal.ts';
import { machineKey as machineKeyAt } from './proxy/machineKey.ts';
import { createRedactor } from './redact/redactor.ts';
import { DEFAULT_BUDGET, diskUse, prune, type Removed } from './retention.ts';
import { createSeenSessions } from './seenSessions.ts';
import { settle } from './settle.ts';
import { readBodies, secondStageOf } from './stageB.ts';
import { knownContent } from './store/captureRows.ts';
import { openConnections } from './store/connectionRows.ts';
import { NewerDatabaseError } from './store/migrations.ts';
import { isDamage, openStore, setAside } from './store/openStore.ts';
import { bodyBacklog, judgeAgain } from './store/secondStage.ts';
import { takeBackImports } from './takeBack.ts';
import { createUserSettings } from './userSettings.ts';
import type { Act, FromIngest, Keep, ToIngest } from './workerMessages.ts';

const POLL_MS = 1000;
/** What arrives within this time is committed together: a commit costs more than a record. */
const GATHER_MS = 8;
const LAG_MS = 250;
const PRUNE_MS = 10 * 60_000;
/** Of calls that wait for the second stage; fewer as soon as the journals have something new. */
const BODIES_AT_ONCE = 256;
/** Of calls that come one by one, the bodies wait so long after the last that was read: most of what one costs is its commit. */
const BODIES_GAP_MS = 100;

const home: string = workerData.home;
const places = placesOf(home, join);
const tell = (message: FromIngest) => parentPort?.postMessage(message);
const note = (sentence: string) => tell({ type: 'note', sentence });

async function main(): Promise<void> {
  for (const folder of [places.journal, places.artifacts, places.control])
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  const store = openStore(places.database, new Date());
  const { database } = store;
  if (store.note) note(store.note);
  // The proxies take fingerprints with it; whoever comes first makes it.
  const machineKey = machineKeyAt(places.machineKey);
  const redactor = await createRedactor(machineKey ? { machineKey } : {});
  const watcher = watchJournal(places.journal);
  const keeper = createPolicyKeeper(places, database, watcher.wake);
  const ingest = createIngest({ places, database, redactor, machineKey, note, seenRoot: keeper.seen });
  const bodies = secondStageOf(ingest, places, database, machineKey, createUserSettings());
  const ownJournal = openDaemonJournal(places.journal);
  const openOf = (connectionId: string) => ingest.seenAt(connectionId)?.open ?? null;
  const recordsDue = createPolicyDue(places, database);
  let problemsTold = new Set<string>();
  const acts: ({ id: number; action: Act } | { id: number; keep: Keep })[] = [];
  let stopping = false;
  parentPort?.on('message', (message: ToIngest) => {
    if (message.type === 'disk') {
      // Whoever asks how it stands means now: what was written a moment ago is still to be read.
      ingest.follower.scan();
      tellLag();
      tell({ type: 'disk', id: message.id, use: diskUse(places) });
    } else if (message.type === 'policy') {
      keeper.look();
      tell({ type: 'policy', id: message.id, state: keeper.state });
    } else if (message.type === 'act' || message.type === 'keep') acts.push(message);
    else stopping = true;
    watcher.wake();
  });
  keeper.look();
  tell({ type: 'ready', epoch: store.epoch });

  /** Something was written since the second stage had nothing left to do. */
  let bodiesWait = true;
  const told = (committed: Awaited<ReturnType<typeof ingest.once>>, removed: readonly string[] = []): boolean => {
    if (!committed) return false;
    const { rev, session_ids } = committed;
    bodiesWait = true;
    tell({ type: 'change', change: { rev, session_ids, removed_session_ids: removed } });
    return true;
  };
  const readAll = async () => {
    ingest.follower.scan();
    while (told(await ingest.once()));
  };

  /** What repositories asked for in vain, and the tools that a pin begins with, are on record as soon as they are seen. */
  const lookAtPolicy = async (): Promise<void> => {
    keeper.look();
    for (const problem of keeper.state.problems) if (!problemsTold.has(problem)) note(problem);
    problemsTold = new Set(keeper.state.problems);
    const now = Date.now();
    const due = recordsDue(keeper.state.policy, now);
    if (due.length === 0) return;
    ownJournal.append(due, now);
    await readAll();
    keeper.look();
  };

  /** The writer and the follower still know what these were. */
  const forgetRemoved = ({ removed_connection_ids, removed_session_ids }: Removed): boolean => {
    if (removed_connection_ids.length + removed_session_ids.length === 0) return false;
    ingest.forget(removed_connection_ids);
    return told(
      ingest.writer.commit(
        () => {},
        () => [],
      ),
      removed_session_ids,
    );
  };

  const runPrune = (budget: typeof DEFAULT_BUDGET, dryRun: boolean) => {
    const pruned = prune(database, places, budget, Date.now(), dryRun);
    if (!dryRun) {
      forgetRemoved(pruned);
      ownJournal.close();
      if (compactOwn(places.journal, database, Date.now())) ingest.forget([DAEMON_CONNECTION_ID]);
    }
    return pruned.report;
  };

  const act = async ({ id, action }: { id: number; action: Act }) => {
    try {
      const now = Date.now();
      const { act } = action;
      if (act === 'label') ownJournal.append([[act, { session_id: action.session_id, label: action.label }]], now);
      else if (act === 'pin') ownJournal.append([[act, { session_id: action.session_id, pinned: action.pinned }]], now);
      let sentence: string | null = null;
      let judged: number | null = null;
      if (act === 'reclassify') {
        await readAll();
        judged = judgeAgain(database, action.session_id);
        // Whoever asks next hears of them.
        tellLag();
      }
      if (isPolicyAct(action)) {
        // What stands in the journals may be what is to be thawed, or allowed.
        await readAll();
        while (told(await readBodies(bodies, BODIES_AT_ONCE)));
        const acted = policyAct(action, { database, openOf, places, now: new Date(now) });
        ownJournal.append(acted.records, now);
        if (acted.once) putOnce(places.once, acted.once, now);
        sentence = acted.sentence;
      }
      await readAll();
      if (isPolicyAct(action)) keeper.look();
      const budget = action.act === 'prune' ? budgetOf(action) : null;
      const report = budget && action.act === 'prune' ? runPrune(budget, action.dry_run) : null;
      tell({ type: 'acted', id, prune: report, sentence, ...(judged !== null && { calls: judged }), error: null });
    } catch (error) {
      tell({
        type: 'acted',
        id,
        prune: null,
        sentence: null,
        error: error instanceof Error ? error.message : String(error),
      });
    }
  };

  const keep = async ({ id, keep }: { id: number; keep: Keep }) => {
    try {
      const { records, kept } = captureRecords(keep, knownContent(database), Date.now());
      ownJournal.append(records, Date.now());
      await readAll();
      tell({ type: 'kept', id, kept, error: null });
    } catch (error) {
      tell({ type: 'kept', id, kept: null, error: error instanceof Error ? error.message : String(error) });
    }
  };

  /** Connections whose proxies were killed: what they wrote is read to its end, then they are over. */
  const sweepDead = async (): Promise<void> => {
    const open = openConnections(database);
    const dead = open.filter(({ proxy_pid: pid, proxy_start: start, boot_id }) => isGone({ pid, start, boot_id }));
    if (dead.length > 0) {
      await readAll();
      const drained = dead.filter(({ connection_id }) => ingest.follower.isDrained(connection_id));
      told(await ingest.end(drained.map(({ connection_id }) => connection_id)));
      for (const { child_pid: pid, child_start: start, boot_id } of drained) {
        if (pid !== null) void endOrphan({ pid, start, boot_id });
      }
    }
    tell({ type: 'open', connections: openConnections(database).length });
  };

  const tellSessions = createSeenSessions({
    database,
    seenAt: ingest.seenAt,
    tell: (sessions) => tell({ type: 'sessions', sessions }),
  });
  let reading = false;
  const readOnce = async () => {
    reading = true;
    try {
      return told(await ingest.once());
    } finally {
      reading = false;
    }
  };
  let [sweptAt, lagAt, prunedAt, scannedAt, lag] = [0, 0, performance.now(), 0, ''];
  const tellLag = () => {
    // What is being read is not on record yet.
    const journal_bytes = Math.max(ingest.follower.backlogBytes(), reading ? 1 : 0);
    const second_stage_calls = bodyBacklog(database);
    const now = `${journal_bytes} ${second_stage_calls}`;
    if (now !== lag) tell({ type: 'lag', journal_bytes, second_stage_calls });
    lag = now;
    lagAt = performance.now();
  };

  let drainedAt = Number.NEGATIVE_INFINITY;
  const bodiesRestMs = () => (bodiesWait ? drainedAt + BODIES_GAP_MS - performance.now() : 0);
  const readWaiting = async () => {
    if (bodiesRestMs() > 0) return false;
    if (told(await readBodies(bodies, BODIES_AT_ONCE, () => stopping || watcher.woken))) return true;
    if (bodiesWait) drainedAt = performance.now();
    bodiesWait = false;
    return false;
  };

  while (!stopping) {
    const now = performance.now();
    const changed = watcher.take();
    if (changed.all || now - scannedAt > POLL_MS) {
      ingest.follower.scan();
      scannedAt = now;
    } else if (changed.connections.size > 0) ingest.follower.scan(changed.connections);
    const action = acts.shift();
    if (action) {
      await ('keep' in action ? keep(action) : act(action));
      bodiesWait = true;
    }
    if (keeper.due) await lookAtPolicy();
    const busy = (await readOnce()) || (await readWaiting());
    if (performance.now() - lagAt > LAG_MS) tellLag();
    if (busy) {
      // Lets messages in.
      await new Promise(setImmediate);
      continue;
    }
    const restMs = bodiesRestMs();
    if (restMs > 0) {
      if (acts.length === 0) await watcher.next(restMs, GATHER_MS);
      continue;
    }
    if (told(settle(database, ingest.writer))) continue;
    if (forgetRemoved(takeBackImports(database, places))) continue;
    // Only when all is read: what stands in the journals may say that a session was captured already, or is over.
    tellSessions(Date.now());
    if (performance.now() - sweptAt > POLL_MS) {
      await sweepDead();
      sweptAt = performance.now();
    }
    if (performance.now() - prunedAt > PRUNE_MS) {
      runPrune(DEFAULT_BUDGET, false);
      prunedAt = performance.now();
    }
    if (acts.length === 0) await watcher.next(POLL_MS, GATHER_MS);
  }
  keeper.dispose();
  watcher.dispose();
  ownJournal.dispose();
  database.dispose();
  tell({ type: 'stopped' });
  parentPort?.close();
}

function budgetOf(action: Extract<Act, { act: 'prune' }>): typeof DEFAULT_BUDGET {
  return {
    max_age_days: action.max_age_days ?? DEFAULT_BUDGET.max_age_days,
    max_bytes: action.max_bytes ?? DEFAULT_BUDGET.max_bytes,
  };
}

try {
  await main();
} catch (error) {
  if (error instanceof NewerDatabaseError) tell({ type: 'refused', sentence: error.message });
  else if (error instanceof Error && 'code' in error && error.code === 'ENOENT') tell({ type: 'vanished' });
  else {
    // The next start builds it anew from the journal.
    if (isDamage(error)) note(setAside(places.database, new Date()));
    if (error instanceof StateLostError) note(setAside(places.database, new Date(), error.message));
    throw error;
  }
}
