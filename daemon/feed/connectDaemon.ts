/**
 * Finds the daemon or starts it, waits until it answers, and decides what to do with one of another version: an older
 * one is asked to stop and replaced, a newer one is used as long as it speaks our feed.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { compareVersions } from '../base/compareVersions.ts';
import { placesOf } from '../base/places.ts';
import { VERSION } from '../base/version.ts';
import { ActionResult } from '../protocol/api.ts';
import { type DaemonFile, FEED_VERSION } from '../protocol/feed.ts';
import { FEED_VERSION_HEADER } from './answerHeaders.ts';
import { type DaemonClient, DaemonError, daemonClient } from './daemonClient.ts';
import { isAlive, readDaemonFile } from './daemonFile.ts';
import { type DaemonEntry, startDaemonOnce } from './startDaemon.ts';

export interface ConnectOptions {
  /** The state folder, absolute. */
  readonly home: string;
  /** How to start a daemon where none is up; null: only use one that is. */
  readonly entry: DaemonEntry | null;
  /** From finding to the first answer. */
  readonly timeoutMs?: number;
  /** Our own version; tests say another. */
  readonly version?: string;
}

const POLL_MS = 40;
/** A daemon that ended at once is started again after so long, not at every poll. */
const START_AGAIN_MS = 2_000;

/** Rejects with a `DaemonError`: `absent`, `failed_to_start`, `not_ready` or `newer_daemon`. */
export async function connectDaemon(options: ConnectOptions): Promise<DaemonClient> {
  const { home, entry } = options;
  const version = options.version ?? VERSION;
  const places = placesOf(home, join);
  const deadline = performance.now() + (options.timeoutMs ?? 10_000);
  let startAt = 0;
  let sawOne = false;
  // Whatever comes up after an older one went is what there is: never a second time.
  let mayReplace = entry !== null;
  do {
    const state = readDaemonFile(places.daemonFile);
    if (state.kind === 'present' && isAlive(state.file)) {
      sawOne = true;
      const answer = await probe(state.file);
      if (answer && mayReplace && compareVersions(state.file.version, version) < 0) {
        mayReplace = false;
        startAt = 0;
        await replace(state.file, home, deadline);
        continue;
      }
      if (answer && answer.feed !== FEED_VERSION) throw otherFeed(state.file, version);
      if (answer) return daemonClient({ ...state.file, home });
    } else if (!entry) {
      throw new DaemonError('absent', `No daemon is running for ${home}. Start one with \`callgrove daemon start\`.`);
    } else if (performance.now() >= startAt) {
      startAt = performance.now() + START_AGAIN_MS;
      const result = await startDaemonOnce(home, entry);
      if (result === 'failed') throw failedToStart(home, entry);
    }
    await sleep(POLL_MS);
  } while (performance.now() < deadline);
  throw notReady(home, sawOne);
}

/** The feed version of a daemon that answers with our token, or null for one that does not answer (yet). */
function probe(file: DaemonFile): Promise<{ feed: number } | null> {
  return new Promise((resolve) => {
    const outgoing = request({
      host: '127.0.0.1',
      port: file.port,
      path: '/api/status',
      method: 'GET',
      agent: false,
      timeout: 2_500,
      headers: { authorization: `Bearer ${file.token}` },
    });
    outgoing.on('timeout', () => outgoing.destroy());
    outgoing.on('error', () => resolve(null));
    outgoing.on('response', (response) => {
      response.resume();
      const feed = Number(response.headers[FEED_VERSION_HEADER]);
      resolve(response.statusCode === 200 ? { feed } : null);
    });
    outgoing.end();
  });
}

/** Asks an older daemon to end and waits until its process is gone, by signal where it does not understand us. */
async function replace(file: DaemonFile, home: string, deadline: number): Promise<void> {
  const client = daemonClient({ ...file, home });
  try {
    await client.post('/api/act', { act: 'stop' }, ActionResult);
  } catch {
    // Only a process that is known to be that daemon gets a signal.
    if (file.start !== null && isAlive(file)) process.kill(file.pid, 'SIGTERM');
  } finally {
    client.close();
  }
  while (isAlive(file) && performance.now() < deadline) await sleep(POLL_MS);
}

function otherFeed(file: DaemonFile, version: string): DaemonError {
  return new DaemonError(
    'newer_daemon',
    `The daemon that is running is callgrove ${file.version}, and this is ${version}; they do not speak the same feed. Use callgrove ${file.version}, or run its \`callgrove daemon stop\` first.`,
  );
}

function failedToStart(home: string, entry: DaemonEntry): DaemonError {
  const old = entry.execPath === process.execPath && Number(process.versions.napi) < 10;
  const why = old
    ? `The daemon needs Node 22 or later, and this is Node ${process.versions.node}. Install a newer Node.`
    : `The daemon could not be started with ${entry.execPath}. See that ${home} is a folder of yours that can be written, and that its disk is not full.`;
  return new DaemonError('failed_to_start', why);
}

function notReady(home: string, sawOne: boolean): DaemonError {
  const { daemonFile, daemonLog } = placesOf(home, join);
  const said = lastEntry(daemonLog);
  const what = sawOne ? `The daemon that ${daemonFile} names does not answer.` : 'The daemon did not come up.';
  return new DaemonError(
    'not_ready',
    `${what} ${said ? `The last line of ${daemonLog}: ${said}` : `Its log would be ${daemonLog}; there is none.`}`,
  );
}

/** The last line that is none of an error's stack; at most 300 characters of it. */
function lastEntry(path: string): string | null {
  let fd: number | null = null;
  try {
    fd = openSync(path, 'r');
    const tail = Buffer.alloc(4_096);
    const size = fstatSync(fd).size;
    const read = readSync(fd, tail, 0, tail.length, Math.max(0, size - tail.length));
    const lines = tail.toString('utf8', 0, read).trimEnd().split('\n');
    return (lines.findLast((line) => !/^\s/.test(line)) ?? lines.at(-1))?.slice(0, 300) || null;
  } catch {
    return null;
  } finally {
    if (fd !== null) closeSync(fd);
  }
}
