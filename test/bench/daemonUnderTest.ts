/** The real daemon on the benchmark's own state folder, and the feed as a viewer hears it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Status } from '../../daemon/protocol/api.ts';
import { DaemonFile, ServerMessage, type Subscribe } from '../../daemon/protocol/feed.ts';
import { callgroveProgram } from './subjects.ts';

export interface DaemonUnderTest {
  readonly base: string;
  readonly token: string;
  status(): Promise<Status>;
  /** Waits until everything in the journal is in the database, through both stages. */
  caughtUp(): Promise<void>;
  /** A page URL with a fresh one-time code. */
  pageUrl(): Promise<string>;
  stop(): Promise<void>;
}

/** @throws when the daemon does not announce itself within 20 s */
export async function startDaemon(home: string): Promise<DaemonUnderTest> {
  const child: ChildProcess = spawn(process.execPath, [callgroveProgram(), 'daemon', 'run', '--home', home], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, CALLGROVE_HOME: home },
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  const ended = new Promise<void>((done) => child.on('close', () => done()));
  const file = await announced(
    join(home, 'daemon.json'),
    () => child.exitCode !== null,
    () => said,
  );
  const base = `http://127.0.0.1:${file.port}`;
  const headers = { authorization: `Bearer ${file.token}`, 'content-type': 'application/json' };
  const daemon: DaemonUnderTest = {
    base,
    token: file.token,
    status: async () => Status.parse(await (await fetch(`${base}/api/status`, { headers })).json()),
    caughtUp: async () => {
      for (;;) {
        const { lag } = await daemon.status();
        if (lag.journal_bytes === 0 && lag.second_stage_calls === 0) return;
        await sleep(100);
      }
    },
    pageUrl: async () => {
      const answer = await fetch(`${base}/api/code`, { method: 'POST', headers, body: '{}' });
      const { code }: { code: string } = JSON.parse(await answer.text());
      return `${base}/#code=${encodeURIComponent(code)}`;
    },
    stop: async () => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(timer);
    },
  };
  return daemon;
}

async function announced(path: string, gone: () => boolean, said: () => string): Promise<DaemonFile> {
  for (let waited = 0; waited < 20_000 && !gone(); waited += 50) {
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text !== null) return DaemonFile.parse(JSON.parse(text));
    await sleep(50);
  }
  throw new Error(`the daemon did not start: ${said()}`);
}

export interface FeedClient {
  send(message: Subscribe): void;
  close(): void;
}

/** Connects as a viewer. `hear` gets every message, parsed, in order. */
export function openFeed(daemon: DaemonUnderTest, hear: (message: ServerMessage) => void): Promise<FeedClient> {
  const url = `${daemon.base.replace('http', 'ws')}/feed`;
  const socket = new WebSocket(url, ['callgrove.v1', `token.${daemon.token}`]);
  socket.addEventListener('message', ({ data }) => hear(ServerMessage.parse(JSON.parse(String(data)))));
  return new Promise((resolve, reject) => {
    socket.addEventListener('error', () => reject(new Error('the feed could not be reached')));
    socket.addEventListener('open', () =>
      resolve({ send: (message) => socket.send(JSON.stringify(message)), close: () => socket.close() }),
    );
  });
}

/** A subscription to the newest rows of a session. */
export function follow(sessionId: string, count: number): Subscribe {
  return {
    type: 'subscribe',
    id: 1,
    session_id: sessionId,
    filter: '',
    everything: false,
    collapsed: [],
    follow: true,
    from: 0,
    count,
  };
}
