/**
 * A real editor for tests: code-server on 127.0.0.1 with a packaged extension in it, and every folder that it writes to
 * below one temporary folder. Decides how it is started and ended; what a user does in it is workbenchObject.ts's part.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { workbenchPlaces } from './prepareWorkbench.ts';

export interface Workbench {
  /** The editor on a folder. */
  url(folder: string): string;
  /** `HOME` of the editor and of everything that it starts. */
  readonly home: string;
  /** Callgrove's state folder. */
  readonly state: string;
  /** The editor's own log and what it printed. */
  output(): string;
  /** Replaces the user's settings; the editor takes them up by itself. */
  settings(more: Record<string, unknown>): Promise<void>;
  /** `--install-extension` and the like; rejects with its output where it fails. */
  command(...args: string[]): Promise<string>;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Ends the editor and removes its folders. */
  dispose(): Promise<void>;
}

const SETTINGS = {
  'workbench.startupEditor': 'none',
  'telemetry.telemetryLevel': 'off',
  'security.workspace.trust.enabled': false,
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'workbench.enableExperiments': false,
  'chat.disableAIFeatures': true,
  'workbench.tips.enabled': false,
  'window.confirmBeforeClose': 'never',
  'files.autoSave': 'off',
};
/** A bound, ms; no test is judged by it. */
const UP_MS = 60_000;

export async function makeWorkbench(): Promise<Workbench> {
  const root = await mkdtemp(join(tmpdir(), 'callgrove-workbench-'));
  const place = (name: string) => join(root, name);
  for (const name of ['home', 'tmp', 'data/User', 'extensions']) await mkdir(place(name), { recursive: true });
  await writeFile(place('config.yaml'), '');
  const state = place('state');
  const port = await freePort();
  const common = [
    '--config',
    place('config.yaml'),
    '--user-data-dir',
    place('data'),
    '--extensions-dir',
    place('extensions'),
  ];
  const env = {
    PATH: process.env.PATH ?? '',
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    HOME: place('home'),
    XDG_CONFIG_HOME: place('home/.config'),
    XDG_DATA_HOME: place('home/.local/share'),
    TMPDIR: place('tmp'),
    CALLGROVE_HOME: state,
  };
  let server: ChildProcess | null = null;
  let said = '';
  const launch = (args: readonly string[]) => {
    const child = spawn(process.execPath, [workbenchPlaces.program, ...common, ...args], {
      env,
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const hear = (text: string) => {
      said = (said + text).slice(-200_000);
    };
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
    return child;
  };
  const settings = (more: Record<string, unknown>) =>
    writeFile(place('data/User/settings.json'), JSON.stringify({ ...SETTINGS, ...more }, null, 2));
  await settings({});

  const stop = async () => {
    if (server === null) return;
    const ending = once(server, 'close');
    server.kill('SIGTERM');
    await ending;
    server = null;
  };

  return {
    home: place('home'),
    state,
    settings,
    stop,
    url: (folder) => `http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}`,
    output: () => said,
    async command(...args) {
      said = '';
      const child = launch(args);
      await once(child, 'close');
      if (child.exitCode !== 0) throw new Error(`code-server ${args.join(' ')} ended with ${child.exitCode}:\n${said}`);
      return said;
    },
    async start() {
      const flags = [
        '--auth',
        'none',
        '--disable-telemetry',
        '--disable-update-check',
        '--disable-getting-started-override',
      ];
      server = launch(['--bind-addr', `127.0.0.1:${port}`, ...flags, '--ignore-last-opened']);
      const child = server;
      const deadline = Date.now() + UP_MS;
      while (!(await answers(port))) {
        if (child.exitCode !== null || Date.now() > deadline) throw new Error(`code-server did not come up:\n${said}`);
        await sleep(100);
      }
    },
    async dispose() {
      await stop();
      await endDaemon(state);
      await rm(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

async function answers(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** The daemon outlives the editor: it is the one process here that is ended by what its own file says. */
export async function endDaemon(state: string): Promise<void> {
  const pid = await daemonPid(state);
  if (pid === null) return;
  try {
    process.kill(pid, 'SIGTERM');
    for (let i = 0; i < 100; i++) {
      process.kill(pid, 0);
      await sleep(50);
    }
  } catch {
    // Gone.
  }
}

export async function daemonPid(state: string): Promise<number | null> {
  const text = await readFile(join(state, 'daemon.json'), 'utf8').catch(() => '{}');
  const file: unknown = JSON.parse(text);
  return typeof file === 'object' && file !== null && 'pid' in file && typeof file.pid === 'number' ? file.pid : null;
}

/** Every call that the daemon has, as its own interface tells them. */
export async function recordedCalls(state: string): Promise<readonly Record<string, unknown>[]> {
  const { port, token } = JSON.parse(await readFile(join(state, 'daemon.json'), 'utf8'));
  const answer = await fetch(`http://127.0.0.1:${port}/api/calls?all=1`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (!answer.ok) throw new Error(`the daemon answered ${answer.status}`);
  const lines = (await answer.text()).split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line));
}

/** The version that the running daemon says of itself; null where none is known. */
export async function daemonVersion(state: string): Promise<string | null> {
  const text = await readFile(join(state, 'daemon.json'), 'utf8').catch(() => '{}');
  const { version }: { version?: string } = JSON.parse(text);
  return version ?? null;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
