/** `callgrove daemon`: starts, stops and describes the daemon. `daemon run`, the daemon itself, is another entry. */

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { placesOf } from '../base/places.ts';
import { connectDaemon } from '../feed/connectDaemon.ts';
import { type DaemonClient, DaemonError } from '../feed/daemonClient.ts';
import { isAlive, readDaemonFile } from '../feed/daemonFile.ts';
import { nearest } from '../model/nearest.ts';
import { ActionResult, Status } from '../protocol/api.ts';
import { couldNot, EXIT, type ExitCode, wrongUsage } from './exit.ts';
import { statusLines } from './statusLines.ts';
import type { Context, Verb } from './verb.ts';

const ACTIONS = ['start', 'stop', 'status', 'run'];
/** It finishes the transaction it is in and closes the database. */
const STOP_MS = 15_000;

export const daemon: Verb = {
  spec: {
    name: 'daemon',
    summary: 'starts, stops or describes the daemon that reads what was recorded',
    usage: ['daemon start', 'daemon stop', 'daemon status', 'daemon run'],
    args: [
      {
        name: 'start | stop | status | run',
        required: true,
        help: 'run stays in the foreground; the others return at once',
      },
    ],
    options: {},
    examples: [
      ['daemon start', 'does nothing where it is running already'],
      ['daemon status --json', 'pid, port, what is stored, how far reading is behind'],
    ],
    exits: { 1: 'status: no daemon is running' },
  },
  async run(context) {
    const action = context.args[0] ?? '';
    if (action === 'start') return start(context);
    if (action === 'stop') return stop(context);
    if (action === 'status') return status(context);
    const near = nearest(action, ACTIONS);
    throw wrongUsage(
      `daemon takes ${ACTIONS.join(', ')}, not ${JSON.stringify(action)}`,
      near && `Did you mean callgrove daemon ${near}?`,
    );
  },
};

async function start({ home, json, out, connect }: Context): Promise<ExitCode> {
  const before = await running(home);
  before?.close();
  const client = await connect();
  const now = await client.get('/api/status', Status);
  if (json) await out.json(now);
  else await out.line(`the daemon ${before ? 'is running already' : 'has started'}: pid ${now.pid}, port ${now.port}`);
  return EXIT.fine;
}

async function status({ home, json, out }: Context): Promise<ExitCode> {
  const client = await running(home);
  if (!client) {
    if (json) await out.json(null);
    else await out.line(`no daemon is running for ${home}`);
    return EXIT.finding;
  }
  const now = await client.get('/api/status', Status);
  if (json) await out.json(now);
  else for (const line of statusLines(now, Date.now())) await out.line(line);
  return EXIT.fine;
}

async function stop({ home, json, out }: Context): Promise<ExitCode> {
  const client = await running(home);
  if (!client) {
    if (json) await out.json({ stopped: false });
    else await out.line('no daemon was running');
    return EXIT.fine;
  }
  await stopDaemon(client, home);
  if (json) await out.json({ stopped: true });
  else await out.line('the daemon has stopped');
  return EXIT.fine;
}

/** Asks it to end and waits until its process is gone. Rejects with a CliError when it stays. */
export async function stopDaemon(client: DaemonClient, home: string): Promise<void> {
  const state = readDaemonFile(placesOf(home, join).daemonFile);
  try {
    await client.post('/api/act', { act: 'stop' }, ActionResult);
  } catch (error) {
    // It may be gone before its answer is.
    if (!(error instanceof DaemonError) || error.code !== 'lost') throw error;
  }
  if (state.kind !== 'present') return;
  const deadline = performance.now() + STOP_MS;
  while (isAlive(state.file)) {
    if (performance.now() > deadline)
      throw couldNot(
        `the daemon (pid ${state.file.pid}) was asked to stop and is still there`,
        `Its log is daemon.log in ${home}.`,
      );
    await sleep(30);
  }
}

/** The daemon that is up, or null. Starts none. */
async function running(home: string): Promise<DaemonClient | null> {
  try {
    return await connectDaemon({ home, entry: null });
  } catch (error) {
    if (error instanceof DaemonError && error.code === 'absent') return null;
    throw error;
  }
}
