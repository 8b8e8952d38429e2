/**
 * The daemon. Reading it from top to bottom is reading the data flow: the state folder is ours, no other daemon has it,
 * the ingest thread turns journals into rows, the query threads answer, the feed tells viewers.
 * `callgrove daemon run [--home DIR] [--idle-ms N]`
 */
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { parseArgs } from 'node:util';
import { DisposableStore } from './base/lifecycle.ts';
import { placesOf, stateFolder } from './base/places.ts';
import { startDaemonSource } from './daemonSource.ts';
import { announceDaemon, lastPort } from './feed/announceDaemon.ts';
import { readDaemonFile } from './feed/daemonFile.ts';
import { loadDaemonToken } from './feed/daemonToken.ts';
import { startFeed } from './feed/server.ts';
import { openLog } from './journal/daemonLog.ts';
import { keepLauncher } from './keepLauncher.ts';
import { ownScript } from './ownScript.ts';
import { machineKey } from './proxy/machineKey.ts';
import { prepareStateFolder } from './proxy/stateFolder.ts';
import { DriverError } from './store/database.ts';
import { takeLock } from './store/lock.ts';

const IDLE_MS = 10 * 60_000;
const LOOK_MS = 1000;
const USAGE = 2;
const COULD_NOT = 3;

function leave(code: number, sentence: string): never {
  process.stderr.write(`callgrove: ${sentence}\n`);
  process.exit(code);
}

function options(): { home: string; idleMs: number } {
  try {
    const { values } = parseArgs({
      args: process.argv.slice(4),
      options: { home: { type: 'string' }, 'idle-ms': { type: 'string' } },
    });
    const override = values.home ?? process.env.CALLGROVE_HOME;
    if (override !== undefined && !isAbsolute(override))
      return leave(USAGE, `the state folder has to be an absolute path, not ${override}`);
    const idleMs = Number(values['idle-ms'] ?? IDLE_MS);
    if (!Number.isFinite(idleMs) || idleMs < 0) return leave(USAGE, '--idle-ms takes milliseconds');
    return { home: stateFolder(process.platform, homedir(), override, process.env.LOCALAPPDATA, join), idleMs };
  } catch (error) {
    return leave(USAGE, error instanceof Error ? error.message : String(error));
  }
}

const { home, idleMs } = options();
const places = placesOf(home, join);
process.umask(0o077);

// The state folder is there, and ours.
const folder = prepareStateFolder(places, process.getuid?.() ?? null);
if (folder.kind === 'refused') leave(COULD_NOT, folder.reason);
if (folder.kind === 'missing') leave(COULD_NOT, `${home} cannot be made`);
mkdirSync(places.artifacts, { recursive: true, mode: 0o700 });
// Before the threads start: each of them only reads it.
machineKey(places.machineKey);

// One daemon a user: who has the lock is it.
const store = new DisposableStore();
try {
  const lock = takeLock(places.daemonLock);
  if (!lock) {
    const holder = readDaemonFile(places.daemonFile);
    leave(
      0,
      holder.kind === 'present'
        ? `the daemon is running already, pid ${holder.file.pid}`
        : 'the daemon is running already',
    );
  }
  store.add(lock);
} catch (error) {
  if (error instanceof DriverError) leave(COULD_NOT, error.message);
  throw error;
}
const log = store.add(openLog(places.daemonLog));
log.line(`pid ${process.pid} starts`);

let stop: (reason: string, code: number) => void = (reason, code) => {
  log.line(reason);
  process.exit(code);
};
process.on('uncaughtException', (error) => stop(`stops: ${error.stack ?? error.message}`, COULD_NOT));
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop(`stops: ${signal}`, 0));

// Journals become rows; rows answer questions.
const daemon = await startDaemonSource({
  home,
  script: ownScript,
  log: log.line,
  onFatal(sentence) {
    if (sentence !== null) process.stderr.write(`callgrove: ${sentence}\n`);
    stop(`stops: ${sentence ?? 'the state folder is gone'}`, sentence === null ? 0 : COULD_NOT);
  },
});
store.add(daemon);

// Viewers hear of it.
const token = loadDaemonToken(home);
const feed = store.add(
  await startFeed({
    source: daemon.source,
    token,
    preferredPort: lastPort(home),
    pageFolder: pageFolder(),
    onStop: () => stop('stops: asked to', 0),
    onFailure: (error) => log.line(`feed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
  }),
);
store.add(announceDaemon(home, { port: feed.port, token, started_at: new Date().toISOString() }));
log.line(`listens on 127.0.0.1:${feed.port}`);

// After an update in place the first daemon is often the first process of the new version.
const launcher = keepLauncher(home);
if (launcher.kind === 'failed') log.line(`the launcher stays as it was: ${launcher.reason}`);

// Until nobody needs it any more.
let usedAt = Date.now();
const look = setInterval(
  () => {
    if (!existsSync(places.journal)) return stop('stops: the state folder is gone', 0);
    if (daemon.openConnections > 0 || feed.viewers > 0) usedAt = Date.now();
    if (Date.now() - Math.max(usedAt, feed.lastSeenAt) > idleMs) stop('stops: nobody needs it', 0);
  },
  Math.min(LOOK_MS, Math.max(50, idleMs)),
);

let leaving = false;
stop = (reason, code) => {
  if (leaving) return;
  leaving = true;
  log.line(reason);
  clearInterval(look);
  feed.dispose();
  void daemon.stop().finally(() => {
    store.dispose();
    process.exit(code);
  });
};

/** In the package the page lies beside the bundle; unbuilt, where the build puts it. */
function pageFolder(): string {
  const beside = join(import.meta.dirname, 'page');
  return existsSync(beside) ? beside : join(import.meta.dirname, '..', 'dist', 'page');
}
